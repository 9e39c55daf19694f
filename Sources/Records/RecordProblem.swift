/// The parts of a record that are looked for.
package enum RecordField: UInt8, Hashable, Sendable, CaseIterable {
    case appID, eventType, payload, idempotencyKey
}

/// What is wrong with a record: a stable code, where it was seen, and the facts of it.
///
/// It never holds bytes of the record.
package struct RecordProblem: Hashable, Sendable {
    /// What was found.
    package var fault: Fault
    /// Where in the input the fault was seen, in bytes from its start.
    package var offset: ByteOffset
    /// The CSV field in which it was seen, from 1; nil in NDJSON, and where a whole row is meant.
    package var column: Int?

    package init(_ fault: Fault, offset: ByteOffset, column: Int? = nil) {
        self.fault = fault
        self.offset = offset
        self.column = column
    }

    /// The stable name of the kind of problem, as reports carry it.
    package var code: Code { fault.code }

    /// The kinds of problem. The raw values are part of the report's format and never change.
    package enum Code: String, Hashable, Sendable, CaseIterable {
        /// Not one JSON text by RFC 8259.
        case invalidJSON = "invalid_json"
        /// Bytes that are not UTF-8 (surrogates and overlong forms included).
        case invalidUTF8 = "invalid_utf8"
        /// Arrays and objects nested deeper than `JSONDocument.maxDepth`.
        case tooDeep = "too_deep"
        /// JSON, but not an object.
        case notAnObject = "not_an_object"
        /// A member that is looked for stands twice.
        case duplicateMember = "duplicate_member"
        /// No `appId`.
        case missingAppID = "missing_app_id"
        /// An `appId` that is no string, or not of the characters and length of `AppID`.
        case invalidAppID = "invalid_app_id"
        /// No `event_type`.
        case missingEventType = "missing_event_type"
        /// An `event_type` that is no string, empty, too long, or holds control characters.
        case invalidEventType = "invalid_event_type"
        /// A payload of a type that is not taken, or a CSV cell that is not the JSON it must be.
        case invalidPayload = "invalid_payload"
        /// No idempotency key where one was asked for, or one that is no visible ASCII.
        case invalidIdempotencyKey = "invalid_idempotency_key"
        /// Longer than `ReaderOptions.maxRecordBytes`.
        case recordTooLarge = "record_too_large"
        /// A quote where RFC 4180 has none, or bytes after a closing quote.
        case csvQuote = "csv_quote"
        /// A quote that does not close within the input or the size limit.
        case csvUnclosedQuote = "csv_unclosed_quote"
        /// More or fewer fields than the header has.
        case csvColumns = "csv_columns"
    }

    /// The facts of a problem: each names one code.
    package enum Fault: Hashable, Sendable {
        /// A fault of JSON's grammar in an NDJSON line.
        case json(JSONFault.Reason)
        /// The same in a CSV cell that must hold JSON.
        case payloadJSON(JSONFault.Reason)
        case invalidUTF8
        case notAnObject
        case duplicate(RecordField)
        case missing(RecordField)
        /// A value of another JSON type than the field takes.
        case wrongType(RecordField)
        case empty(RecordField)
        /// Longer than this number of characters.
        case tooLong(RecordField, limit: Int)
        /// A character that the field does not allow; a surrogate is an unpaired one.
        case invalidCharacter(RecordField, codePoint: UInt32)
        /// An `appId` of `.` or `..`, which a URL's path would resolve.
        case dotSegment
        case tooLarge(limit: Int)
        case quoteInField
        case bytesAfterQuote
        case unclosedQuote
        case columns(found: Int, expected: Int)
    }
}

extension RecordProblem.Fault {
    /// The stable code of the fault.
    package var code: RecordProblem.Code {
        switch self {
        case .json(.invalidUTF8), .invalidUTF8: .invalidUTF8
        case .json(.tooDeep): .tooDeep
        case .json: .invalidJSON
        case .payloadJSON: .invalidPayload
        case .notAnObject: .notAnObject
        case .duplicate: .duplicateMember
        case .missing(.appID): .missingAppID
        case .missing(.eventType): .missingEventType
        case .missing(let field), .wrongType(let field), .empty(let field),
            .tooLong(let field, _), .invalidCharacter(let field, _):
            field.invalidCode
        case .dotSegment: .invalidAppID
        case .tooLarge: .recordTooLarge
        case .quoteInField, .bytesAfterQuote: .csvQuote
        case .unclosedQuote: .csvUnclosedQuote
        case .columns: .csvColumns
        }
    }
}

extension RecordField {
    fileprivate var invalidCode: RecordProblem.Code {
        switch self {
        case .appID: .invalidAppID
        case .eventType: .invalidEventType
        case .payload: .invalidPayload
        case .idempotencyKey: .invalidIdempotencyKey
        }
    }
}
