/// The ASCII bytes of the JSON and CSV grammars.
enum Byte {
    static let tab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    /// Starts each value of a JSON text sequence (RFC 7464).
    static let recordSeparator: UInt8 = 0x1E
    static let space: UInt8 = 0x20
    static let quote: UInt8 = 0x22
    static let comma: UInt8 = 0x2C
    static let minus: UInt8 = 0x2D
    static let dot: UInt8 = 0x2E
    static let slash: UInt8 = 0x2F
    static let zero: UInt8 = 0x30
    static let nine: UInt8 = 0x39
    static let colon: UInt8 = 0x3A
    static let semicolon: UInt8 = 0x3B
    static let openBracket: UInt8 = 0x5B
    static let backslash: UInt8 = 0x5C
    static let closeBracket: UInt8 = 0x5D
    static let openBrace: UInt8 = 0x7B
    static let verticalBar: UInt8 = 0x7C
    static let closeBrace: UInt8 = 0x7D
    static let delete: UInt8 = 0x7F

    @inline(__always)
    static func isJSONSpace(_ byte: UInt8) -> Bool {
        byte == space || byte == tab || byte == lineFeed || byte == carriageReturn
    }

    /// The part of `start..<end` without JSON white space at its ends.
    @inline(__always)
    static func withoutJSONSpace(
        _ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int
    ) -> (start: Int, end: Int) {
        var (start, end) = (start, end)
        while start < end, isJSONSpace(bytes[start]) { start += 1 }
        while end > start, isJSONSpace(bytes[end - 1]) { end -= 1 }
        return (start, end)
    }

    /// Whether a JSON number may start with the byte.
    @inline(__always)
    static func startsNumber(_ byte: UInt8) -> Bool {
        byte == minus || (zero...nine).contains(byte)
    }

    /// The value of a hexadecimal digit.
    @inline(__always)
    static func hexValue(_ byte: UInt8) -> UInt32? {
        switch byte {
        case zero...nine: UInt32(byte - zero)
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}

/// Eight bytes in a 64-bit word, the first byte lowest.
///
/// The lowest set bit of each search's mask marks the first match. Bits above it may be false
/// positives. CBytes searches 16 or 64 bytes at once.
enum Word {
    static let ones: UInt64 = 0x0101_0101_0101_0101
    static let highs: UInt64 = 0x8080_8080_8080_8080

    /// The eight bytes from `i`, which must all be readable.
    @inline(__always)
    static func load(_ bytes: UnsafePointer<UInt8>, at i: Int) -> UInt64 {
        UInt64(
            littleEndian: UnsafeRawPointer(bytes + i).loadUnaligned(as: UInt64.self))
    }

    @inline(__always)
    static func repeating(_ byte: UInt8) -> UInt64 { ones &* UInt64(byte) }

    /// The index of the first marked byte; 8 for an empty mask.
    @inline(__always)
    static func firstIndex(_ mask: UInt64) -> Int { mask.trailingZeroBitCount >> 3 }

    /// The zero bytes of a word.
    @inline(__always)
    static func zeros(in word: UInt64) -> UInt64 { (word &- ones) & ~word & highs }

    /// The zero bytes of a word, without false positives.
    @inline(__always)
    static func allZeros(in word: UInt64) -> UInt64 {
        ~(((word & ~highs) &+ ~highs) | word | ~highs)
    }

    /// The bytes that end a plain run of a JSON string.
    ///
    /// They are the quote, the backslash, and bytes below 0x20 or above 0x7F.
    @inline(__always)
    static func stringSpecials(in word: UInt64) -> UInt64 {
        let quotes = (word ^ repeating(Byte.quote)) &- ones
        let backslashes = (word ^ repeating(Byte.backslash)) &- ones
        let controls = word &- repeating(0x20)
        // The exact form's `& ~word` is unnecessary: bytes above 0x7F are matches anyway.
        return (quotes | backslashes | controls | word) & highs
    }

    /// The bytes to escape in a JSON string: quote, backslash, below 0x20.
    @inline(__always)
    static func literalSpecials(in word: UInt64) -> UInt64 {
        zeros(in: word ^ repeating(Byte.quote)) | zeros(in: word ^ repeating(Byte.backslash))
            | (word &- repeating(0x20)) & ~word & highs
    }
}
