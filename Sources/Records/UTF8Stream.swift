/// Whether bytes that come in parts are UTF-8 by RFC 3629, and whether they are more than ASCII.
package struct UTF8Stream: Sendable {
    package private(set) var isASCII = true
    private var isWellFormed = true
    /// The bytes that the current character still needs, and the range of the next one.
    private var needed = 0
    private var range: ClosedRange<UInt8> = 0x80...0xBF

    package init() {}

    /// Whether the bytes so far are whole characters.
    package var isValid: Bool { isWellFormed && needed == 0 }

    package mutating func add(_ bytes: UnsafeRawBufferPointer) {
        guard isWellFormed else { return }
        if needed == 0, bytes.allSatisfy({ $0 < 0x80 }) { return }
        isASCII = false
        for byte in bytes { add(byte) }
    }

    private mutating func add(_ byte: UInt8) {
        if needed > 0 {
            if !range.contains(byte) { isWellFormed = false }
            needed -= 1
            range = 0x80...0xBF
            return
        }
        switch byte {
        case 0...0x7F: break
        case 0xC2...0xDF: needed = 1
        case 0xE0: (needed, range) = (2, 0xA0...0xBF)  // not overlong
        case 0xED: (needed, range) = (2, 0x80...0x9F)  // not a surrogate
        case 0xE1...0xEF: needed = 2
        case 0xF0: (needed, range) = (3, 0x90...0xBF)  // not overlong
        case 0xF1...0xF3: needed = 3
        case 0xF4: (needed, range) = (3, 0x80...0x8F)  // at most U+10FFFF
        default: isWellFormed = false
        }
    }
}
