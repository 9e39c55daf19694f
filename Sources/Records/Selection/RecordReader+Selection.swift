import Time

/// Tests records by `ReaderOptions.selection`, after their fields are read.
extension RecordReader {
    /// Returns whether the selection keeps the last record.
    ///
    /// A record whose fields can't be read is kept, so that it has a row. One without a readable
    /// time becomes invalid if the selection needs the time. Call it before `preparePayload`.
    @inline(never)
    package mutating func isSelected() -> Bool {
        time = nil
        guard let row = record.bytes, record.problem?.reason.leavesFieldsReadable ?? true else {
            return true
        }
        for rule in options.selection.rules {
            let text = text(of: rule.field, in: row)
            guard rule.keeps(text.map { bytes($0) }) else { return false }
        }
        guard let window = options.selection.window else { return true }
        return isIn(window, row)
    }

    /// Returns whether the last record, which is valid, is one of `RecordSelection.arrivals`. Call it
    /// before `preparePayload`.
    @inline(never)
    package mutating func isArrived() -> Bool {
        guard let row = record.bytes else { return false }
        for arrival in options.selection.arrivals {
            if let text = text(of: arrival.field, in: row), arrival.values.contains(bytes(text)) {
                return true
            }
        }
        return false
    }

    /// Whether the last record has one of the fields of the arrivals.
    package mutating func hasFieldOfArrivals() -> Bool {
        guard let row = record.bytes else { return false }
        return options.selection.arrivals.contains { text(of: $0.field, in: row) != nil }
    }

    private mutating func isIn(_ window: TimeWindow, _ row: ByteRange) -> Bool {
        guard let text = timeText(of: window, in: row) else {
            invalidate(problem(.missingTime, at: row.start))
            return true
        }
        guard let time = window.format.parse(bytes(text), zone: window.zone) else {
            invalidate(problem(.unreadableTime, at: text.start >= 0 ? text.start : row.start))
            return true
        }
        self.time = time
        return window.contains(time)
    }

    /// The first of the window's fields that has a value, decoded; nil without one.
    private mutating func timeText(of window: TimeWindow, in row: ByteRange) -> ByteRange? {
        if let text = timeText(at: window.field, in: row) { return text }
        for field in window.otherFields {
            if let text = timeText(at: field, in: row) { return text }
        }
        return nil
    }

    /// The decoded text of a time; nil if it is absent, empty or null, or an object or array.
    private mutating func timeText(at field: JSONPointer, in row: ByteRange) -> ByteRange? {
        let column = csv.selected.index(of: field)
        guard let text = text(at: field, column: column, in: row), text.count > 0 else {
            return nil
        }
        return text.count == 4 && bytes(text).elementsEqual("null".utf8) ? nil : text
    }

    /// The decoded text of a field; nil if it is absent, or an object or array.
    private mutating func text(of field: RecordSelection.Field, in row: ByteRange) -> ByteRange? {
        switch field {
        case .appID:
            if let valid = record.appID { return valid }
            return text(of: options.mapping.appID, column: csv.columns.appID, in: row)
        case .eventType:
            if let valid = record.eventType { return scalarText(of: valid) }
            return text(of: options.mapping.eventType, column: csv.columns.eventType, in: row)
        case .pointer(let pointer):
            return text(
                at: pointer, column: csv.selected.index(of: pointer), in: row)
        }
    }

    private mutating func text(
        of source: FieldMapping.Source, column: Int, in row: ByteRange
    ) -> ByteRange? {
        guard case .pointer(let pointer) = source else { return nil }
        return text(at: pointer, column: column, in: row)
    }

    /// The decoded text at a pointer.
    ///
    /// - Parameter column: The column of the pointer's first token in CSV, from 0.
    private mutating func text(
        at pointer: JSONPointer, column: Int, in row: ByteRange
    ) -> ByteRange? {
        guard case .csv = format else {
            let scanner = JSONScanner(
                bytes: UnsafePointer(buffer.bytes), end: row.start + row.count)
            var search = JSONSearch(scanner: scanner, pointer: pointer)
            _ = search.step(0, at: scanner.afterSpace(row.start), depth: 0)
            return search.found.flatMap { scalarText(of: $0) }
        }
        guard let cell = cell(inColumn: column, of: row), !cell.isNull else { return nil }
        let text = text(of: cell)
        guard pointer.count > 1 else { return text }
        guard let found = search(text, for: pointer).found else { return nil }
        return scalarText(of: text.part(from: found.start, count: found.count))
    }

    /// The cell of a well-formed row in a column, which needs not be one of a field.
    func cell(inColumn column: Int, of row: ByteRange) -> CSVCell? {
        guard column >= 0 else { return nil }
        var columns = CSVColumns()
        columns.payload = column
        var scanner = csv.row
        scanner.reset()
        let end = scanner.scan(
            UnsafePointer(buffer.bytes + row.start), to: row.count, isFinal: true,
            columns: columns)
        guard end != nil, column < scanner.fieldCount else { return nil }
        return CSVCell(scanner.payload, in: row.start, column: column)
    }

    /// The text of a valid JSON string, decoded, or of a number, boolean or null; nil for others.
    private mutating func scalarText(of value: ByteRange) -> ByteRange? {
        switch pointer(to: value)[0] {
        case Byte.openBrace, Byte.openBracket: return nil
        case Byte.quote:
            let contents = value.part(from: 1, count: value.count - 2)
            guard JSONString.hasEscape(pointer(to: contents), from: 0, to: contents.count) else {
                return contents
            }
            // No escape is shorter than the character that it stands for.
            return decoded(contents, maxBytes: contents.count)
        default: return value
        }
    }
}

extension RecordProblem.Reason {
    /// Whether the record's fields can be read in spite of the problem.
    fileprivate var leavesFieldsReadable: Bool {
        switch self {
        case .missing, .wrongType, .empty, .tooLong, .invalidCharacter, .dotSegment, .payloadJSON,
            .notConverted, .memberJSON, .escapedPayload, .nullMark, .duplicateSource, .missingTime,
            .unreadableTime:
            true
        // A field given twice has no certain text.
        case .duplicate: false
        case .json, .notJSON, .invalidUTF8, .notAnObject, .tooLarge, .quoteInField, .unquotedJSON,
            .escapedQuote, .bytesAfterQuote, .unclosedQuote, .columns, .repeatedHeader, .leftOut,
            .missingInWrapper, .wrapperTooLarge, .noRecords:
            false
        }
    }
}
