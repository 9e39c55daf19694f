import Delivery

/// A journal row, parsed from the bytes that its checksum covers.
///
/// Only texts of `run` and `start` rows are copied.
enum RowKind {
    case run(JournalHeader)
    case newerRun(UInt64)
    /// `at` is RFC 3339.
    case start(bootID: String, pid: Int, at: String)
    case owner(JournalOwner)
    /// All records before the position have outcomes, except `open`.
    case checkpoint(ReportPosition, open: [ReportPosition])
    case lease(LineID, synced: UInt64)
    /// `SentLines` reads the lines from the rest of the row.
    case sent(file: Int, SentLines)
    case attempt(AttemptRow)
    case outcome(OutcomeFields, RecordLocation)
    case finished
    /// A kind that is not one of these.
    case unknown
    /// A known kind with invalid members.
    case malformed

    /// The end of an attempt that is not the line's last.
    struct AttemptRow {
        var line: LineID
        var attempt: Int
        var fate: Fate
        var status: Int?
        var failure: TransportFailure?
        var isCounted: Bool
        var retryAt: Int?
    }

    init(of body: UnsafeRawBufferPointer) {
        var row = RowScanner(body)
        guard row.skip("{\"kind\":\"") else {
            if let fields = OutcomeFields(journalRowBody: body), let location = fields.location {
                self = .outcome(fields, location)
            } else {
                self = .malformed
            }
            return
        }
        let read: RowKind?
        if row.skip("sent\"") {
            read = Self.sent(&row)
        } else if row.skip("attempt\"") {
            read = AttemptRow(&row).map { .attempt($0) }
        } else if row.skip("lease\"") {
            read = Self.lease(&row)
        } else if row.skip("start\"") {
            read = Self.start(&row)
        } else if row.skip("owner\"") {
            read = JournalOwner(&row).map { .owner($0) }
        } else if row.skip("checkpoint\"") {
            read = Self.checkpoint(&row)
        } else if row.skip("run\"") {
            read = Self.run(&row)
        } else if row.skip("finished\"") {
            read = row.isAtEnd ? .finished : nil
        } else {
            read = .unknown
        }
        self = read ?? .malformed
    }

    private static func sent(_ row: inout RowScanner) -> RowKind? {
        guard row.skip(",\"file\":"), let file = row.integer(), row.skip(",\"lines\":[") else {
            return nil
        }
        let lines = SentLines(row)
        guard lines.isWellFormed else { return nil }
        return .sent(file: file, lines)
    }

    private static func lease(_ row: inout RowScanner) -> RowKind? {
        guard let line = LineID(&row), row.skip(",\"synced\":"), let synced = row.number(),
            row.isAtEnd
        else { return nil }
        return .lease(line, synced: synced)
    }

    private static func start(_ row: inout RowScanner) -> RowKind? {
        guard row.skip(",\"boot_id\":"), let bootID = row.text(),
            row.skip(",\"pid\":"), let pid = row.integer(),
            row.skip(",\"at\":"), let at = row.text(), row.isAtEnd
        else { return nil }
        return .start(bootID: bootID, pid: pid, at: at)
    }

    private static func checkpoint(_ row: inout RowScanner) -> RowKind? {
        guard row.skip(",\"file\":"), let file = row.integer(),
            row.skip(",\"record\":"), let record = row.number(),
            RecordLocation.isValid(record: record), row.skip(",\"open\":[")
        else { return nil }
        let position = ReportPosition(input: file, record: record)
        var open: [ReportPosition] = []
        if !row.skip("]") {
            repeat {
                guard row.skip("["), let file = row.integer(), file >= 1, row.skip(","),
                    let record = row.number(), RecordLocation.isValid(record: record),
                    row.skip("]")
                else { return nil }
                open.append(ReportPosition(input: file, record: record))
            } while row.skip(",")
            guard row.skip("]") else { return nil }
        }
        guard row.isAtEnd, open.allSatisfy({ $0 < position }) else { return nil }
        return .checkpoint(position, open: open)
    }

    private static func run(_ row: inout RowScanner) -> RowKind? {
        guard row.skip(",\"version\":"), let version = row.number() else { return nil }
        guard JournalHeader.versions.contains(version) else { return .newerRun(version) }
        return JournalHeader(&row, version: version).map { .run($0) }
    }
}

extension LineID {
    /// Parses `,"file":F,"line":L`.
    fileprivate init?(_ row: inout RowScanner) {
        guard row.skip(",\"file\":"), let file = row.integer(),
            row.skip(",\"line\":"), let line = row.number()
        else { return nil }
        self.init(file: file, line: line)
    }
}

extension JournalOwner {
    /// Parses the members of an `owner` row.
    fileprivate init?(_ row: inout RowScanner) {
        guard row.skip(",\"host\":"), let host = row.optional({ $0.text() }),
            row.skip(",\"process_start\":"), let start = row.optional({ $0.number() }),
            row.skip(",\"attempt\":"), let attempt = row.optional({ $0.text() })
        else { return nil }
        self.init(host: host, processStart: start, attempt: attempt)
        if row.skip(",\"inode\":") {
            guard let inode = row.number() else { return nil }
            self.inode = inode
        }
        guard row.isAtEnd else { return nil }
    }
}

extension RowKind.AttemptRow {
    fileprivate init?(_ row: inout RowScanner) {
        guard let line = LineID(&row),
            row.skip(",\"attempt\":"), let attempt = row.integer(),
            (0...Int(Int32.max)).contains(attempt),
            row.skip(",\"fate\":"), let fate = row.text().flatMap(Fate.init(rawValue:)),
            row.skip(",\"status\":"), let status = row.optional({ $0.integer() }),
            row.skip(",\"error\":"), let error = row.optional({ $0.text() }),
            row.skip(",\"counted\":"), let isCounted = row.bool(),
            row.skip(",\"retry_at\":"), let retryAt = row.optional({ $0.integer() }),
            row.isAtEnd
        else { return nil }
        self.init(
            line: line, attempt: attempt, fate: fate, status: status,
            failure: error.flatMap(TransportFailure.init(rawValue:)), isCounted: isCounted,
            retryAt: retryAt)
    }
}

extension JournalHeader {
    /// Parses the members of a `run` row after its version.
    fileprivate init?(_ row: inout RowScanner, version: UInt64) {
        guard row.skip(",\"run_id\":"), let runID = row.text().flatMap({ RunID($0) }),
            row.skip(",\"to\":"), let destination = row.text(), row.skip(",\"inputs\":[")
        else { return nil }
        var inputs: [InputIdentity] = []
        if !row.skip("]") {
            repeat {
                guard let input = InputIdentity(&row) else { return nil }
                inputs.append(input)
            } while row.skip(",")
            guard row.skip("]") else { return nil }
        }
        guard row.skip(",\"options\":{") else { return nil }
        var options: [String: String] = [:]
        if !row.skip("}") {
            repeat {
                guard let name = row.text(), row.skip(":"), let value = row.text(),
                    options.updateValue(value, forKey: name) == nil
                else { return nil }
            } while row.skip(",")
            guard row.skip("}") else { return nil }
        }
        guard row.isAtEnd else { return nil }
        self.init(
            version: version, runID: runID, destination: destination, inputs: inputs,
            options: options)
    }
}

extension InputIdentity {
    fileprivate init?(_ row: inout RowScanner) {
        guard row.skip("{\"path\":"), let path = row.text(),
            row.skip(",\"size\":"), let size = row.number(),
            row.skip(",\"modified_ns\":"), let modified = row.integer(),
            row.skip(",\"stream\":"), let isStream = row.bool(), row.skip("}")
        else { return nil }
        self.init(
            path: path, size: size, modifiedNanoseconds: Int64(modified), isStream: isStream)
    }
}
