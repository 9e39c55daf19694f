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

    /// The index in a literal's contents of the byte `index` of its decoded text.
    ///
    /// - Parameters:
    ///   - decoded: The text: decoded into scratch, or the contents themselves.
    ///   - contents: The inside of a valid string literal.
    @inline(never)
    func literalIndex(of index: Int, decoded: ByteRange, from contents: ByteRange) -> Int {
        guard decoded != contents else { return index }
        var scalars = JSONStringScalars(pointer(to: contents), from: 0, to: contents.count)
        var count = 0
        while count < index, let scalar = scalars.next() {
            let replaced = JSONStringScalars.isSurrogate(scalar) ? 0xFFFD : scalar
            UTF8Text.encode(replaced) { _ in count += 1 }
        }
        return scalars.position
    }

    /// Sets the idempotency key from a valid JSON string or number.
    ///
    /// The key of a number is the number's text. Returns the violated rule, if any, and the index of
    /// the offending byte in the value.
    mutating func readKey(_ value: ByteRange) -> (reason: RecordProblem.Reason, index: Int)? {
        switch pointer(to: value)[0] {
        case Byte.quote:
            let contents = value.part(from: 1, count: value.count - 2)
            var text = contents
            if JSONString.hasEscape(pointer(to: text), from: 0, to: text.count) {
                text = decoded(text, maxBytes: IdempotencyKey.maxLength)
            }
            guard let found = readKeyText(text) else { return nil }
            return (
                found.reason, 1 + literalIndex(of: found.index, decoded: text, from: contents)
            )
        case Byte.minus, Byte.zero...Byte.nine: return readKeyText(value)
        default: return (.wrongType(.idempotencyKey), 0)
        }
    }

    /// Sets the idempotency key from plain text.
    ///
    /// Returns the violated rule, if any, and the index of the offending byte.
    mutating func readKeyText(_ text: ByteRange) -> (reason: RecordProblem.Reason, index: Int)? {
        if let found = IdempotencyKey.violation(in: bytes(text)) { return found }
        record.idempotencyKey = text
        return nil
    }
}
