import CBytes

/// A search for the end of one JSON value, over any number of reads.
///
/// It follows strings, escapes and the number of open brackets, and validates nothing else. The end
/// of a valid value is the validator's.
struct JSONFrame {
    /// The result of a scan.
    enum Found: Equatable {
        /// The index after the value.
        case end(Int)
        /// The index of a control character in a string, which makes everything after it doubtful.
        case controlCharacter(Int)
        /// The value goes on after the scanned bytes.
        case more
    }

    private var depth: UInt64 = 0
    /// Whether the scanned bytes end inside a string.
    private(set) var isInString = false
    private var isEscaped = false
    /// Whether the value is a number or a literal, which ends at the next other byte.
    private(set) var isScalar = false

    /// Scans the next bytes of the value, which begin at `start`.
    @inline(never)
    mutating func scan(_ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int) -> Found {
        var i = start
        while i < end {
            if isInString {
                if !isEscaped { i = Self.stringSpecial(bytes, from: i, to: end) }
                guard i < end else { break }
                let byte = bytes[i]
                if byte < 0x20 { return .controlCharacter(i) }
                i += 1
                if isEscaped {
                    isEscaped = false
                } else if byte == Byte.backslash {
                    isEscaped = true
                } else {
                    isInString = false
                    if depth == 0 { return .end(i) }
                }
                continue
            }
            if isScalar {
                while i < end, Self.isScalarByte(bytes[i]) { i += 1 }
                return i < end ? .end(i) : .more
            }
            if depth > 0 { i = Self.bracketOrQuote(bytes, from: i, to: end) }
            guard i < end else { break }
            switch bytes[i] {
            case Byte.quote: isInString = true
            case Byte.openBrace, Byte.openBracket: depth += 1
            case Byte.closeBrace, Byte.closeBracket:
                depth -= min(depth, 1)
                if depth == 0 { return .end(i + 1) }
            default: isScalar = true
            }
            i += 1
        }
        return .more
    }

    /// Whether a byte may be part of a number or a literal, or of a misspelt one.
    private static func isScalarByte(_ byte: UInt8) -> Bool {
        switch byte {
        case Byte.comma, Byte.colon, Byte.quote, Byte.openBrace, Byte.openBracket,
            Byte.closeBrace, Byte.closeBracket:
            false
        default: byte > 0x20
        }
    }

    /// The first quote, backslash or control character; `end` without one.
    @inline(__always)
    private static func stringSpecial(
        _ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int
    ) -> Int {
        var i = start
        while i + 16 <= end {
            let found = hb_first_string_special16(bytes + i)
            i += found
            if found < 16 { return i }
        }
        while i < end, bytes[i] != Byte.quote, bytes[i] != Byte.backslash, bytes[i] >= 0x20 {
            i += 1
        }
        return i
    }

    /// The first bracket, brace or quote; `end` without one.
    @inline(__always)
    private static func bracketOrQuote(
        _ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int
    ) -> Int {
        var i = start
        while i + 16 <= end {
            let found = hb_first_bracket16(bytes + i)
            i += found
            if found < 16 { return i }
        }
        while i < end {
            let lowered = bytes[i] | 0x20
            if lowered == Byte.openBrace || lowered == Byte.closeBrace || bytes[i] == Byte.quote {
                break
            }
            i += 1
        }
        return i
    }
}
