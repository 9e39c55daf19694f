import Glibc

/// Conversion between text and JSON string literals.
package enum JSONString {
    /// Appends UTF-8 text as a JSON string literal.
    ///
    /// Only `"`, `\` and control characters are escaped.
    package static func appendLiteral(of text: UnsafeRawBufferPointer, to output: inout [UInt8]) {
        output.reserveCapacity(output.count + text.count + 2)
        forEachByte(ofLiteral: text) { output.append($0) }
    }

    /// Calls `body` with each byte of a text's literal.
    @inline(__always)
    static func forEachByte(ofLiteral text: UnsafeRawBufferPointer, _ body: (UInt8) -> Void) {
        body(Byte.quote)
        for byte in text {
            switch escape(for: byte) {
            case .none: body(byte)
            case .short(let letter):
                body(Byte.backslash)
                body(letter)
            case .code:
                for letter in "\\u00".utf8 { body(letter) }
                body(hexDigit(byte >> 4))
                body(hexDigit(byte & 0xF))
            }
        }
        body(Byte.quote)
    }

    /// Appends the decoded text of `literal`. An unpaired surrogate becomes U+FFFD.
    ///
    /// Returns false, and appends nothing, if `literal` is not exactly one valid JSON string.
    @discardableResult
    package static func decode(
        _ literal: UnsafeRawBufferPointer, into output: inout [UInt8]
    ) -> Bool {
        literal.withMemoryRebound(to: UInt8.self) { literal in
            guard let bytes = literal.baseAddress, literal.count >= 2, bytes[0] == Byte.quote
            else { return false }
            let scanner = JSONScanner(bytes: bytes, end: literal.count)
            guard scanner.string(after: 1) == literal.count else { return false }
            let contents = UnsafeBufferPointer(rebasing: literal[1..<literal.count - 1])
            guard contents.contains(Byte.backslash) else {
                output.append(contentsOf: contents)
                return true
            }
            output.reserveCapacity(output.count + contents.count)
            var scalars = JSONStringScalars(bytes, from: 1, to: literal.count - 1)
            while let scalar = scalars.next() {
                let replaced = JSONStringScalars.isSurrogate(scalar) ? 0xFFFD : scalar
                UTF8Text.encode(replaced) { output.append($0) }
            }
            return true
        }
    }

    /// Whether the decoded contents `start..<end` of a valid literal equal `text`.
    @inline(__always)
    static func contents(
        _ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int,
        equal text: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        isSame(bytes, from: start, to: end, as: text)
            || hasEscape(bytes, from: start, to: end)
                && escapedContents(bytes, from: start, to: end, equal: text)
    }

    /// Whether the bytes equal `text`.
    @inline(__always)
    static func isSame(
        _ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int,
        as text: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        guard end - start == text.count, let other = text.baseAddress else {
            return start == end && text.isEmpty
        }
        return memcmp(bytes + start, other, text.count) == 0
    }

    /// Whether a valid literal contains a backslash.
    package static func hasEscape(in literal: UnsafeRawBufferPointer) -> Bool {
        literal.withMemoryRebound(to: UInt8.self) { literal in
            guard let bytes = literal.baseAddress else { return false }
            return hasEscape(bytes, from: 0, to: literal.count)
        }
    }

    @inline(__always)
    static func hasEscape(_ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int) -> Bool {
        var i = start
        while i + 8 <= end {
            let word = Word.load(bytes, at: i) ^ Word.repeating(Byte.backslash)
            if Word.zeros(in: word) != 0 { return true }
            i += 8
        }
        while i < end {
            if bytes[i] == Byte.backslash { return true }
            i += 1
        }
        return false
    }

    /// `contents(_:from:to:equal:)` by decoding, up to the first difference.
    @inline(never)
    static func escapedContents(
        _ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int,
        equal text: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        var scalars = JSONStringScalars(bytes, from: start, to: end)
        var k = 0
        var isEqual = true
        while isEqual, let scalar = scalars.next() {
            guard !JSONStringScalars.isSurrogate(scalar) else { return false }
            UTF8Text.encode(scalar) { byte in
                isEqual = isEqual && k < text.count && text[k] == byte
                k += 1
            }
        }
        return isEqual && k == text.count
    }

    /// The form of a byte inside a literal.
    enum Escape {
        case none
        /// A backslash and this byte.
        case short(UInt8)
        /// `\u00XX`.
        case code
    }

    @inline(__always)
    static func escape(for byte: UInt8) -> Escape {
        if byte >= 0x20 {
            return byte == Byte.quote || byte == Byte.backslash ? .short(byte) : .none
        }
        switch byte {
        case Byte.tab: return .short(UInt8(ascii: "t"))
        case Byte.lineFeed: return .short(UInt8(ascii: "n"))
        case Byte.carriageReturn: return .short(UInt8(ascii: "r"))
        default: return .code
        }
    }

    static func hexDigit(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? Byte.zero + nibble : UInt8(ascii: "a") + nibble - 10
    }
}
