import Delivery
import Ledger
import Platform
import Records
import Sending

/// What the summary beside a report or a journal says about the run's last end, and what to do.
struct RunNotes {
    let runID: String
    /// The first run of a retry; nil for a run that is not a retry.
    let firstRunID: String?
    /// The shard, such as `2/8`; empty without shards.
    let shard: String
    var startedAt: String
    /// Why the run stopped; nil if it is finished.
    var stop: String?
    var endedAt: String
    /// The destination as in `--to`; nil in a summary without one.
    var destination: String?
    /// The command of the run, and its working directory.
    var command: String?
    var directory: String?
    var host: String?
    var processes: [RunSummary.Process] = []
    var counts = Counts()
    var steps: [RunSummary.NextStep] = []
    /// The number of its files of rejected and of unknown lines.
    var rejectedFiles = 0
    var unknownFiles = 0

    /// Maximum steps and their characters; the summary may be any file.
    private static let (maxSteps, maxLength) = (10, 4000)

    /// Reads the summary beside a report; nil if there is none that can be read.
    ///
    /// - Parameter path: The path of a report or of its journal.
    init?(beside path: String) {
        let report = path.hasSuffix(".journal") ? String(path.dropLast(".journal".count)) : path
        guard let place = ReportPath(text: report),
            let fields = (try? JSONFields(readFrom: place.summary)) ?? nil
        else { return nil }
        self.init(fields)
        takeMoves(of: fields, to: Directory.parent(of: Directory.absolute(report)))
    }

    /// Names files in the steps where they are now: an outbox moves them together with the report.
    private mutating func takeMoves(of fields: JSONFields, to folder: String) {
        let files = (fields.elements("files") + fields.elements("inputs"))
            .compactMap { $0.string("path") }
        for path in Set(files) {
            let former = path.hasPrefix("/") ? path : "\(directory ?? ".")/\(path)"
            let now = "\(folder)/\(path.split(separator: "/").last ?? "")"
            guard now != former, !FileStatus.exists(former), FileStatus.exists(now) else {
                continue
            }
            for index in steps.indices {
                steps[index].command = Self.replace(
                    ShellWords.quote(path), by: ShellWords.quote(now), in: steps[index].command)
                steps[index].reason = Self.replace(path, by: now, in: steps[index].reason)
            }
        }
    }

    /// Replaces a path, but not where it is the start of a longer one.
    private static func replace(_ path: String, by other: String, in text: String) -> String {
        let parts = text.parts(between: path)
        return parts.dropFirst().reduce(String(parts[0])) { text, part in
            let ends =
                part.first.map { !$0.isLetter && !$0.isNumber && !"./-_".contains($0) } ?? true
            return text + (ends ? other : path) + part
        }
    }

    init?(_ fields: JSONFields) {
        guard let runID = fields.string("run_id"), let endedAt = fields.string("ended_at") else {
            return nil
        }
        self.runID = runID
        firstRunID = fields.string("options", RetriedRun.firstRunOption)
        shard = fields.string("options", Flags.shards.shard.declaration.spelling) ?? ""
        startedAt = String((fields.string("started_at") ?? "").prefix(40))
        self.endedAt = String(endedAt.prefix(40))
        stop = fields.string("stop", "detail").map { String($0.prefix(Self.maxLength)) }
        for outcome in Outcome.allCases {
            counts[outcome] = fields.number("counts", outcome.rawValue) ?? 0
        }
        let directory = Self.bounded(fields.string("directory"))
        self.directory = directory
        destination =
            Self.bounded(fields.string("destination", "store")).map { "store:\($0)" }
            ?? Self.bounded(fields.string("destination", "api"))
        command = Self.bounded(fields.string("command"))
        host = Self.bounded(fields.string("host"))
        processes = fields.elements("processes").suffix(RecoveredJournal.maxStartTimes).compactMap {
            process in
            guard let startedAt = Self.bounded(process.string("started_at")) else { return nil }
            return RunSummary.Process(
                startedAt: startedAt, endedAt: Self.bounded(process.string("ended_at")),
                stop: Self.bounded(process.string("stop")))
        }
        let kinds = fields.elements("files").compactMap { $0.string("kind") }
        rejectedFiles = kinds.count { $0 == RunSummary.File.Kind.rejected.rawValue }
        unknownFiles = kinds.count { $0 == RunSummary.File.Kind.unknown.rawValue }
        steps = fields.elements("steps").prefix(Self.maxSteps).compactMap { step in
            guard let what = step.string("what"), let command = step.string("command"),
                what.utf8.count <= Self.maxLength, command.utf8.count <= Self.maxLength
            else { return nil }
            let kind = step.string("kind").flatMap { RunSummary.NextStep.Kind(rawValue: $0) }
            return RunSummary.NextStep(
                kind: kind ?? .run, reason: what, command: command, directory: directory)
        }
    }

    /// Returns a text of a usual length; nil if it is too long.
    private static func bounded(_ text: String?) -> String? {
        text.flatMap { $0.utf8.count <= maxLength ? $0 : nil }
    }

    /// Whether this is the end of the process that started at `time` (RFC 3339, as in the journal).
    func isEnd(ofStartAt time: String) -> Bool {
        if processes.isEmpty {
            // The summary of an earlier version.
            return endedAt >= time
        }
        return processes.contains { $0.startedAt == time && $0.endedAt != nil }
    }

    /// The time and the cause of the last stop; nil if the run is finished.
    var lastStop: String? {
        stop.map { "stopped at \(Escaping.escaped(endedAt)): \(Escaping.escaped($0))" }
    }
}
