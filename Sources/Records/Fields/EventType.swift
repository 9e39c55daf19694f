/// The rules for event types: 1 to 256 characters, no control characters.
///
/// A character is a Unicode scalar.
package enum EventType {
    /// The maximum number of characters.
    package static let maxLength = 256

    /// Whether a valid JSON string literal with its quotes is an event type.
    package static func isValid(literal: UnsafeRawBufferPointer) -> Bool {
        precondition(literal.count >= 2, "a string literal without its quotes")
        return literal.withMemoryRebound(to: UInt8.self) { bytes in
            guard let start = bytes.baseAddress else { return false }
            return violation(in: start, from: 1, to: bytes.count - 1, isEscaped: true) == nil
        }
    }

    /// The first violated rule and the index of the offending byte.
    ///
    /// - Parameters:
    ///   - contents: UTF-8 in `start..<end`.
    ///   - isEscaped: Whether `contents` is the inside of a valid JSON string literal.
    static func violation(
        in contents: UnsafePointer<UInt8>, from start: Int, to end: Int, isEscaped: Bool
    ) -> (reason: RecordProblem.Reason, index: Int)? {
        guard start < end else { return (.empty(.eventType), start) }
        if end - start <= maxLength, isPlain(contents, from: start, to: end) { return nil }
        return violationByDecoding(in: contents, from: start, to: end, isEscaped: isEscaped)
    }

    /// Whether all of it is printable ASCII without a quote or backslash.
    @inline(__always)
    private static func isPlain(
        _ contents: UnsafePointer<UInt8>, from start: Int, to end: Int
    ) -> Bool {
        var i = start
        while i + 8 <= end {
            let word = Word.load(contents, at: i)
            let deletes = Word.zeros(in: word ^ Word.repeating(Byte.delete))
            if Word.stringSpecials(in: word) | deletes != 0 { return false }
            i += 8
        }
        while i < end, contents[i] >= 0x20, contents[i] < Byte.delete,
            contents[i] != Byte.quote, contents[i] != Byte.backslash
        {
            i += 1
        }
        return i == end
    }

    @inline(never)
    private static func violationByDecoding(
        in contents: UnsafePointer<UInt8>, from start: Int, to end: Int, isEscaped: Bool
    ) -> (reason: RecordProblem.Reason, index: Int)? {
        var scalars = JSONStringScalars(contents, from: start, to: end)
        var plain = start
        for _ in 0..<maxLength {
            let index = isEscaped ? scalars.position : plain
            guard index < end else { return nil }
            let scalar: UInt32
            if isEscaped {
                guard let next = scalars.next() else { return nil }
                scalar = next
            } else {
                let (value, length) = UTF8Text.scalar(contents, at: plain)
                scalar = value
                plain += length
            }
            if scalar < 0x20 || (0x7F...0x9F).contains(scalar)
                || JSONStringScalars.isSurrogate(scalar)
            {
                return (.invalidCharacter(.eventType, codePoint: scalar), index)
            }
        }
        let index = isEscaped ? scalars.position : plain
        return index < end ? (.tooLong(.eventType, limit: maxLength), index) : nil
    }
}
