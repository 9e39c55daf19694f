import Platform

/// Characters in UTF-8 that are not in ASCII.
enum UTF8Characters {
    /// Maximum bytes to read.
    private static let maxBytes: UInt64 = 256 << 20

    /// Whether a file has any; false if it can't be read.
    ///
    /// Two or more characters of Windows-1252 in a row are hardly ever one of UTF-8.
    static func occur(inFileAt path: String) -> Bool {
        guard let status = (try? FileStatus.of(path, followingLinks: true)) ?? nil,
            status.isRegular, let file = try? File.open(path, for: .read)
        else { return false }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { buffer.deallocate() }
        var position: UInt64 = 0
        /// The bytes that the last lead byte still needs; 0 outside of a character.
        var needed = 0
        while position < maxBytes {
            guard let count = try? file.read(into: buffer, at: position), count > 0 else { break }
            for byte in buffer[..<count] {
                if needed > 0, byte & 0xC0 == 0x80 {
                    needed -= 1
                    if needed == 0 { return true }
                } else {
                    switch byte {
                    case 0xC2...0xDF: needed = 1
                    case 0xE0...0xEF: needed = 2
                    case 0xF0...0xF4: needed = 3
                    default: needed = 0
                    }
                }
            }
            position += UInt64(count)
        }
        return false
    }
}
