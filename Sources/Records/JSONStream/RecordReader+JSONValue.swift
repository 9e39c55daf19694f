/// Reads one value of a JSON input as a record.
///
/// Most values are read in one pass, which also finds their ends. Only a value that is not complete
/// in the buffer, is invalid or is too large is searched for its end with a `JSONFrame` first. Both
/// ways give the same record, so that records do not depend on the sizes of the reads.
extension RecordReader {
    /// Reads the value at the buffer's head.
    mutating func readValue() -> Next {
        let start = buffer.head
        let end = min(buffer.tail, start + options.maxLineBytes)
        let valueEnd = readFields(
            ofValueAt: start, to: end, isLast: isAtEnd && end == buffer.tail)
        if valueEnd >= 0 { return finishValue(at: valueEnd) }
        json.frame = JSONFrame()
        return readFramedValue()
    }

    /// Reads the value at the buffer's head once its end, or enough of it, is there.
    @inline(never)
    mutating func readFramedValue() -> Next {
        let start = buffer.head
        let limit = start + options.maxLineBytes
        let end = min(buffer.tail, limit)
        var bound = end
        var skipped = end
        var frameEnd: Int?
        var isCutOff = false
        switch json.frame?.scan(
            UnsafePointer(buffer.bytes), from: start + json.framedCount, to: end)
        {
        case .end(let found):
            bound = found
            frameEnd = found
        case .controlCharacter(let found):
            bound = found + 1
            skipped = found
        case .more, nil:
            json.framedCount = end - start
            if end < limit, !isAtEnd { return .needsInput }
            isCutOff = end < limit
            if isCutOff, json.frame?.isScalar == true { frameEnd = end }
        }
        let valueEnd = readFields(ofValueAt: start, to: bound, isLast: frameEnd != nil)
        if valueEnd >= 0 { return finishValue(at: valueEnd) }
        let problem = JSONProblem(packed: valueEnd)
        let maxEnd = start + options.maxRecordBytes
        if problem.position < maxEnd || isCutOff && bound <= maxEnd {
            return finishInvalidValue(
                problem, frameEnd: frameEnd, cutOffAt: isCutOff ? bound : nil)
        }
        if let frameEnd {
            startRecord(from: start, to: frameEnd)
            return finishValue(at: frameEnd)
        }
        beginSkipping(to: skipped)
        return skipLargeValue() ? .record : .needsInput
    }

    /// Ends a complete value, whose fields were read.
    private mutating func finishValue(at end: Int) -> Next {
        if record.problem != nil { adviseRecords(from: buffer.head, to: end) }
        json.endFrame()
        consume(to: end)
        if json.place != .topLevel { json.place = .afterElement }
        return .record
    }

    /// Ends a value that is not valid JSON.
    ///
    /// Its record ends where its brackets and quotes do, or else at the problem. After a syntax
    /// error the meaning of the rest is uncertain. Malformed text and deep nesting are no such
    /// errors.
    private mutating func finishInvalidValue(
        _ problem: JSONProblem, frameEnd: Int?, cutOffAt: Int?
    ) -> Next {
        let start = buffer.head
        var end = max(problem.position, start + 1)
        var isEndCertain = false
        if let frameEnd, frameEnd - start <= options.maxRecordBytes {
            end = frameEnd
            isEndCertain = problem.reason == .invalidUTF8 || problem.reason == .tooDeep
        } else if let cutOffAt {
            end = cutOffAt
        }
        startRecord(from: start, to: end)
        record.problem = self.problem(problem)
        if isEndCertain { return finishValue(at: end) }
        json.endFrame()
        consume(to: end)
        leaveOutRest(nil)
        return .record
    }

    /// Reads the fields of the value at `start`, and starts its record.
    ///
    /// Returns the end of the value, or a packed problem without a record. A value over the size
    /// limit has no fields.
    ///
    /// - Parameter isLast: Whether a number may end at `end`.
    private mutating func readFields(ofValueAt start: Int, to end: Int, isLast: Bool) -> Int {
        if buffer.bytes[start] == Byte.openBrace {
            return isMapped
                ? readMappedElement(at: start, to: end) : readElement(at: start, to: end)
        }
        let scanner = JSONScanner(bytes: UnsafePointer(buffer.bytes), end: end)
        let valueEnd = scanner.value(at: start, depth: 0)
        guard valueEnd >= 0 else { return valueEnd }
        if valueEnd == end, !isLast, (Byte.zero...Byte.nine).contains(buffer.bytes[end - 1]) {
            return JSONProblem.pack(.unexpectedEnd, at: end)
        }
        startRecord(from: start, to: valueEnd)
        invalidate(problem(.notAnObject, at: start))
        return valueEnd
    }

    @inline(never)
    private mutating func readElement(at start: Int, to end: Int) -> Int {
        let scanner = JSONScanner(bytes: UnsafePointer(buffer.bytes), end: end)
        return readMembers(scanner, brace: start, isWholeText: false)
    }

    @inline(never)
    private mutating func readMappedElement(at start: Int, to end: Int) -> Int {
        let scanner = JSONScanner(bytes: UnsafePointer(buffer.bytes), end: end)
        return readMappedMembers(scanner, brace: start, isWholeText: false)
    }
}
