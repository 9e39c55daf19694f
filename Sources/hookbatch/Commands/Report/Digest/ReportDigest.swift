import Delivery
import Ledger
import Records
import Sending

/// A digest of the rows of reports, in bounded memory.
struct ReportDigest {
    private(set) var counts = Counts()
    /// Retries of lines.
    private(set) var retries: UInt64 = 0
    private(set) var possibleDuplicates: UInt64 = 0
    /// The latencies of last attempts.
    private(set) var latencies = LatencyHistogram()
    private(set) var times = TimeSeries()
    /// The lags of a replay's first starts.
    private(set) var lags = LatencyHistogram()
    /// Outcomes by input.
    private(set) var files = OutcomeTable(capacity: 1000)
    /// Failures by error.
    private(set) var errors = OutcomeTable(capacity: 1000)
    private(set) var applications = OutcomeTable(capacity: 10_000)
    private(set) var eventTypes = OutcomeTable(capacity: 10_000)
    /// Failed attempts by endpoint.
    private(set) var endpoints = OutcomeTable(capacity: 10_000)
    /// Whether the rows are attempts of deliveries, not lines.
    private(set) var isOfAttempts = false
    /// The detail of the first line of each error, as a literal.
    private(set) var details: [Int: [UInt8]] = [:]
    /// The first rows of each error.
    private(set) var errorRows = ErrorRows()

    /// Accepted lines by the number of runs that tried them, from 2; of last words.
    private(set) var acceptedAtTry: [Int: UInt64] = [:]

    /// Maximum number of a try; later ones are counted with it.
    private static let maxTry = 100
    /// Maximum bytes of a detail.
    private static let maxDetail = 400

    mutating func add(_ row: ReportRow) {
        let fields = row.fields
        counts[fields.outcome] += 1
        if fields.endpoint != nil { isOfAttempts = true }
        if fields.attempts > 1 {
            // Each attempt of a delivery has a row.
            retries &+= fields.endpoint == nil ? UInt64(fields.attempts - 1) : 1
        }
        if fields.isPossibleDuplicate { possibleDuplicates += 1 }
        if let tries = fields.tries, tries > 1, fields.outcome == .accepted {
            acceptedAtTry[min(tries, Self.maxTry), default: 0] += 1
        }
        let latency = fields.latency.flatMap { RowLatency.tenths(row.bytes[$0]) }
        if let latency { latencies.add(latency) }
        if let literal = fields.startedAt, let time = times.milliseconds(row.bytes[literal]) {
            times.add(at: time, isAccepted: fields.outcome == .accepted, latency: latency)
        }
        if fields.isScheduled { addSchedule(row) }
        let file = files.add(row.bytes[fields.file], fields.outcome, line: fields.line, file: nil)
        guard fields.outcome != .accepted else { return }
        addFailure(row, file: file)
    }

    private mutating func addSchedule(_ row: ReportRow) {
        if let literal = row.fields.scheduledAt, let time = times.milliseconds(row.bytes[literal]) {
            times.addScheduled(at: time)
        }
        if let lag = row.fields.lag.flatMap({ RowLatency.tenths(row.bytes[$0]) }) { lags.add(lag) }
    }

    private mutating func addFailure(_ row: ReportRow, file: Int?) {
        let fields = row.fields
        if let literal = fields.error {
            let known = errors.count
            let index = errors.add(
                row.bytes[literal], fields.outcome, line: fields.line, file: file)
            if let index { errorRows.add(row, error: index, file: file) }
            if let index, index == known, let detail = fields.detail {
                details[index] = Array(row.bytes[detail].prefix(Self.maxDetail))
            }
        }
        if let literal = fields.appID {
            applications.add(row.bytes[literal], fields.outcome, line: fields.line, file: file)
        }
        if let literal = fields.endpoint {
            endpoints.add(row.bytes[literal], fields.outcome, line: fields.line, file: file)
        }
        if let literal = fields.eventType {
            eventTypes.add(row.bytes[literal], fields.outcome, line: fields.line, file: file)
        }
    }

    /// What a row is.
    var unit: String { isOfAttempts ? "attempt" : "line" }

    /// Lines that were not accepted.
    var notAccepted: UInt64 { counts.total - counts.accepted }

    /// `9,301 at the second try, 12 at the third try`: the accepted lines; nil if no line was retried.
    var retryWords: String? {
        guard !acceptedAtTry.isEmpty else { return nil }
        let names = ["second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"]
        return acceptedAtTry.sorted { $0.key < $1.key }.map { tries, count in
            let name = tries - 2 < names.count ? "the \(names[tries - 2]) try" : "try \(tries)"
            return "\(WholeNumber.shown(count)) at \(name)"
        }.joined(separator: ", ")
    }

    /// Last attempts per second from the first to the last; nil if they are equal.
    var startsPerSecond: Double? {
        guard let span = times.span, span.upperBound > span.lowerBound, times.total > 1 else {
            return nil
        }
        return Double(times.total - 1) * 1000 / Double(span.upperBound - span.lowerBound)
    }

    /// Returns the first position of an entry: the input's name, truncated to `longest` characters,
    /// and the line.
    func place(of entry: OutcomeTable.Entry, longest: Int) -> String {
        place(file: entry.file, line: entry.line, longest: longest)
    }

    /// - Parameter file: The file as an index of `files`; nil if it is not there.
    func place(file: Int?, line: UInt64, longest: Int) -> String {
        let file = file.map { files.text(of: $0) } ?? "another file"
        return "\(UntrustedText.shown(file, longest: longest)):\(line)"
    }
}
