/// The fields that a record may have.
package enum RecordField: UInt8, Hashable, Sendable, CaseIterable {
    case appID, eventType, payload, idempotencyKey
}

/// A violation of the rules for records: its reason and position.
///
/// It contains no text of the record, except the code point of an invalid character.
package struct RecordProblem: Hashable, Sendable {
    package var reason: Reason
    /// The position in the input of the byte that shows the problem.
    package var offset: ByteOffset
    /// The CSV column, from 1; nil in NDJSON and for a whole row.
    package var column: Int?
    /// The code point at the offset that violates the JSON grammar, unless it is visible ASCII.
    ///
    /// For invalid UTF-8 it is the byte, if it may be a character of Windows-1252.
    package var character: UInt32?

    package init(
        _ reason: Reason, offset: ByteOffset, column: Int? = nil, character: UInt32? = nil
    ) {
        self.reason = reason
        self.offset = offset
        self.column = column
        self.character = character
    }

    /// How the description of `unreadableTime` begins.
    package static let unreadableTime = "the time is not in a known format"

    /// The encoding that messages name for text that is not UTF-8.
    package static let windows1252 = "Windows-1252"

    /// Whether the text is not UTF-8, and may be in Windows-1252.
    package var mayBeWindows1252: Bool { code == .invalidUTF8 && character != nil }

    /// The stable code in reports.
    package var code: Code { reason.code }

    /// The kinds of problem.
    ///
    /// The raw values are part of the report format and never change.
    package enum Code: String, Hashable, Sendable, CaseIterable {
        /// Not a single JSON text (RFC 8259).
        case invalidJSON = "invalid_json"
        /// A line of text between lines of JSON, as in a log.
        case notJSON = "not_json"
        /// Malformed UTF-8, including surrogates and overlong forms.
        case invalidUTF8 = "invalid_utf8"
        /// Arrays and objects nested deeper than `JSONDocument.maxDepth`.
        case tooDeep = "too_deep"
        /// JSON, but not an object.
        case notAnObject = "not_an_object"
        /// A field given twice.
        case duplicateMember = "duplicate_member"
        /// No `appId`.
        case missingAppID = "missing_app_id"
        /// An `appId` that is not a string, or violates the rules of `AppID`.
        case invalidAppID = "invalid_app_id"
        /// No `event_type`.
        case missingEventType = "missing_event_type"
        /// An `event_type` that is not a string, or violates the rules of `EventType`.
        case invalidEventType = "invalid_event_type"
        /// A payload of a disallowed type, or a CSV cell with invalid JSON.
        case invalidPayload = "invalid_payload"
        /// A required idempotency key that is missing or not visible ASCII.
        case invalidIdempotencyKey = "invalid_idempotency_key"
        /// No time, or one in another format, where `RecordSelection.window` needs it.
        case invalidTime = "invalid_time"
        /// Longer than `ReaderOptions.maxRecordBytes`.
        case recordTooLarge = "record_too_large"
        /// A quote where RFC 4180 allows none, or bytes after a closing quote.
        case csvQuote = "csv_quote"
        /// A quoted field that is not closed within the input or the size limit.
        case csvUnclosedQuote = "csv_unclosed_quote"
        /// A part of a JSON input that gives no records, such as the bytes after a syntax error.
        case incompleteInput = "incomplete_input"
        /// More or fewer fields than the header.
        case csvColumns = "csv_columns"
        /// The header again, byte for byte.
        case csvRepeatedHeader = "csv_repeated_header"
    }

    /// The details of a problem. Each case has one code.
    package enum Reason: Hashable, Sendable {
        /// Invalid JSON in an NDJSON line.
        case json(JSONProblem.Reason)
        /// An NDJSON line whose start is not that of a JSON object, array or string.
        case notJSON
        /// Invalid JSON in a CSV cell.
        case payloadJSON(JSONProblem.Reason)
        case invalidUTF8
        case notAnObject
        /// A CSV cell without the content that a member's source requires.
        case notConverted(PayloadTemplate.Conversion, source: Int)
        /// Invalid JSON in a CSV cell for a member's source.
        case memberJSON(JSONProblem.Reason, source: Int)
        /// A member's source given twice.
        case duplicateSource(Int)
        case duplicate(RecordField)
        case missing(RecordField)
        /// A value of a JSON type that the field does not allow.
        case wrongType(RecordField)
        case empty(RecordField)
        /// Longer than this number of characters.
        case tooLong(RecordField, limit: Int)
        /// A character that the field does not allow, or an unpaired surrogate.
        case invalidCharacter(RecordField, codePoint: UInt32)
        /// An `appId` of `.` or `..`: relative segments of a URL's path.
        case dotSegment
        case tooLarge(limit: Int)
        /// A CSV cell with invalid JSON and with backslashes in pairs, as if they were escaped.
        case escapedPayload(JSONProblem.Reason)
        /// A CSV payload that is `\N`, the null of a database's text dump.
        case nullMark
        case quoteInField
        /// A quote in an unquoted field that looks like JSON.
        case unquotedJSON
        case bytesAfterQuote
        /// Bytes after a closing quote that follows a backslash.
        case escapedQuote
        case unclosedQuote
        case columns(found: Int, expected: Int)
        case repeatedHeader
        /// The rest of a JSON input, of this number of bytes, after a syntax error.
        ///
        /// The cause is nil if the record before is not valid JSON.
        case leftOut(JSONProblem.Reason?, bytes: UInt64)
        /// An object of a JSON input without `appId`, and with an array that may hold the records.
        case missingInWrapper
        /// The same, for an object over the size limit.
        case wrapperTooLarge(limit: Int)
        /// A value of a JSON input without an array at `ReaderOptions.records`.
        case noRecords
        /// No value, or an empty cell, at the position of the time.
        case missingTime
        /// A time that does not have the expected format.
        case unreadableTime
    }
}

extension RecordProblem.Reason {
    package var code: RecordProblem.Code {
        switch self {
        case .json(.invalidUTF8), .invalidUTF8: .invalidUTF8
        case .json(.tooDeep): .tooDeep
        case .json: .invalidJSON
        case .notJSON: .notJSON
        case .payloadJSON, .memberJSON, .notConverted, .escapedPayload, .nullMark: .invalidPayload
        case .notAnObject: .notAnObject
        case .duplicate, .duplicateSource: .duplicateMember
        case .missing(.appID): .missingAppID
        case .missing(.eventType): .missingEventType
        case .missing(let field), .wrongType(let field), .empty(let field),
            .tooLong(let field, _), .invalidCharacter(let field, _):
            field.invalidCode
        case .dotSegment: .invalidAppID
        case .tooLarge: .recordTooLarge
        case .quoteInField, .unquotedJSON, .bytesAfterQuote, .escapedQuote: .csvQuote
        case .unclosedQuote: .csvUnclosedQuote
        case .columns: .csvColumns
        case .repeatedHeader: .csvRepeatedHeader
        case .leftOut, .noRecords: .incompleteInput
        case .missingInWrapper: .missingAppID
        case .wrapperTooLarge: .recordTooLarge
        case .missingTime, .unreadableTime: .invalidTime
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
