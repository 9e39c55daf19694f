/// The character to name in a message about invalid JSON or UTF-8.
enum InvalidCharacter {
    /// The code point at `i`; nil for visible ASCII, which needs no name.
    ///
    /// For malformed UTF-8 it is the byte, if it may be a character of Windows-1252: there most
    /// letters are ASCII, so the next byte is too, or the one after another letter.
    @inline(never)
    static func at(_ i: Int, in bytes: UnsafePointer<UInt8>, end: Int) -> UInt32? {
        guard i < end else { return nil }
        let byte = bytes[i]
        if byte < 0x80 { return (0x21...0x7E).contains(byte) ? nil : UInt32(byte) }
        if UTF8Text.sequenceLength(bytes, at: i, end: end) > 0 {
            return UTF8Text.scalar(bytes, at: i).value
        }
        // No UTF-8 has two first bytes, and ASCII after them.
        let last = i + 1 < end && bytes[i + 1] >= 0xC0 ? i + 1 : i
        let isAlone = last + 1 == end || bytes[last + 1] < 0x80
        return isAlone && !undefined.contains(byte) ? UInt32(byte) : nil
    }

    /// The bytes without a character in Windows-1252.
    private static let undefined: Set<UInt8> = [0x81, 0x8D, 0x8F, 0x90, 0x9D]
}
