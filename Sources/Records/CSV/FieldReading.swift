/// CSV: what a row says.
extension RecordReader {
    /// Finds the record's fields in the well-formed row that starts at `start` of the buffer.
    mutating func readFields(from start: Int) {
        unprepared = nil
        if columns.count == 0 { columns.count = countWithoutHeader(firstRow: row.fieldCount) }
        guard row.fieldCount == columns.count else {
            note(
                problem(
                    .columns(found: row.fieldCount, expected: columns.count), at: start))
            return
        }
        if isMapped {
            readMappedFields(from: start)
        } else {
            takeAppID(CSVCell(row.appID, in: start, column: columns.appID))
            takeEventType(
                CSVCell(row.eventType, in: start, column: columns.eventType))
            if columns.payload >= 0, columns.payload < columns.count {
                takePayload(
                    CSVCell(row.payload, in: start, column: columns.payload))
            }
        }
        if columns.key >= 0 {
            takeKey(CSVCell(row.key, in: start, column: columns.key))
        }
    }

    /// How many columns a file without a header has: the payload's may be left out.
    private func countWithoutHeader(firstRow count: Int) -> Int {
        let most = [columns.appID, columns.eventType, columns.payload].count { $0 >= 0 }
        let least = columns.payload >= 0 ? max(most - 1, 1) : max(most, 1)
        return count == least ? least : max(most, 1)
    }

    mutating func takeAppID(_ cell: CSVCell) {
        guard !cell.isEmpty else { return note(.missing(.appID), in: cell) }
        let range = text(of: cell)
        if let found = AppID.fault(in: bytes(range)) {
            return note(found.fault, in: cell, at: found.index)
        }
        record.appID = range
    }

    mutating func takeEventType(_ cell: CSVCell) {
        guard !cell.isEmpty else { return note(.missing(.eventType), in: cell) }
        let range = text(of: cell)
        let fault = EventType.fault(
            in: pointer(to: range), from: 0, to: range.count, isEscaped: false)
        if let fault { return note(fault.fault, in: cell, at: fault.index) }
        record.eventType = appendLiteral(of: cell)
    }

    private mutating func takeText(_ cell: CSVCell) {
        record.payload = ByteRange(start: cell.start, count: cell.end - cell.start)
        unprepared = .text(cell, count: nil)
    }

    /// Takes a payload that is JSON as it stands in the cell, since its quotes are known to be
    /// doubled: `preparePayload` makes single ones of them.
    mutating func takePayload(_ cell: CSVCell) {
        if options.csvPayload == .text {
            takeText(cell)
            return
        }
        let bytes = UnsafePointer(buffer.bytes)
        var (start, end) = (cell.start, cell.end)
        while start < end, Byte.isJSONSpace(bytes[start]) { start += 1 }
        while end > start, Byte.isJSONSpace(bytes[end - 1]) { end -= 1 }
        if options.csvPayload == .auto {
            if start == end { return }
            guard Self.looksLikeJSON(bytes + start, count: end - start) else {
                takeText(cell)
                return
            }
        } else if start == end {
            return note(.empty(.payload), in: cell)
        }
        let finish = JSONScanner(bytes: bytes, end: end, quoteWidth: 2).document(from: start)
        if finish < 0 {
            let fault = JSONFault(packed: finish)
            return note(
                problem(.payloadJSON(fault.reason), at: fault.position, column: cell.column))
        }
        guard options.payload.takes(firstByte: bytes[start]) else {
            return note(problem(.wrongType(.payload), at: start, column: cell.column))
        }
        record.payload = ByteRange(start: start, count: end - start)
        if cell.isEscaped { unprepared = .quotedJSON }
    }

    /// Whether the trimmed text of a cell is meant as JSON: an object, an array, a string or null.
    private static func looksLikeJSON(_ text: UnsafePointer<UInt8>, count: Int) -> Bool {
        switch text[0] {
        case Byte.openBrace, Byte.openBracket, Byte.quote: true
        default:
            count == 4 && text[0] == UInt8(ascii: "n") && text[1] == UInt8(ascii: "u")
                && text[2] == UInt8(ascii: "l") && text[3] == UInt8(ascii: "l")
        }
    }

    private mutating func takeKey(_ cell: CSVCell) {
        guard let pointer = options.idempotencyKeyFrom, !cell.isEmpty else {
            return note(.missing(.idempotencyKey), in: cell)
        }
        let range = text(of: cell)
        if pointer.count == 1 {
            if let fault = takeKeyText(range) { note(fault, in: cell) }
            return
        }
        guard let value = search(range, for: pointer).found else {
            return note(.missing(.idempotencyKey), in: cell)
        }
        let place = range.part(from: value.start, count: value.count)
        if let fault = takeKey(place) {
            note(fault, in: cell, at: value.start)
        }
    }

    /// Looks in the JSON of a cell for what a pointer leads to, whose first step was the column.
    /// Nothing is found if the text is not valid JSON, which `fault` says then.
    func search(
        _ text: ByteRange, for pointer: JSONPointer
    ) -> (found: ByteRange?, duplicate: Int?, fault: JSONFault?) {
        let scanner = JSONScanner(bytes: self.pointer(to: text), end: text.count)
        var search = JSONSearch(scanner: scanner, pointer: pointer)
        let end = scanner.endOfText(search.step(1, at: scanner.afterSpace(0), depth: 0))
        guard end >= 0 else { return (nil, nil, JSONFault(packed: end)) }
        return (search.found, search.duplicate, nil)
    }

    /// Notes a problem at an index of a cell's text.
    mutating func note(
        _ fault: RecordProblem.Fault, in cell: CSVCell, at index: Int = 0
    ) {
        let place = cell.position(ofTextIndex: index, in: UnsafePointer(buffer.bytes))
        note(problem(fault, at: place, column: cell.column))
    }
}

extension ByteRange {
    /// A part of the range; in scratch, whose starts are complements, as well as in the buffer.
    func part(from index: Int, count: Int) -> ByteRange {
        ByteRange(start: start < 0 ? start - index : start + index, count: count)
    }
}
