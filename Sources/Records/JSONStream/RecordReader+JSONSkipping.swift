/// Skips the parts of a JSON input that are not held: large values, and what is left out.
extension RecordReader {
    /// Starts the record of a value over the size limit and skips its bytes up to `index`.
    mutating func beginSkipping(to index: Int) {
        // At least one byte over the limit, which makes the record invalid.
        startRecord(
            from: buffer.head, to: max(index, buffer.head + options.maxRecordBytes + 1))
        adviseRecords(from: buffer.head, to: index)
        consume(to: index)
        json.framedCount = 0
        json.isSkipping = true
    }

    /// Skips to the end of a large value. Returns false if it needs more input.
    mutating func skipLargeValue() -> Bool {
        guard let isWhole = skipValue() else { return false }
        json.isSkipping = false
        record.length = buffer.offset(of: buffer.head) - record.offset.value
        if isWhole, json.place != .topLevel { json.place = .afterElement }
        return true
    }

    /// Skips to the end of the value whose end is searched. Without one, leaves out the rest.
    ///
    /// Returns nil if it needs more input, else whether the value has an end.
    mutating func skipValue() -> Bool? {
        guard let found = skipFrame() else { return nil }
        let isScalar = json.frame?.isScalar == true
        json.endFrame()
        switch found {
        case .end: return true
        case .controlCharacter: leaveOutRest(.bareControlCharacter)
        case .more:
            // The end of the input is the end of a number, too.
            if isScalar { return true }
            leaveOutRest(.unexpectedEnd)
        }
        return false
    }

    /// Consumes the bytes up to the end of the value, or of the input.
    ///
    /// Returns nil if it needs more input, and `more` at the end of the input.
    private mutating func skipFrame() -> JSONFrame.Found? {
        let found = json.frame?.scan(
            UnsafePointer(buffer.bytes), from: buffer.head, to: buffer.tail)
        switch found {
        case .end(let index), .controlCharacter(let index):
            consume(to: index)
            return found
        case .more, nil:
            consume(to: buffer.tail)
            return isAtEnd ? .more : nil
        }
    }

    /// Leaves out the rest of the input from the buffer's head.
    ///
    /// - Parameter cause: The syntax error there; nil if the last record has one.
    mutating func leaveOutRest(_ cause: JSONProblem.Reason?) {
        json.place = .rest
        json.restCause = cause
        json.wrapper = JSONWrapperState()
    }

    /// Consumes the rest of the input, and gives it a row. There is none for white space after an
    /// invalid record.
    mutating func leaveOutRest() -> Next {
        if !json.isLeavingOut {
            let start = JSONScanner(bytes: UnsafePointer(buffer.bytes), end: buffer.tail)
                .afterSpace(buffer.head)
            consume(to: start)
            if start == buffer.tail {
                guard isAtEnd else { return .needsInput }
                if json.restCause == nil {
                    json.place = .leftOut
                    return .end
                }
            }
            startRecord(from: start, to: start)
            record.bytes = nil
            json.isLeavingOut = true
        }
        buffer.head = buffer.tail
        guard isAtEnd else { return .needsInput }
        record.length = buffer.bytesRead - record.offset.value
        record.problem = RecordProblem(
            .leftOut(json.restCause, bytes: record.length), offset: record.offset)
        json.place = .leftOut
        return .record
    }
}
