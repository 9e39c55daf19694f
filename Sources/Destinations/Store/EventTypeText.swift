/// The text of an event type, from the JSON string literal that a message bears.
package struct EventTypeText: ~Copyable {
    private var scratch: UnsafeMutableRawPointer
    private var capacity: Int

    package init() {
        capacity = 1024
        scratch = .allocate(byteCount: capacity, alignment: 1)
    }

    deinit { scratch.deallocate() }

    /// Decodes a validated literal, quotes included. The text is good until the next call and as
    /// long as the literal is. Half a surrogate pair becomes U+FFFD (RFC 8259 §8.2 leaves it open).
    package mutating func decode(_ literal: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        precondition(literal.count >= 2, "a string literal without its quotes")
        let text = UnsafeRawBufferPointer(rebasing: literal[1..<literal.count - 1])
        guard text.contains(UInt8(ascii: "\\")) else { return text }
        // An escape is never shorter than what it stands for.
        if capacity < text.count {
            scratch.deallocate()
            capacity = text.count
            scratch = .allocate(byteCount: capacity, alignment: 1)
        }
        var source = 0
        var target = 0
        while source < text.count {
            let byte = text[source]
            source += 1
            guard byte == UInt8(ascii: "\\"), source < text.count else {
                scratch.storeBytes(of: byte, toByteOffset: target, as: UInt8.self)
                target += 1
                continue
            }
            let escape = text[source]
            source += 1
            let scalar =
                escape == UInt8(ascii: "u")
                ? Self.unicodeEscape(text, &source) : Self.shortEscape(escape)
            for unit in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter {
                scratch.storeBytes(of: unit, toByteOffset: target, as: UInt8.self)
                target += 1
            }
        }
        return UnsafeRawBufferPointer(start: scratch, count: target)
    }

    private static func shortEscape(_ byte: UInt8) -> Unicode.Scalar {
        switch byte {
        case UInt8(ascii: "b"): "\u{8}"
        case UInt8(ascii: "f"): "\u{C}"
        case UInt8(ascii: "n"): "\n"
        case UInt8(ascii: "r"): "\r"
        case UInt8(ascii: "t"): "\t"
        default: Unicode.Scalar(byte)
        }
    }

    /// Reads the digits after `\u`, and the second escape of a surrogate pair.
    private static func unicodeEscape(
        _ text: UnsafeRawBufferPointer, _ position: inout Int
    ) -> Unicode.Scalar {
        let replacement: Unicode.Scalar = "\u{FFFD}"
        guard let first = hexadecimal(text, position) else { return replacement }
        position += 4
        guard (0xD800..<0xDC00).contains(first) else { return Unicode.Scalar(first) ?? replacement }
        guard position + 6 <= text.count, text[position] == UInt8(ascii: "\\"),
            text[position + 1] == UInt8(ascii: "u"),
            let second = hexadecimal(text, position + 2), (0xDC00..<0xE000).contains(second)
        else { return replacement }
        position += 6
        return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) ?? replacement
    }

    private static func hexadecimal(_ text: UnsafeRawBufferPointer, _ start: Int) -> UInt32? {
        guard start + 4 <= text.count else { return nil }
        var value: UInt32 = 0
        for byte in text[start..<start + 4] {
            switch byte {
            case 0x30...0x39: value = value << 4 | UInt32(byte - 0x30)
            case 0x41...0x46, 0x61...0x66: value = value << 4 | UInt32((byte | 0x20) - 0x57)
            default: return nil
            }
        }
        return value
    }
}
