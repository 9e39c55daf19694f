/// Text encodings that the first bytes identify.
package enum TextEncoding: String, CaseIterable, Hashable, Sendable {
    case utf16BigEndian = "UTF-16BE"
    case utf16LittleEndian = "UTF-16LE"
    case utf32BigEndian = "UTF-32BE"
    case utf32LittleEndian = "UTF-32LE"

    /// The byte-order mark of UTF-8.
    static let utf8Mark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// The number of bytes to identify an encoding, unless the input is shorter.
    static let sampleSize = 4

    /// Identifies an encoding other than UTF-8.
    ///
    /// It has a byte-order mark or, because of ASCII characters, a pattern of zero bytes
    /// (RFC 4627 §3).
    init?(firstBytes: UnsafeRawBufferPointer) {
        let first = firstBytes.prefix(Self.sampleSize)
        if first.elementsEqual([0xFF, 0xFE, 0, 0]) {
            self = .utf32LittleEndian
        } else if first.elementsEqual([0, 0, 0xFE, 0xFF]) {
            self = .utf32BigEndian
        } else if first.starts(with: [0xFF, 0xFE]) {
            self = .utf16LittleEndian
        } else if first.starts(with: [0xFE, 0xFF]) {
            self = .utf16BigEndian
        } else {
            switch first.map({ $0 == 0 }) {
            case [true, true, true, false]: self = .utf32BigEndian
            case [false, true, true, true]: self = .utf32LittleEndian
            case [true, false, true, false]: self = .utf16BigEndian
            case [false, true, false, true]: self = .utf16LittleEndian
            default: return nil
            }
        }
    }
}
