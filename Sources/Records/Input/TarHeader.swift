/// The detection of a tar archive by its first header (POSIX ustar, GNU tar).
enum TarHeader {
    /// The bytes up to the end of the header's magic.
    static let sampleSize = 262

    private static let magic = Array("ustar".utf8)
    /// The bytes of the first name, which is padded with zeros.
    private static let nameBytes = 100

    /// Whether an input with these first bytes is a tar archive; nil if more of them decide it.
    static func isAtStart(of first: UnsafeRawBufferPointer) -> Bool? {
        let name = first.prefix(nameBytes)
        guard let nameEnd = name.firstIndex(of: 0) else {
            // A complete line is text.
            return name.count == nameBytes || name.contains(Byte.lineFeed) ? false : nil
        }
        guard nameEnd > 0, name[nameEnd...].allSatisfy({ $0 == 0 }) else { return false }
        guard first.count >= sampleSize else { return nil }
        return first[(sampleSize - magic.count)..<sampleSize].elementsEqual(magic)
    }
}
