extension RowBuffer {
    /// Text of any origin as a JSON string literal: quotes and backslashes are escaped, control
    /// and format characters written as `\uXXXX`, and what is no UTF-8 becomes U+FFFD.
    mutating func append(text bytes: UnsafeRawBufferPointer) {
        append(byte: 0x22)
        append(inner: bytes)
        append(byte: 0x22)
    }

    mutating func append(text: String) {
        var text = text
        text.withUTF8 { append(text: UnsafeRawBufferPointer($0)) }
    }

    /// A JSON string literal, quotes included, as it is, but for the characters that may stand
    /// raw in one and still deceive a reader: those are escaped.
    mutating func append(literal bytes: UnsafeRawBufferPointer) {
        precondition(
            bytes.count >= 2 && bytes[0] == 0x22 && bytes[bytes.count - 1] == 0x22,
            "a literal stands in quotes")
        append(byte: 0x22)
        append(inner: UnsafeRawBufferPointer(rebasing: bytes[1..<bytes.count - 1]), isLiteral: true)
        append(byte: 0x22)
    }

    /// Text of any origin as what stands between a literal's quotes.
    mutating func append(inner bytes: UnsafeRawBufferPointer) {
        append(inner: bytes, isLiteral: false)
    }

    /// Copies eight plain bytes at a time and looks at the others one by one.
    @inline(__always)
    private mutating func append(inner bytes: UnsafeRawBufferPointer, isLiteral: Bool) {
        guard let source = bytes.baseAddress else { return }
        let length = bytes.count
        reserve(length)
        var index = 0
        while index < length {
            if length - index >= 8 {
                let word = source.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                if PlainText.isPlain(word) {
                    append(word: word)
                    index += 8
                    continue
                }
            }
            let byte = source.load(fromByteOffset: index, as: UInt8.self)
            if byte >= 0x20 && byte < 0x7f && (isLiteral || (byte != 0x22 && byte != 0x5c)) {
                append(byte: byte)
                index += 1
            } else {
                index += append(special: bytes, at: index)
            }
        }
    }

    /// Writes the character at `index`, which is not plain; returns its length in `bytes`.
    @inline(never)
    private mutating func append(special bytes: UnsafeRawBufferPointer, at index: Int) -> Int {
        let byte = bytes[index]
        if byte < 0x80 {
            switch byte {
            case 0x22: append("\\\"")
            case 0x5c: append("\\\\")
            case 0x0a: append("\\n")
            case 0x0d: append("\\r")
            case 0x09: append("\\t")
            default: append(escaped: UInt32(byte))
            }
            return 1
        }
        guard let (scalar, length) = UTF8Scalar.decode(bytes, at: index) else {
            append("\u{fffd}")
            return 1
        }
        if PlainText.hides(scalar) {
            append(escaped: scalar)
        } else {
            append(UnsafeRawBufferPointer(rebasing: bytes[index..<index + length]))
        }
        return length
    }

    /// `\uXXXX`, or two of them for a character beyond the basic plane (RFC 8259 §7).
    mutating func append(escaped scalar: UInt32) {
        if scalar >= 0x10000 {
            append(escaped: 0xd800 + (scalar - 0x10000) >> 10)
            append(escaped: 0xdc00 + (scalar - 0x10000) & 0x3ff)
        } else {
            append("\\u")
            append(hex: UInt32(scalar) << 16)
            cut(to: count - 4)
        }
    }
}

/// Which characters may stand in a row as they are.
enum PlainText {
    /// Whether none of the word's eight bytes is a quote, a backslash, a control or beyond ASCII.
    @inline(__always)
    static func isPlain(_ word: UInt64) -> Bool { others(in: word) == 0 }

    /// How many bytes at the start of the word, in memory's order, are none of these: 0 to 8.
    @inline(__always)
    static func plainBytes(at word: UInt64) -> Int {
        others(in: UInt64(littleEndian: word)).trailingZeroBitCount / 8
    }

    /// Marks the highest bit of the lowest byte that is one of these, and maybe bits above it.
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

    /// Whether a character beyond ASCII is invisible or turns the text around it: the C1
    /// controls, the line and paragraph separators, and Unicode's general category Cf.
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

/// One character of UTF-8.
enum UTF8Scalar {
    /// The character that begins at `index` with a byte from 0x80 up, and its length; nil if the
    /// bytes there are no UTF-8 (RFC 3629: no overlong forms, no surrogates).
    static func decode(
        _ bytes: UnsafeRawBufferPointer, at index: Int
    ) -> (scalar: UInt32, length: Int)? {
        let first = UInt32(bytes[index])
        let length: Int
        let least: UInt32
        var scalar: UInt32
        switch first {
        case 0xc2...0xdf: (length, least, scalar) = (2, 0x80, first & 0x1f)
        case 0xe0...0xef: (length, least, scalar) = (3, 0x800, first & 0x0f)
        case 0xf0...0xf4: (length, least, scalar) = (4, 0x10000, first & 0x07)
        default: return nil
        }
        guard bytes.count - index >= length else { return nil }
        for next in bytes[index + 1..<index + length] {
            guard next & 0xc0 == 0x80 else { return nil }
            scalar = scalar << 6 | UInt32(next & 0x3f)
        }
        guard scalar >= least, scalar <= 0x10ffff, !(0xd800...0xdfff).contains(scalar) else {
            return nil
        }
        return (scalar, length)
    }
}
