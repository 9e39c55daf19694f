/// CSV: what a row says, if its fields stand elsewhere than under their own names.
extension RecordReader {
    mutating func readMappedFields(from start: Int) {
        let mapping = options.mapping
        switch mapping.appID {
        case .constant(let text): record.appID = constant(text)
        case .pointer(let pointer):
            let cell = CSVCell(row.appID, in: start, column: columns.appID)
            if pointer.count == 1 {
                takeAppID(cell)
            } else if let (value, place) = find(pointer, .appID, in: cell) {
                takeAppID(value, at: place, in: cell)
            }
        }
        switch mapping.eventType {
        case .constant(let literal): record.eventType = constant(literal)
        case .pointer(let pointer):
            let cell = CSVCell(row.eventType, in: start, column: columns.eventType)
            if pointer.count == 1 {
                takeEventType(cell)
            } else if let (value, place) = find(pointer, .eventType, in: cell) {
                takeEventType(value, at: place, in: cell)
            }
        }
        switch mapping.payload {
        case .constant(let json): record.payload = constant(json)
        case .pointer(let pointer):
            guard columns.payload >= 0, columns.payload < columns.count else { return }
            let cell = CSVCell(row.payload, in: start, column: columns.payload)
            if pointer.count == 1 {
                takePayload(cell)
            } else if let (value, place) = find(pointer, .payload, in: cell) {
                guard options.payload.takes(firstByte: self.pointer(to: value)[0]) else {
                    return note(.wrongType(.payload), in: cell, at: place)
                }
                record.payload = value
            }
        }
    }

    /// The value within a cell's JSON that a pointer leads to, and its place in the cell's text. Nil
    /// if there is none: noted, unless it may be absent.
    private mutating func find(
        _ pointer: JSONPointer, _ field: RecordField, in cell: CSVCell
    ) -> (value: ByteRange, place: Int)? {
        let range = text(of: cell)
        let isEmpty = bytes(range).allSatisfy(Byte.isJSONSpace)
        let result = search(range, for: pointer)
        if let duplicate = result.duplicate {
            note(.duplicate(field), in: cell, at: duplicate)
        } else if let found = result.found {
            return (range.part(from: found.start, count: found.count), found.start)
        } else if field != .payload {
            note(.missing(field), in: cell)
        } else if !isEmpty, let fault = result.fault {
            note(.payloadJSON(fault.reason), in: cell, at: fault.position)
        }
        return nil
    }

    private mutating func takeAppID(
        _ value: ByteRange, at place: Int, in cell: CSVCell
    ) {
        guard pointer(to: value)[0] == Byte.quote else {
            return note(.wrongType(.appID), in: cell, at: place)
        }
        var text = value.part(from: 1, count: value.count - 2)
        if JSONString.hasEscape(pointer(to: text), from: 0, to: text.count) {
            text = decoded(text, longest: AppID.maxLength)
        }
        if let found = AppID.fault(in: bytes(text)) {
            return note(found.fault, in: cell, at: place)
        }
        record.appID = text
    }

    private mutating func takeEventType(
        _ value: ByteRange, at place: Int, in cell: CSVCell
    ) {
        guard pointer(to: value)[0] == Byte.quote else {
            return note(.wrongType(.eventType), in: cell, at: place)
        }
        let fault = EventType.fault(
            in: pointer(to: value), from: 1, to: value.count - 1, isEscaped: true)
        if let fault { return note(fault.fault, in: cell, at: place) }
        record.eventType = value
    }
}
