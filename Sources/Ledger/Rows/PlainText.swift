/// The characters that a row's string contains unescaped.
enum PlainText {
    /// Whether the word is ASCII without quotes, backslashes and controls.
    @inline(__always)
    static func isPlain(_ word: UInt64) -> Bool { others(in: word) == 0 }

    /// Returns the number of plain bytes at the word's start in memory.
    @inline(__always)
    static func plainBytes(at word: UInt64) -> Int {
        others(in: UInt64(littleEndian: word)).trailingZeroBitCount / 8
    }

    /// Sets the highest bit of the lowest byte that is not plain; bits above it are undefined.
    @inline(__always)
    private static func others(in word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        let quotes = word ^ (ones &* 0x22)
        let backslashes = word ^ (ones &* 0x5c)
        let deletes = word ^ (ones &* 0x7f)
        let found =
            word | (word &- ones &* 0x20) | ((quotes &- ones) & ~quotes)
            | ((backslashes &- ones) & ~backslashes) | ((deletes &- ones) & ~deletes)
        return found & highs
    }

    /// Whether a non-ASCII character is invisible or changes the text's direction.
    ///
    /// These are the C1 controls, the line and paragraph separators, and Unicode's category Cf.
    static func hides(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x80...0x9f, 0xad, 0x600...0x605, 0x61c, 0x6dd, 0x70f, 0x890...0x891, 0x8e2, 0x180e,
            0x200b...0x200f, 0x2028...0x202e, 0x2060...0x206f, 0xfeff, 0xfff9...0xfffb,
            0x110bd, 0x110cd, 0x13430...0x1343f, 0x1bca0...0x1bca3, 0x1d173...0x1d17a,
            0xe0000...0xe007f:
            true
        default:
            false
        }
    }
}
