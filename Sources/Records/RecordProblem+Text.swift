extension RecordProblem {
    /// One sentence, without a full stop, that ends with the byte offset.
    ///
    /// It contains no text of the record, except the code point of an invalid character.
    ///
    /// - Parameter mapping: the positions of the record's fields.
    package func describe(_ mapping: FieldMapping = FieldMapping()) -> String {
        var text = reason.message
        if let field = reason.field,
            let position = mapping.position(of: field, isColumn: column != nil)
        {
            switch reason {
            case .duplicate: text = "duplicate member in \(position) (mapped to \(field.label))"
            case .missing: text += ": no value at \(position)"
            default: text += " (mapped from \(position))"
            }
        }
        if let source = reason.source, case .members(let template) = mapping.payload {
            text = reason.message(
                member: "payload" + template.sources[source].path.text,
                position: template.sources[source].position(isColumn: column != nil))
        }
        if let character { text += reason.words(for: character) }
        if let column { text += ", in column \(column)" }
        return text + ", at byte \(offset.value)"
    }
}

extension RecordProblem.Reason {
    fileprivate var message: String {
        switch self {
        case .json(let reason): reason.message
        case .notJSON: "the line is text, not JSON"
        case .payloadJSON(let reason): "payload is not valid JSON: \(reason.message)"
        case .invalidUTF8: JSONProblem.Reason.invalidUTF8.message
        case .notAnObject: "valid JSON, but not an object"
        case .notConverted, .memberJSON, .duplicateSource:
            message(member: "a member of the payload", position: nil)
        case .duplicate(let field): "duplicate member \(field.label)"
        case .missing(let field): "\(field.label) is missing"
        case .wrongType(.payload):
            "payload must be an object, string or null (use --payload any)"
        case .wrongType(.idempotencyKey): "idempotency key must be a string or number"
        case .wrongType(let field): "\(field.label) must be a string"
        case .empty(.payload): "the payload cell is empty, expected JSON"
        case .empty(let field): "\(field.label) is empty"
        case .tooLong(let field, let limit): "\(field.label) is longer than \(limit) characters"
        case .invalidCharacter(.appID, let codePoint):
            "appId contains an invalid character (\(Self.notation(codePoint)));"
                + " allowed: A-Z a-z 0-9 . _ ~ -"
        case .invalidCharacter(.idempotencyKey, let codePoint):
            "idempotency key contains an invalid character (\(Self.notation(codePoint)));"
                + " allowed: visible ASCII"
        case .invalidCharacter(let field, let codePoint):
            JSONStringScalars.isSurrogate(codePoint)
                ? "\(field.label) contains an unpaired surrogate (\(Self.notation(codePoint)))"
                : "\(field.label) contains a control character (\(Self.notation(codePoint)))"
        case .dotSegment: "appId must not be '.' or '..'"
        case .tooLarge(let limit): Self.tooLarge(limit)
        case .escapedPayload(let reason):
            "payload is not valid JSON: \(reason.message); its backslashes are doubled, as in a"
                + " database's text dump (use --csv-escape backslash)"
        case .nullMark:
            "the payload is \\N, the null of a database's text dump (use --csv-escape backslash, or"
                + " --csv-payload text to send it as text)"
        case .unquotedJSON:
            "unexpected quote in an unquoted field of JSON (if quotes are ordinary characters, use"
                + " --quote none; in a database's text dump also --csv-escape backslash)"
        case .quoteInField:
            "unexpected quote in an unquoted field (quote the field and double the quote)"
        case .bytesAfterQuote:
            "expected a delimiter or the end of the row after a closing quote"
        case .escapedQuote:
            "unexpected bytes after a quote that follows a backslash (if backslashes are escapes, use"
                + " --csv-escape backslash)"
        case .unclosedQuote: "unclosed quote"
        case .columns(let found, let expected):
            "the row has \(found) \(found == 1 ? "column" : "columns"), expected \(expected)"
        case .repeatedHeader: "the row repeats the header"
        case .leftOut(.unexpectedEnd, _): "the JSON ends too early; the input may be cut off"
        case .leftOut(let cause, let bytes):
            (cause.map { $0.message + ": " } ?? "the JSON before is invalid: ")
                + "reading ended, and \(bytes) \(bytes == 1 ? "byte was" : "bytes were") left out"
        case .missingInWrapper: "appId is missing; " + Self.recordsAdvice
        case .wrapperTooLarge(let limit): Self.tooLarge(limit) + "; " + Self.recordsAdvice
        case .missingTime: "the time is missing: --time finds no value"
        case .unreadableTime:
            RecordProblem.unreadableTime
                + ", such as 2026-03-01T12:00:00Z (--time-format names others)"
        case .noRecords: "the value has no array at the position of --records"
        }
    }

    /// The message for a problem of a member's source.
    ///
    /// - Parameters:
    ///   - member: The member's position in the payload.
    ///   - position: The source's position in the record; nil if unknown.
    fileprivate func message(member: String, position: String?) -> String {
        let origin = position.map { " (mapped from \($0))" } ?? ""
        switch self {
        case .notConverted(let conversion, _):
            return "\(member) is not \(conversion.noun)\(origin)"
        case .memberJSON(let reason, _):
            return "\(member) is not valid JSON: \(reason.message)\(origin)"
        default:
            return "duplicate member in \(position ?? "the record") (mapped to \(member))"
        }
    }

    /// The words for the character that violates the grammar.
    fileprivate func words(for character: UInt32) -> String {
        switch self {
        case .invalidUTF8, .json(.invalidUTF8), .payloadJSON(.invalidUTF8):
            let byte = String(character, radix: 16, uppercase: true)
            return " (byte 0x\(byte); perhaps \(RecordProblem.windows1252))"
        default: return " (\(Self.notation(character)))"
        }
    }

    private static let recordsAdvice =
        "if an array in this object has the records, name it with --records"

    private static func tooLarge(_ limit: Int) -> String {
        "the record is longer than \(limit) bytes (--max-record-bytes)"
    }

    /// A code point in Unicode notation, such as U+00A0.
    private static func notation(_ codePoint: UInt32) -> String {
        let digits = String(codePoint, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}

extension RecordProblem.Reason {
    /// The field concerned; nil for the record as a whole.
    fileprivate var field: RecordField? {
        switch self {
        case .duplicate(let field), .missing(let field), .wrongType(let field), .empty(let field),
            .tooLong(let field, _), .invalidCharacter(let field, _):
            field
        case .dotSegment: .appID
        case .payloadJSON, .escapedPayload, .nullMark: .payload
        default: nil
        }
    }
}

extension RecordProblem.Reason {
    /// The source of a member that is concerned, by its index in the payload's template.
    fileprivate var source: Int? {
        switch self {
        case .notConverted(_, let source), .memberJSON(_, let source), .duplicateSource(let source):
            source
        default: nil
        }
    }
}

extension PayloadTemplate.Conversion {
    fileprivate var noun: String {
        switch self {
        case .string: "text"
        case .json: "JSON"
        case .number: "a JSON number such as 1.5"
        case .decimalComma: "a number with a decimal comma, such as 1.234,5"
        case .boolean: "true, t, 1, false, f or 0"
        }
    }
}

extension RecordField {
    /// The field's name in messages.
    fileprivate var label: String {
        switch self {
        case .appID: "appId"
        case .eventType: "event_type"
        case .payload: "payload"
        case .idempotencyKey: "idempotency key"
        }
    }
}
