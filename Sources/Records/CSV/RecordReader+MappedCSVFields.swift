/// Validates a CSV row and finds its fields by `ReaderOptions.mapping`.
extension RecordReader {
    /// Finds and validates the fields of the well-formed row at `start`.
    mutating func readMappedFields(from start: Int) {
        let mapping = options.mapping
        switch mapping.appID {
        case .members: preconditionFailure("an application id of members")
        case .constant(let text): record.appID = constant(text)
        case .pointer(let pointer):
            let cell = csv.appIDCell(from: start)
            if pointer.count == 1 {
                readAppID(cell)
            } else if let (value, position) = find(pointer, .appID, in: cell) {
                readAppID(value, at: position, in: cell)
            }
        }
        switch mapping.eventType {
        case .members: preconditionFailure("an event type of members")
        case .constant(let literal): record.eventType = constant(literal)
        case .pointer(let pointer):
            let cell = csv.eventTypeCell(from: start)
            if pointer.count == 1, csv.hasOtherCells {
                readOtherEventType(cell)
            } else if pointer.count == 1 {
                readEventType(cell)
            } else if let (value, position) = find(pointer, .eventType, in: cell) {
                readEventType(value, at: position, in: cell)
            }
        }
        switch mapping.payload {
        case .members: readMembers(from: start)
        case .constant(let json): record.payload = constant(json)
        case .pointer(let pointer):
            guard let cell = csv.payloadCell(from: start) else { return }
            if pointer.count == 1, csv.hasOtherCells {
                readOtherPayload(cell)
            } else if pointer.count == 1 {
                readPayload(cell)
            } else if let (value, position) = find(pointer, .payload, in: cell) {
                guard options.payload.allows(firstByte: self.pointer(to: value)[0]) else {
                    return invalidate(.wrongType(.payload), in: cell, at: position)
                }
                record.payload = value
            }
        }
    }

    /// The value at a pointer in a cell's JSON, and its position.
    ///
    /// Nil without a value. Then the record is invalid, unless the field may be absent.
    private mutating func find(
        _ pointer: JSONPointer, _ field: RecordField, in cell: CSVCell
    ) -> (value: ByteRange, position: Int)? {
        let range = text(of: cell)
        let isEmpty = bytes(range).allSatisfy(Byte.isJSONSpace)
        let result = search(range, for: pointer)
        if let duplicate = result.duplicate {
            invalidate(.duplicate(field), in: cell, at: duplicate)
        } else if let found = result.found {
            return (range.part(from: found.start, count: found.count), found.start)
        } else if field != .payload {
            invalidate(.missing(field), in: cell)
        } else if !isEmpty, let problem = result.problem {
            invalidate(.payloadJSON(problem.reason), in: cell, at: problem.position)
        }
        return nil
    }

    private mutating func readAppID(
        _ value: ByteRange, at position: Int, in cell: CSVCell
    ) {
        guard pointer(to: value)[0] == Byte.quote else {
            return invalidate(.wrongType(.appID), in: cell, at: position)
        }
        let contents = value.part(from: 1, count: value.count - 2)
        var text = contents
        if JSONString.hasEscape(pointer(to: text), from: 0, to: text.count) {
            text = decoded(text, maxBytes: AppID.maxLength)
        }
        if let found = AppID.violation(in: bytes(text)) {
            let index = literalIndex(of: found.index, decoded: text, from: contents)
            return invalidate(found.reason, in: cell, at: position + 1 + index)
        }
        record.appID = text
    }

    private mutating func readEventType(
        _ value: ByteRange, at position: Int, in cell: CSVCell
    ) {
        guard pointer(to: value)[0] == Byte.quote else {
            return invalidate(.wrongType(.eventType), in: cell, at: position)
        }
        let found = EventType.violation(
            in: pointer(to: value), from: 1, to: value.count - 1, isEscaped: true)
        if let found { return invalidate(found.reason, in: cell, at: position + found.index) }
        record.eventType = value
    }
}
