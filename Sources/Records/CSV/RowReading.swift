/// CSV: which bytes are a row.
extension RecordReader {
    mutating func nextRow() -> Next {
        scratch.reset()
        while true {
            if oversized != nil {
                return skipOversized() ? .record : .needsInput
            }
            if buffer.available == 0, isAtEnd { return .end }
            let start = buffer.head
            // Decisions at the limit may only depend on bytes within it, not on what else was read.
            let limit = min(buffer.available, options.maxRecordBytes + 2)
            let bytes = UnsafePointer(buffer.bytes + start)
            let rowEnd = row.scan(
                bytes, to: limit, isFinal: isAtEnd && limit == buffer.available, columns: columns)
            if let rowEnd {
                let next = finish(from: start, rowEnd)
                row.reset()
                if let next { return next }
            } else if limit < options.maxRecordBytes + 2, !isAtEnd {
                return .needsInput
            } else {
                let next = cutShort(within: limit)
                row.reset()
                if let next { return next }
            }
        }
    }

    /// What becomes of a whole row; nil if it is none of the records.
    private mutating func finish(
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
        if options.hasHeader, columns.count == 0 {
            if let fault = rowFault(from: start, to: end) {
                return refuse(.malformedHeader(fault))
            }
            let bytes = UnsafePointer(buffer.bytes + start)
            if let refusal = readHeader(bytes, length: rowEnd.length) { return refuse(refusal) }
            csvHeader = Array(UnsafeBufferPointer(start: bytes, count: rowEnd.next))
            return nil
        }
        startRecord(from: start, to: end)
        if fits {
            if let fault = rowFault(from: start, to: end) {
                record.problem = fault
            } else {
                readFields(from: start)
            }
        }
        return .record
    }

    private func countLineFeeds(from start: Int, _ rowEnd: CSVRowScanner.RowEnd) -> UInt64 {
        guard row.hasQuotes else { return rowEnd.next > rowEnd.length ? 1 : 0 }
        return buffer.countLineFeeds(from: start, to: start + rowEnd.next)
    }

    /// What becomes of a row that does not end within the limit, or of a quote still open at the
    /// end of the input: such a quote spoils its own physical line only.
    private mutating func cutShort(within limit: Int) -> Next? {
        let start = buffer.head
        let openQuote = problem(.unclosedQuote, at: start + row.openQuote, column: row.fieldCount)
        let lineFeed = buffer.lineFeed(from: start, to: start + limit)
        if options.hasHeader, columns.count == 0 {
            guard row.state != .quoted else { return refuse(.malformedHeader(openQuote)) }
            let place = start + options.maxRecordBytes
            return refuse(
                .malformedHeader(problem(.tooLarge(limit: options.maxRecordBytes), at: place)))
        }
        guard row.state == .quoted, lineFeed != nil || limit < options.maxRecordBytes + 2 else {
            beginSkipping(after: limit)
            return nil
        }
        var end = lineFeed ?? start + limit
        buffer.head = lineFeed.map { $0 + 1 } ?? end
        if lineFeed != nil, end > start, buffer.bytes[end - 1] == Byte.carriageReturn { end -= 1 }
        startRecord(from: start, to: end)
        if lineFeed != nil { lineNumber += 1 }
        note(openQuote)
        return .record
    }

    /// What keeps the row from being read field by field.
    private func rowFault(from start: Int, to end: Int) -> RecordProblem? {
        if end - start > options.maxRecordBytes {
            return problem(
                .tooLarge(limit: options.maxRecordBytes), at: start + options.maxRecordBytes)
        }
        if let found = row.fault {
            return problem(found.fault, at: start + found.position, column: row.fieldCount)
        }
        if let index = UTF8Text.firstFault(UnsafePointer(buffer.bytes), from: start, to: end) {
            return problem(.invalidUTF8, at: index)
        }
        return nil
    }

    /// Whether a row has nothing but white space, and no quotes, in one field.
    private func isBlank(from start: Int, to end: Int) -> Bool {
        guard row.fieldCount == 1, !row.hasQuotes, row.fault == nil else { return false }
        var i = start
        while i < end, Byte.isJSONSpace(buffer.bytes[i]) { i += 1 }
        return i == end
    }

    private mutating func refuse(_ refusal: InputRefusal) -> Next {
        self.refusal = refusal
        return .refused(refusal)
    }

    /// A problem in the field with this index from 0.
    func problem(_ fault: RecordProblem.Fault, at index: Int, column: Int) -> RecordProblem {
        RecordProblem(
            fault, offset: ByteOffset(buffer.offset(of: index)), column: column + 1)
    }
}
