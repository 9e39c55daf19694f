/// JSON values that become plain text.
extension RecordReader {
    /// The text of the valid JSON string literal `start..<end` of the buffer: where it stands, or
    /// decoded into scratch if it has escapes. Of a text over `longest` bytes it may be only the
    /// first part, itself over `longest`.
    @inline(__always)
    mutating func contents(of start: Int, to end: Int, longest: Int) -> ByteRange {
        let inside = ByteRange(start: start + 1, count: end - start - 2)
        guard JSONString.hasEscape(UnsafePointer(buffer.bytes), from: start + 1, to: end - 1)
        else { return inside }
        return decoded(inside, longest: longest)
    }

    /// Decodes the contents of a valid string literal, of which at most a little more than
    /// `longest` bytes are wanted. Half a surrogate pair becomes U+FFFD.
    @inline(never)
    mutating func decoded(_ contents: ByteRange, longest: Int) -> ByteRange {
        let start = scratch.count
        scratch.reserve(longest + 4)
        var scalars = JSONStringScalars(pointer(to: contents), from: 0, to: contents.count)
        while scratch.count - start <= longest, let scalar = scalars.next() {
            let replaced = JSONStringScalars.isSurrogate(scalar) ? 0xFFFD : scalar
            UTF8Text.encode(replaced) { byte in
                // Not append: it could move the bytes that are being decoded.
                scratch.bytes[scratch.count] = byte
                scratch.count += 1
            }
        }
        return scratch.range(from: start)
    }

    /// Takes the valid JSON value at `value` for the idempotency key: the text of a string, or a
    /// number as it is written.
    mutating func takeKey(_ value: ByteRange) -> RecordProblem.Fault? {
        var text = value
        switch pointer(to: value)[0] {
        case Byte.quote:
            text = value.part(from: 1, count: value.count - 2)
            if JSONString.hasEscape(pointer(to: text), from: 0, to: text.count) {
                text = decoded(text, longest: IdempotencyKey.maxLength)
            }
        case Byte.minus, Byte.zero...Byte.nine: break
        default: return .wrongType(.idempotencyKey)
        }
        return takeKeyText(text)
    }

    /// Takes plain text for the idempotency key.
    mutating func takeKeyText(_ text: ByteRange) -> RecordProblem.Fault? {
        if let found = IdempotencyKey.fault(in: bytes(text)) { return found.fault }
        record.idempotencyKey = text
        return nil
    }
}
