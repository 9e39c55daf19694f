extension RowBuffer {
    /// Appends untrusted text as a JSON string literal.
    ///
    /// Quotes and backslashes are escaped, control and format characters are `\uXXXX`, and bytes
    /// that are not UTF-8 become U+FFFD.
    mutating func append(text bytes: UnsafeRawBufferPointer) {
        append(byte: 0x22)
        append(inner: bytes)
        append(byte: 0x22)
    }

    mutating func append(text: String) {
        var text = text
        text.withUTF8 { append(text: UnsafeRawBufferPointer($0)) }
    }

    /// Appends a JSON string literal, quotes included.
    ///
    /// Invisible and format characters, which a literal may contain unescaped, are escaped.
    mutating func append(literal bytes: UnsafeRawBufferPointer) {
        precondition(
            bytes.count >= 2 && bytes[0] == 0x22 && bytes[bytes.count - 1] == 0x22,
            "a literal has quotes")
        append(byte: 0x22)
        append(inner: UnsafeRawBufferPointer(rebasing: bytes[1..<bytes.count - 1]), isLiteral: true)
        append(byte: 0x22)
    }

    /// Appends untrusted text as the content of a literal, without quotes.
    mutating func append(inner bytes: UnsafeRawBufferPointer) {
        append(inner: bytes, isLiteral: false)
    }

    /// Copies eight plain bytes at a time, and others singly.
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

    /// Appends the character at `index`, which is not plain. Returns its length in `bytes`.
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

    /// Appends `\uXXXX`, or a surrogate pair from U+10000 on (RFC 8259 §7).
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
