package import Records

/// The decoded text of a row's string literals.
package enum RowText {
    /// Returns the text of a literal in a row.
    package static func decoded(
        _ literal: ByteRange, in row: UnsafeRawBufferPointer
    ) -> String {
        var text: [UInt8] = []
        append(textOf: row[literal], to: &text, keepingEscapes: false)
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends the text of a row's `literal`, which includes its quotes.
    ///
    /// - Parameter keepingEscapes: Whether invisible characters (controls, format characters) keep
    ///   their escapes, as `\u202e`. Backslashes then keep theirs too, so that they do not look like
    ///   the start of an escape.
    package static func append(
        textOf literal: UnsafeRawBufferPointer, to output: inout [UInt8], keepingEscapes: Bool
    ) {
        precondition(literal.count >= 2, "a literal has quotes")
        let end = literal.count - 1
        var index = 1
        while index < end {
            guard literal[index] == 0x5c, index + 1 < end else {
                output.append(literal[index])
                index += 1
                continue
            }
            let start = index
            let scalar = self.scalar(escapedIn: literal, at: &index, end: end)
            let isHidden =
                scalar < 0x20 || scalar == 0x5c || scalar == 0x7f || PlainText.hides(scalar)
            if keepingEscapes && isHidden {
                output.append(contentsOf: literal[start..<index])
            } else {
                let character = Unicode.Scalar(scalar) ?? "\u{fffd}"
                output.append(contentsOf: Character(character).utf8)
            }
        }
    }

    /// Decodes the escape at `index` and advances `index` past it.
    ///
    /// An unpaired surrogate is returned unchanged.
    private static func scalar(
        escapedIn literal: UnsafeRawBufferPointer, at index: inout Int, end: Int
    ) -> UInt32 {
        let letter = literal[index + 1]
        guard letter == UInt8(ascii: "u") else {
            index += 2
            switch letter {
            case UInt8(ascii: "n"): return 0x0a
            case UInt8(ascii: "r"): return 0x0d
            case UInt8(ascii: "t"): return 0x09
            case UInt8(ascii: "b"): return 0x08
            case UInt8(ascii: "f"): return 0x0c
            default: return UInt32(letter)
            }
        }
        guard let first = unit(in: literal, at: index, end: end) else {
            index += 2
            return 0xfffd
        }
        index += 6
        guard (0xd800...0xdbff).contains(first),
            let second = unit(in: literal, at: index, end: end), (0xdc00...0xdfff).contains(second)
        else { return first }
        index += 6
        return 0x10000 + (first - 0xd800) << 10 + (second - 0xdc00)
    }

    /// Returns the value of `\uXXXX` at `index`.
    private static func unit(
        in literal: UnsafeRawBufferPointer, at index: Int, end: Int
    ) -> UInt32? {
        guard end - index >= 6, literal[index] == 0x5c, literal[index + 1] == UInt8(ascii: "u")
        else { return nil }
        var value: UInt32 = 0
        for byte in literal[index + 2..<index + 6] {
            switch byte {
            case 0x30...0x39: value = value << 4 | UInt32(byte - 0x30)
            case 0x41...0x46: value = value << 4 | UInt32(byte - 0x37)
            case 0x61...0x66: value = value << 4 | UInt32(byte - 0x57)
            default: return nil
            }
        }
        return value
    }
}
