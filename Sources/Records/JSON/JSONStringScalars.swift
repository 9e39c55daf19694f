/// The decoded scalars between the quotes of a valid JSON string.
///
/// The grammar allows an unpaired surrogate as an escape. Its value is U+D800 to U+DFFF.
struct JSONStringScalars {
    private let bytes: UnsafePointer<UInt8>
    private(set) var position: Int
    private let end: Int

    init(_ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int) {
        self.bytes = bytes
        position = start
        self.end = end
    }

    /// The next scalar, or nil at the end.
    mutating func next() -> UInt32? {
        guard position < end else { return nil }
        guard bytes[position] == Byte.backslash else {
            let (value, length) = UTF8Text.scalar(bytes, at: position)
            position += length
            return value
        }
        guard bytes[position + 1] == UInt8(ascii: "u") else {
            defer { position += 2 }
            switch bytes[position + 1] {
            case UInt8(ascii: "b"): return 0x08
            case UInt8(ascii: "f"): return 0x0C
            case UInt8(ascii: "n"): return 0x0A
            case UInt8(ascii: "r"): return 0x0D
            case UInt8(ascii: "t"): return 0x09
            case let itself: return UInt32(itself)
            }
        }
        let unit = codeUnit(at: position)
        position += 6
        guard unit & 0xFC00 == 0xD800, position < end, bytes[position] == Byte.backslash,
            bytes[position + 1] == UInt8(ascii: "u")
        else { return unit }
        let low = codeUnit(at: position)
        guard low & 0xFC00 == 0xDC00 else { return unit }
        position += 6
        return 0x10000 + (unit & 0x3FF) << 10 + low & 0x3FF
    }

    private func codeUnit(at escape: Int) -> UInt32 {
        var unit: UInt32 = 0
        for k in escape + 2..<escape + 6 {
            guard let digit = Byte.hexValue(bytes[k]) else {
                preconditionFailure("the string was not validated")
            }
            unit = unit << 4 | digit
        }
        return unit
    }

    static func isSurrogate(_ scalar: UInt32) -> Bool { scalar & 0xFFFF_F800 == 0xD800 }
}
