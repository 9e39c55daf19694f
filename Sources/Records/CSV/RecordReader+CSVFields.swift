/// Validates a CSV row and finds its fields.
extension RecordReader {
    /// Finds and validates the fields of the well-formed row at `start`.
    mutating func readFields(from start: Int) {
        csv.unprepared = nil
        let found = csv.row.fieldCount
        if !csv.columns.isCountKnown { csv.columns.setCount(firstRow: found) }
        guard found == csv.columns.exactCount || hasEmptyLastCell(found, from: start) else {
            let expected = csv.columns.count + (csv.columns.exactCount < 0 ? 1 : 0)
            invalidate(problem(.columns(found: found, expected: expected), at: start))
            return
        }
        if isMapped {
            readMappedFields(from: start)
        } else {
            readAppID(csv.appIDCell(from: start))
            readEventType(csv.eventTypeCell(from: start))
            if let cell = csv.payloadCell(from: start) { readPayload(cell) }
        }
        if let cell = csv.keyCell(from: start) { readKey(cell) }
    }

    /// Whether a row of `found` cells has all cells, and a delimiter after the last one.
    ///
    /// If the first record has, so must all. Otherwise a row with a cell too many would be valid.
    @inline(never)
    private mutating func hasEmptyLastCell(_ found: Int, from start: Int) -> Bool {
        let end = start + Int(record.length)
        guard found == csv.columns.count + 1, buffer.bytes[end - 1] == csv.row.delimiter else {
            return false
        }
        if lastOrdinal == 1 { csv.columns.exactCount = -1 }
        return csv.columns.exactCount < 0
    }

    mutating func readAppID(_ cell: CSVCell) {
        guard !cell.isEmpty else { return invalidate(.missing(.appID), in: cell) }
        let range = text(of: cell)
        if let found = AppID.violation(in: bytes(range)) {
            return invalidate(found.reason, in: cell, at: found.index)
        }
        record.appID = range
    }

    mutating func readEventType(_ cell: CSVCell) {
        guard !cell.isEmpty else { return invalidate(.missing(.eventType), in: cell) }
        let range = text(of: cell)
        let found = EventType.violation(
            in: pointer(to: range), from: 0, to: range.count, isEscaped: false)
        if let found { return invalidate(found.reason, in: cell, at: found.index) }
        record.eventType = appendLiteral(of: cell)
    }

    private mutating func readTextPayload(_ cell: CSVCell) {
        if options.csvPayload == .auto, cell.end - cell.start == 2, isNullMark(cell) {
            return invalidate(.nullMark, in: cell)
        }
        record.payload = ByteRange(start: cell.start, count: cell.end - cell.start)
        csv.unprepared = .text(cell, count: nil)
    }

    /// Whether a cell of two bytes is `\N`, the null of a database's text dump.
    @inline(never)
    func isNullMark(_ cell: CSVCell) -> Bool {
        buffer.bytes[cell.start] == Byte.backslash
            && buffer.bytes[cell.start + 1] == UInt8(ascii: "N")
    }

    /// Validates a payload and sets its range.
    ///
    /// The quotes of JSON stay doubled until `preparePayload`.
    mutating func readPayload(_ cell: CSVCell) {
        if options.csvPayload == .text {
            readTextPayload(cell)
            return
        }
        let bytes = UnsafePointer(buffer.bytes)
        let (start, end) = Byte.withoutJSONSpace(bytes, from: cell.start, to: cell.end)
        if options.csvPayload == .auto {
            if start == end { return }
            guard Self.looksLikeJSON(bytes + start, count: end - start) else {
                readTextPayload(cell)
                return
            }
        } else if start == end {
            return invalidate(.empty(.payload), in: cell)
        }
        let textEnd = JSONScanner(bytes: bytes, end: end, quoteWidth: 2).document(from: start)
        if textEnd < 0 {
            let found = JSONProblem(packed: textEnd)
            return invalidate(
                problem(
                    .payloadJSON(found.reason), at: found.position, column: cell.column,
                    character: character(at: found.position, violates: found.reason)))
        }
        guard options.payload.allows(firstByte: bytes[start]) else {
            return invalidate(problem(.wrongType(.payload), at: start, column: cell.column))
        }
        record.payload = ByteRange(start: start, count: end - start)
        if cell.isEscaped { csv.unprepared = .quotedJSON }
    }

    /// Whether a trimmed cell starts like a JSON container or string, or is null.
    static func looksLikeJSON(_ text: UnsafePointer<UInt8>, count: Int) -> Bool {
        switch text[0] {
        case Byte.openBrace, Byte.openBracket, Byte.quote: true
        default:
            count == 4 && text[0] == UInt8(ascii: "n") && text[1] == UInt8(ascii: "u")
                && text[2] == UInt8(ascii: "l") && text[3] == UInt8(ascii: "l")
        }
    }

    private mutating func readKey(_ cell: CSVCell) {
        guard let pointer = options.idempotencyKeyFrom, !cell.isEmpty else {
            return invalidate(.missing(.idempotencyKey), in: cell)
        }
        let range = text(of: cell)
        if pointer.count == 1 {
            if let found = readKeyText(range) {
                invalidate(found.reason, in: cell, at: found.index)
            }
            return
        }
        guard let value = search(range, for: pointer).found else {
            return invalidate(.missing(.idempotencyKey), in: cell)
        }
        if let found = readKey(range.part(from: value.start, count: value.count)) {
            invalidate(found.reason, in: cell, at: value.start + found.index)
        }
    }

    /// Searches the JSON of a cell for the value at a pointer.
    ///
    /// The pointer's first token was the column. In invalid JSON nothing is found, and `problem` is
    /// set.
    func search(
        _ text: ByteRange, for pointer: JSONPointer
    ) -> (found: ByteRange?, duplicate: Int?, problem: JSONProblem?) {
        let scanner = JSONScanner(bytes: self.pointer(to: text), end: text.count)
        var search = JSONSearch(scanner: scanner, pointer: pointer)
        let end = scanner.endOfText(search.step(1, at: scanner.afterSpace(0), depth: 0))
        guard end >= 0 else { return (nil, nil, JSONProblem(packed: end)) }
        return (search.found, search.duplicate, nil)
    }

    /// Marks the record as invalid, at an index of a cell's text.
    mutating func invalidate(
        _ reason: RecordProblem.Reason, in cell: CSVCell, at index: Int = 0
    ) {
        let position =
            csv.hasOtherCells
            ? escapedPosition(ofTextIndex: index, in: cell)
            : cell.position(ofTextIndex: index, in: UnsafePointer(buffer.bytes))
        var character: UInt32?
        switch reason {
        case .payloadJSON(let rule), .memberJSON(let rule, _):
            character = self.character(at: position, violates: rule)
        default: break
        }
        invalidate(problem(reason, at: position, column: cell.column, character: character))
    }
}

extension ByteRange {
    /// A part of the range, in the buffer or in scratch.
    func part(from index: Int, count: Int) -> ByteRange {
        ByteRange(start: start < 0 ? start - index : start + index, count: count)
    }
}
