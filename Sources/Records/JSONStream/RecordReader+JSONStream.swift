/// Splits a JSON input into records: values, and the elements of arrays.
extension RecordReader {
    /// The next record of a JSON input.
    @inline(never)
    mutating func nextValue() -> Next {
        scratch.reset()
        while true {
            if json.place == .leftOut { return .end }
            if json.place == .rest { return leaveOutRest() }
            if json.isSkipping { return skipLargeValue() ? .record : .needsInput }
            if json.frame != nil {
                if json.wrapper.isSkipping {
                    guard skipMember() else { return .needsInput }
                    continue
                }
                return readFramedValue()
            }
            if json.wrapper.isComplete, let next = endWrapper() { return next }
            let start = afterSpace()
            consume(to: start)
            guard start < buffer.tail else {
                guard isAtEnd else { return .needsInput }
                guard isAtEndOfValues else {
                    leaveOutRest(.unexpectedEnd)
                    continue
                }
                return .end
            }
            if json.place == .topLevel, let pointer = options.records {
                guard stepInWrapper(pointer, at: start) else { return .needsInput }
            } else if takePunctuation(at: start) {
                return readValue()
            }
        }
    }

    /// Whether the input may end before the next value.
    private var isAtEndOfValues: Bool { json.place == .topLevel && json.wrapper.isAtStart }

    private func afterSpace() -> Int {
        JSONScanner(bytes: UnsafePointer(buffer.bytes), end: buffer.tail).afterSpace(buffer.head)
    }

    /// Consumes the bytes up to `index`, and counts their lines.
    @inline(__always)
    mutating func consume(to index: Int) {
        lineNumber += buffer.lineFeedCount(from: buffer.head, to: index)
        buffer.head = index
    }

    /// Consumes a bracket or comma at `index`, the buffer's head. Returns whether a value is there
    /// instead.
    private mutating func takePunctuation(at index: Int) -> Bool {
        let byte = buffer.bytes[index]
        switch (json.place, byte) {
        case (.topLevel, Byte.openBracket):
            json.place = .arrayStart
        case (.arrayStart, Byte.closeBracket), (.afterElement, Byte.closeBracket):
            json.place = .topLevel
        case (.afterElement, Byte.comma):
            json.place = .afterComma
        case (.topLevel, Byte.recordSeparator):
            break
        case (.afterElement, _):
            leaveOutRest(unexpected(.expectedCommaOrBracket, at: index))
            return false
        default:
            guard Self.startsValue(byte) else {
                leaveOutRest(unexpected(.expectedValue, at: index))
                return false
            }
            return true
        }
        buffer.head += 1
        return false
    }

    static func startsValue(_ byte: UInt8) -> Bool {
        switch byte {
        case Byte.openBrace, Byte.quote, Byte.openBracket, Byte.minus, Byte.zero...Byte.nine,
            UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"):
            true
        default: false
        }
    }

    /// The reason why a byte is wrong: malformed UTF-8, or `reason`.
    func unexpected(
        _ reason: JSONProblem.Reason, at index: Int
    ) -> JSONProblem.Reason {
        let byte = buffer.bytes[index]
        // More bytes may be missing, so only the first is judged.
        return byte >= 0x80 && !(0xC2...0xF4).contains(byte) ? .invalidUTF8 : reason
    }
}
