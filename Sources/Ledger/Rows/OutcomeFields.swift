package import Delivery
package import Records

/// The fields of an outcome row, as ranges of its bytes.
///
/// Ranges of strings are literals with their quotes; `RowText` decodes them.
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
    /// A number with one decimal.
    package private(set) var latency: ByteRange?
    package private(set) var error: ByteRange?
    package private(set) var detail: ByteRange?
    /// The endpoint of an attempt; nil in a report of lines.
    package private(set) var endpoint: ByteRange?
    /// Whether the row is of a replay, with the next two members.
    package private(set) var isScheduled = false
    package private(set) var scheduledAt: ByteRange?
    /// A number with one decimal.
    package private(set) var lag: ByteRange?
    /// In how many runs the line was tried; nil unless the row is a last word.
    package private(set) var tries: Int?
    /// The outcomes of these runs, as a text; nil after one run.
    package private(set) var history: ByteRange?
    /// The length of the report's row, without its closing brace.
    package private(set) var reportLength: Int
    /// The members that only a journal's row has.
    package private(set) var location: RecordLocation?

    /// Parses a row of a report, without its line feed; nil if it is invalid.
    package init?(reportRow row: UnsafeRawBufferPointer) {
        var scanner = RowScanner(row)
        self.init(&scanner)
        guard scanner.skip("}"), scanner.isAtEnd else { return nil }
    }

    /// Parses a journal's outcome row, without its line feed.
    ///
    /// The result is nil if the row or its checksum is invalid.
    package init?(journalRow row: UnsafeRawBufferPointer) {
        guard let body = RowChecksum.body(of: row) else { return nil }
        self.init(journalRowBody: body)
    }

    /// Parses the bytes that an outcome row's checksum covers.
    init?(journalRowBody body: UnsafeRawBufferPointer) {
        var scanner = RowScanner(body)
        self.init(&scanner)
        guard let location = RecordLocation(&scanner), scanner.isAtEnd else { return nil }
        self.location = location
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
        if row.skip(",\"endpoint_id\":") {
            guard let endpoint = row.string() else { return nil }
            self.endpoint = endpoint
        }
        if row.skip(",\"scheduled_at\":") {
            guard let scheduledAt = row.optional({ $0.string() }), row.skip(",\"lag_ms\":"),
                let lag = row.optional({ Self.decimal(&$0) })
            else { return nil }
            isScheduled = true
            self.scheduledAt = scheduledAt
            self.lag = lag
        }
        if row.skip(",\"tries\":") {
            guard let tries = row.optional({ $0.integer() }), row.skip(",\"history\":"),
                let history = row.optional({ $0.string() })
            else { return nil }
            self.tries = tries
            self.history = history
        }
        reportLength = row.index
    }

    /// Whether the line was accepted without a response: it had arrived in an earlier run.
    package var hasArrivedBefore: Bool { outcome == .accepted && status == nil }

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
