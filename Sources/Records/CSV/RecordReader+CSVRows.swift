/// Splits CSV into rows.
extension RecordReader {
    /// The next record of a CSV input.
    mutating func nextRow() -> Next {
        scratch.reset()
        while true {
            if oversized != nil {
                return skipOversized() ? .record : .needsInput
            }
            if buffer.available == 0, isAtEnd { return .end }
            let start = buffer.head
            // Decisions at the limit must not depend on the sizes of the reads.
            let limit = min(buffer.available, options.maxLineBytes)
            let bytes = UnsafePointer(buffer.bytes + start)
            let rowEnd = csv.scan(
                bytes, to: limit, isFinal: isAtEnd && limit == buffer.available)
            if let rowEnd {
                let next = readRow(from: start, rowEnd)
                csv.row.reset()
                if let next { return next }
            } else if limit < options.maxLineBytes, !isAtEnd {
                return .needsInput
            } else {
                let next = readUnterminatedRow(within: limit)
                csv.row.reset()
                if let next { return next }
            }
        }
    }

    /// Reads a complete row; nil for a blank row or the header.
    private mutating func readRow(
        from start: Int, _ rowEnd: CSVRowScanner.RowEnd
    ) -> Next? {
        let end = start + rowEnd.length
        defer {
            buffer.head = start + rowEnd.next
            lineNumber += countLineFeeds(from: start, rowEnd)
        }
        let fits = rowEnd.length <= options.maxRecordBytes
        if fits, isBlank(from: start, to: end) {
            blankLines += 1
            return nil
        }
        if options.hasHeader, !csv.columns.isCountKnown {
            if let problem = rowProblem(from: start, to: end) {
                return refuse(.malformedHeader(problem))
            }
            let bytes = UnsafePointer(buffer.bytes + start)
            if let refusal = readHeader(bytes, length: rowEnd.length) { return refuse(refusal) }
            keepHeader(bytes, rowEnd)
            return nil
        }
        startRecord(from: start, to: end)
        if fits {
            if let problem = rowProblem(from: start, to: end) {
                record.problem = problem
            } else if csv.repeatedLengths.contains(rowEnd.length), isHeader(from: start, to: end) {
                // As a record it would be sent to an application of the header's name.
                record.problem = self.problem(.repeatedHeader, at: start)
            } else {
                readFields(from: start)
            }
        }
        return .record
    }

    private func countLineFeeds(from start: Int, _ rowEnd: CSVRowScanner.RowEnd) -> UInt64 {
        guard csv.row.hasQuotes else { return rowEnd.next > rowEnd.length ? 1 : 0 }
        return countLines(from: start, to: start + rowEnd.next)
    }

    /// Reads a row without an end within the limit or the input.
    ///
    /// An open quote invalidates only its own physical line.
    private mutating func readUnterminatedRow(within limit: Int) -> Next? {
        let start = buffer.head
        let openQuote = problem(
            .unclosedQuote, at: start + csv.row.openQuote, column: csv.row.fieldCount)
        let lineEnd = physicalLineEnd(
            from: start, to: start + limit, isFinal: limit < options.maxLineBytes)
        if options.hasHeader, !csv.columns.isCountKnown {
            let position = start + options.maxRecordBytes
            let problem =
                csv.row.isInQuotes
                ? openQuote : problem(.tooLarge(limit: options.maxRecordBytes), at: position)
            return refuse(.malformedHeader(problem))
        }
        guard csv.row.isInQuotes, lineEnd != nil || limit < options.maxLineBytes else {
            beginSkipping(after: limit)
            return nil
        }
        buffer.head = lineEnd?.next ?? start + limit
        startRecord(from: start, to: lineEnd?.content ?? start + limit)
        if lineEnd != nil { lineNumber += 1 }
        invalidate(openQuote)
        return .record
    }

    /// The problem of the row as a whole, if any.
    private func rowProblem(from start: Int, to end: Int) -> RecordProblem? {
        if end - start > options.maxRecordBytes {
            return problem(
                .tooLarge(limit: options.maxRecordBytes), at: start + options.maxRecordBytes)
        }
        if let found = csv.row.problem {
            return problem(found.reason, at: start + found.position, column: csv.row.fieldCount)
        }
        let index = UTF8Text.firstMalformedByte(
            UnsafePointer(buffer.bytes), from: start, to: end)
        return index.map {
            var found = problem(.invalidUTF8, at: $0)
            found.character = character(at: $0, violates: .invalidUTF8)
            return found
        }
    }

    /// Whether a row is one unquoted field of white space only.
    private func isBlank(from start: Int, to end: Int) -> Bool {
        guard csv.row.fieldCount == 1, !csv.row.hasQuotes, csv.row.problem == nil else {
            return false
        }
        var i = start
        while i < end, Byte.isJSONSpace(buffer.bytes[i]) { i += 1 }
        return i == end
    }

    /// A problem in the column with this index, from 0.
    func problem(
        _ reason: RecordProblem.Reason, at index: Int, column: Int, character: UInt32? = nil
    ) -> RecordProblem {
        RecordProblem(
            reason, offset: ByteOffset(buffer.offset(of: index)), column: column + 1,
            character: character)
    }
}
