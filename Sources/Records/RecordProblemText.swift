extension RecordProblem {
    /// One plain sentence, without a full stop, that ends with the byte offset. It holds no bytes
    /// of the record.
    ///
    /// - Parameter mapping: where the record's fields were looked for.
    package func describe(_ mapping: FieldMapping = FieldMapping()) -> String {
        var text = fault.sentence
        if let field = fault.field, let place = mapping.place(of: field, isColumn: column != nil) {
            if case .missing = fault {
                text += ": there is nothing at \(place)"
            } else {
                text += " (taken from \(place))"
            }
        }
        if let column { text += ", in column \(column)" }
        return text + ", at byte \(offset.value)"
    }
}

extension RecordProblem.Fault {
    fileprivate var sentence: String {
        switch self {
        case .json(let reason): reason.sentence
        case .payloadJSON(let reason): "the payload is not valid JSON: \(reason.sentence)"
        case .invalidUTF8: JSONFault.Reason.invalidUTF8.sentence
        case .notAnObject: "the line is valid JSON, but not an object"
        case .duplicate(let field): "\(field.label) stands twice"
        case .missing(let field): "\(field.label) is missing"
        case .wrongType(.payload):
            "the payload is neither an object nor a string nor null (--payload any takes others)"
        case .wrongType(.idempotencyKey): "the idempotency key is neither a string nor a number"
        case .wrongType(let field): "\(field.label) is not a string"
        case .empty(.payload): "the payload cell is empty, which is not JSON"
        case .empty(let field): "\(field.label) is empty"
        case .tooLong(let field, let limit): "\(field.label) is longer than \(limit) characters"
        case .badCharacter(.appID):
            "appId holds a character other than A-Z a-z 0-9 . _ ~ -"
        case .badCharacter(.idempotencyKey):
            "the idempotency key holds a character that is not visible ASCII"
        case .badCharacter(let field):
            "\(field.label) holds a control character or half a surrogate pair"
        case .dotSegment: "appId is '.' or '..'"
        case .tooLarge(let limit):
            "the record is longer than \(limit) bytes (--max-record-bytes)"
        case .quoteInField:
            "a quote stands inside an unquoted field (quote the field and double the quote)"
        case .bytesAfterQuote:
            "a closing quote is not followed by a delimiter or the end of the row"
        case .unclosedQuote: "a quote is opened and never closed"
        case .columns(let found, let expected):
            "the row has \(found) \(found == 1 ? "column" : "columns"), expected \(expected)"
        }
    }
}

extension RecordProblem.Fault {
    /// The field that is meant; nil if it is the record as a whole.
    fileprivate var field: RecordField? {
        switch self {
        case .duplicate(let field), .missing(let field), .wrongType(let field), .empty(let field),
            .tooLong(let field, _), .badCharacter(let field):
            field
        case .dotSegment: .appID
        case .payloadJSON: .payload
        default: nil
        }
    }
}

extension RecordField {
    /// What messages call the field.
    fileprivate var label: String {
        switch self {
        case .appID: "appId"
        case .eventType: "event_type"
        case .payload: "the payload"
        case .idempotencyKey: "the idempotency key"
        }
    }
}
