package import Delivery
package import Records

/// The fields of a report's row, or of the journal's, as ranges of its bytes.
///
/// Ranges of strings are literals, quotes included; `RowText` gives their text.
package struct OutcomeFields: Sendable {
    package private(set) var file: ByteRange
    package private(set) var line: UInt64
    package private(set) var appID: ByteRange?
    package private(set) var eventType: ByteRange?
    package private(set) var outcome: Outcome
    package private(set) var status: Int?
    package private(set) var messageID: ByteRange?
    package private(set) var attempts: Int
    package private(set) var isPossibleDuplicate: Bool
    package private(set) var startedAt: ByteRange?
    /// Digits and one decimal, not a string.
    package private(set) var latency: ByteRange?
    package private(set) var error: ByteRange?
    package private(set) var detail: ByteRange?
    /// The bytes of the report's row without its closing brace.
    package private(set) var reportLength: Int
    /// What only the journal's row has.
    package private(set) var place: Place?

    /// Where a row's record stands.
    package struct Place: Hashable, Sendable {
        /// Which input, from 1.
        package var input: Int
        /// The position among the input's records, from 1.
        package var record: UInt64
        /// Bytes from the start of the input.
        package var offset: UInt64
        /// Bytes, without the line terminator.
        package var length: UInt64
        /// XXH64 of the record.
        package var hash: UInt64
        /// Where the bytes stand in the spool, if they do.
        package var spool: UInt64?
    }

    /// Reads a row of a report, without its line feed; nil if it is none.
    package init?(reportRow row: UnsafeRawBufferPointer) {
        var scanner = RowScanner(row)
        self.init(&scanner)
        guard scanner.skip("}"), scanner.isAtEnd else { return nil }
    }

    /// Reads an outcome row of a journal, without its line feed; nil if it is none or its checksum
    /// is wrong.
    package init?(journalRow row: UnsafeRawBufferPointer) {
        guard let body = RowChecksum.body(of: row) else { return nil }
        self.init(journalRowBody: body)
    }

    /// Reads what an outcome row's checksum covers.
    init?(journalRowBody body: UnsafeRawBufferPointer) {
        var scanner = RowScanner(body)
        self.init(&scanner)
        guard let place = Place(&scanner), scanner.isAtEnd else { return nil }
        self.place = place
    }

    private init?(_ row: inout RowScanner) {
        guard row.skip("{\"file\":"), let file = row.string(),
            row.skip(",\"line\":"), let line = row.number(),
            row.skip(",\"appId\":"), let appID = row.optional({ $0.string() }),
            row.skip(",\"event_type\":"), let eventType = row.optional({ $0.string() }),
            row.skip(",\"outcome\":\""), let outcome = Self.outcome(&row),
            row.skip("\",\"status\":"), let status = row.optional({ $0.integer() }),
            row.skip(",\"message_id\":"), let messageID = row.optional({ $0.string() }),
            row.skip(",\"attempts\":"), let attempts = row.integer(),
            row.skip(",\"possible_duplicate\":"), let isPossibleDuplicate = row.bool(),
            row.skip(",\"started_at\":"), let startedAt = row.optional({ $0.string() }),
            row.skip(",\"latency_ms\":"), let latency = row.optional({ Self.decimal(&$0) }),
            row.skip(",\"error\":"), let error = row.optional({ $0.string() }),
            row.skip(",\"detail\":"), let detail = row.optional({ $0.string() })
        else { return nil }
        self.file = file
        self.line = line
        self.appID = appID
        self.eventType = eventType
        self.outcome = outcome
        self.status = status
        self.messageID = messageID
        self.attempts = attempts
        self.isPossibleDuplicate = isPossibleDuplicate
        self.startedAt = startedAt
        self.latency = latency
        self.error = error
        self.detail = detail
        reportLength = row.index
    }

    private static func outcome(_ row: inout RowScanner) -> Outcome? {
        if row.skip("accepted") { return .accepted }
        if row.skip("rejected") { return .rejected }
        if row.skip("invalid") { return .invalid }
        if row.skip("failed") { return .failed }
        if row.skip("unknown") { return .unknown }
        if row.skip("not_attempted") { return .notAttempted }
        return nil
    }

    private static func decimal(_ row: inout RowScanner) -> ByteRange? {
        let start = row.index
        guard row.number() != nil, row.skip("."), row.digit() else { return nil }
        return ByteRange(start: start, count: row.index - start)
    }
}

extension OutcomeFields.Place {
    init?(_ row: inout RowScanner) {
        guard row.skip(",\"input\":"), let input = row.integer(), input >= 1,
            row.skip(",\"record\":"), let record = row.number(), record >= 1, record < .max,
            row.skip(",\"offset\":"), let offset = row.number(),
            row.skip(",\"length\":"), let length = row.number(),
            row.skip(",\"hash\":"), let hash = row.hex(digits: 16)
        else { return nil }
        self.init(input: input, record: record, offset: offset, length: length, hash: hash)
        if row.skip(",\"spool\":") {
            guard let spool = row.number() else { return nil }
            self.spool = spool
        }
    }
}
