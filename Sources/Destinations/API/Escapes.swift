/// The decoding of escapes: `%2F` in URLs, `&#x2F;` in HTML, `\u002f` in strings.
enum Escapes {
    /// One escape, or the character that is not one.
    private enum Unit {
        /// `count` characters that mean one byte; 0 for a character outside ASCII.
        case byte(UInt8, count: Int)
        /// The text ends where the escape may go on.
        case unfinished(UInt8, count: Int)
    }

    /// Decodes one level of escapes in place and returns the new length, never a larger one.
    ///
    /// It is the same if there are none. `isCut`: an unfinished escape at the end is dropped.
    static func decode(_ text: UnsafeMutableRawBufferPointer, isCut: Bool) -> Int {
        var at = 0
        var count = 0
        while at < text.count {
            let rest = UnsafeRawBufferPointer(rebasing: text[at...])
            switch unit(rest) {
            case .byte(let byte, let length):
                text[count] = byte
                at += length
            case .unfinished(let byte, let length):
                if isCut { return count }
                text[count] = byte
                at += length
            }
            count += 1
        }
        return count
    }

    @inline(__always)
    private static func unit(_ text: UnsafeRawBufferPointer) -> Unit {
        switch text[0] {
        case UInt8(ascii: "%"): percent(text)
        case UInt8(ascii: "&"): entity(text)
        case UInt8(ascii: "\\"): backslash(text)
        default: .byte(text[0], count: 1)
        }
    }

    /// `%2F` or `%u002F`.
    private static func percent(_ text: UnsafeRawBufferPointer) -> Unit {
        guard text.count > 1 else { return .unfinished(text[0], count: 1) }
        return text[1] | 0x20 == UInt8(ascii: "u")
            ? hexadecimal(text, from: 2, digits: 4) : hexadecimal(text, from: 1, digits: 2)
    }

    /// `\/`, `\n`, `\x2f`, `\u002f`, `\u{2f}` or `\057`.
    private static func backslash(_ text: UnsafeRawBufferPointer) -> Unit {
        guard text.count > 1 else { return .unfinished(text[0], count: 1) }
        switch text[1] {
        case UInt8(ascii: "x"): return hexadecimal(text, from: 2, digits: 2)
        case UInt8(ascii: "u") where text.count > 2 && text[2] == UInt8(ascii: "{"):
            let (value, end) = number(text, from: 3, radix: 16)
            if end == text.count { return .unfinished(text[0], count: 1) }
            let isWhole = end > 3 && text[end] == UInt8(ascii: "}")
            return isWhole ? ascii(value, count: end + 1) : .byte(text[0], count: 1)
        case UInt8(ascii: "u"): return hexadecimal(text, from: 2, digits: 4)
        case UInt8(ascii: "0")...UInt8(ascii: "7"):
            let digits = UnsafeRawBufferPointer(rebasing: text[..<min(text.count, 4)])
            let (value, end) = number(digits, from: 1, radix: 8)
            let isOpen = end == text.count && end < 4
            return isOpen ? .unfinished(byte(value), count: end) : ascii(value, count: end)
        case UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"),
            UInt8(ascii: "t"), UInt8(ascii: "v"):
            return .byte(0, count: 2)
        default: return .byte(text[1], count: 2)
        }
    }

    /// `&#47;`, `&#x2f;` or `&sol;`. A number needs no semicolon.
    private static func entity(_ text: UnsafeRawBufferPointer) -> Unit {
        guard text.count > 1 else { return .unfinished(text[0], count: 1) }
        guard text[1] == UInt8(ascii: "#") else { return namedEntity(text) }
        guard text.count > 2 else { return .unfinished(text[0], count: 1) }
        let isHexadecimal = text[2] | 0x20 == UInt8(ascii: "x")
        let start = isHexadecimal ? 3 : 2
        let (value, end) = number(text, from: start, radix: isHexadecimal ? 16 : 10)
        if end == start {
            return end == text.count ? .unfinished(text[0], count: 1) : .byte(text[0], count: 1)
        }
        if end == text.count { return .unfinished(byte(value), count: end) }
        let hasSemicolon = end < text.count && text[end] == UInt8(ascii: ";")
        return ascii(value, count: hasSemicolon ? end + 1 : end)
    }

    private static func namedEntity(_ text: UnsafeRawBufferPointer) -> Unit {
        var end = 1
        while end < text.count, end <= EntityName.maxBytes,
            text[end] | 0x20 &- 0x61 < 26 || end > 1 && text[end] &- 0x30 < 10
        {
            end += 1
        }
        let name = UnsafeRawBufferPointer(rebasing: text[1..<end])
        if end < text.count, end > 1, text[end] == UInt8(ascii: ";") {
            return .byte(EntityName.byte(of: name) ?? 0, count: end + 1)
        }
        if let (byte, length) = EntityName.withoutSemicolon(at: name) {
            return .byte(byte, count: 1 + length)
        }
        return end == text.count ? .unfinished(text[0], count: 1) : .byte(text[0], count: 1)
    }

    private static func hexadecimal(
        _ text: UnsafeRawBufferPointer, from start: Int, digits: Int
    ) -> Unit {
        let rest = UnsafeRawBufferPointer(rebasing: text[..<min(text.count, start + digits)])
        let (value, end) = number(rest, from: start, radix: 16)
        if end == start + digits { return ascii(value, count: end) }
        return end == text.count ? .unfinished(text[0], count: 1) : .byte(text[0], count: 1)
    }

    /// The number at `start`, at most 128, and its end.
    private static func number(
        _ text: UnsafeRawBufferPointer, from start: Int, radix: UInt8
    ) -> (value: Int, end: Int) {
        var (value, end) = (0, start)
        while end < text.count, let digit = text[end].hexDigit, digit < radix {
            value = min(value * Int(radix) + Int(digit), 128)
            end += 1
        }
        return (value, end)
    }

    private static func ascii(_ value: Int, count: Int) -> Unit {
        .byte(byte(value), count: count)
    }

    private static func byte(_ value: Int) -> UInt8 { value < 128 ? UInt8(value) : 0 }
}
