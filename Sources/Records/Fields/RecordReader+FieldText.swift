/// JSON values as plain text.
extension RecordReader {
    /// The text of the valid JSON string literal `start..<end` of the buffer.
    ///
    /// A literal with escapes is decoded into scratch. A text of more than `maxBytes` may be
    /// truncated, but stays longer than `maxBytes`.
    @inline(__always)
    mutating func contents(of start: Int, to end: Int, maxBytes: Int) -> ByteRange {
        let inside = ByteRange(start: start + 1, count: end - start - 2)
        guard JSONString.hasEscape(UnsafePointer(buffer.bytes), from: start + 1, to: end - 1)
        else { return inside }
        return decoded(inside, maxBytes: maxBytes)
    }

    /// Decodes the contents of a valid string literal into scratch.
    ///
    /// Stops after `maxBytes` bytes. An unpaired surrogate becomes U+FFFD.
    @inline(never)
    mutating func decoded(_ contents: ByteRange, maxBytes: Int) -> ByteRange {
        let start = scratch.count
        scratch.reserve(maxBytes + 4)
        var scalars = JSONStringScalars(pointer(to: contents), from: 0, to: contents.count)
        while scratch.count - start <= maxBytes, let scalar = scalars.next() {
            let replaced = JSONStringScalars.isSurrogate(scalar) ? 0xFFFD : scalar
            UTF8Text.encode(replaced) { byte in
                // Not `append`, which could move the bytes that are being decoded.
                scratch.bytes[scratch.count] = byte
                scratch.count += 1
            }
        }
        return scratch.range(from: start)
    }

    /// Sets the idempotency key from a valid JSON string or number.
    ///
    /// The key of a number is the number's text. Returns the violated rule, if any.
    mutating func readKey(_ value: ByteRange) -> RecordProblem.Reason? {
        var text = value
        switch pointer(to: value)[0] {
        case Byte.quote:
            text = value.part(from: 1, count: value.count - 2)
            if JSONString.hasEscape(pointer(to: text), from: 0, to: text.count) {
                text = decoded(text, maxBytes: IdempotencyKey.maxLength)
            }
        case Byte.minus, Byte.zero...Byte.nine: break
        default: return .wrongType(.idempotencyKey)
        }
        return readKeyText(text)
    }

    /// Sets the idempotency key from plain text. Returns the violated rule, if any.
    mutating func readKeyText(_ text: ByteRange) -> RecordProblem.Reason? {
        if let found = IdempotencyKey.violation(in: bytes(text)) { return found.reason }
        record.idempotencyKey = text
        return nil
    }
}
