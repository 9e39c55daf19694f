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
    /// The command that sends its lines again from its inputs.
    var retryCommand: String?
    var host: String?
    var processes: [RunSummary.Process] = []
    var counts = Counts()
    var steps: [RunSummary.NextStep] = []
    /// The number of its files of rejected and of unknown lines.
    var rejectedFiles = 0
    var unknownFiles = 0
    /// All its files, as the summary has them, and the absolute path of the report's folder.
    private var files: [(kind: String, path: String)] = []
    private var folder = ""

    /// Maximum steps and their characters; the summary may be any file.
    private static let (maxSteps, maxLength) = (10, 4000)

    /// Reads the summary beside a report; nil if there is none that can be read.
    ///
    /// - Parameter path: The path of a report or of its journal.
    init?(beside path: String) {
        let report = RunFiles.report(of: path)
        guard let place = ReportPath(text: report),
            let fields = (try? JSONFields(readFrom: place.summary)) ?? nil
        else { return nil }
        self.init(fields)
        files = fields.elements("files").compactMap { file in
            file.string("path").map { (file.string("kind") ?? "", $0) }
        }
        folder = Directory.parent(of: Directory.absolute(report))
        takeMoves()
    }

    /// Returns the number of lines in its files of rejected or of unknown lines, by their files of
    /// origins; nil if one can't be read.
    func lineCount(_ kind: Outcome) -> UInt64? {
        var count: UInt64 = 0
        for (_, path) in files.filter({ $0.kind == kind.rawValue }) {
            guard
                let lines = [absolute(path), moved(path)].lazy.compactMap({
                    OriginsFile.lineCount(of: $0 + OriginsHeader.pathExtension)
                }).first
            else { return nil }
            count += lines
        }
        return count
    }

    private func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : "\(directory ?? ".")/\(path)"
    }

    /// The path of a file that was moved together with the report.
    private func moved(_ path: String) -> String {
        "\(folder)/\(path.split(separator: "/").last ?? "")"
    }

    /// Names files in the steps where they are now, since an outbox moves them together with the
    /// report, and leaves out the steps that send a file that is not there any more.
    private mutating func takeMoves() {
        let gone = files.filter { kind, path in
            ["rejected", "unknown"].contains(kind) && !FileStatus.exists(absolute(path))
                && !FileStatus.exists(moved(path))
        }.flatMap { [$0.path, absolute($0.path)] }
        steps.removeAll { step in
            gone.contains { step.command.holds(ShellWords.quote($0)) }
        }
        let places = files.map(\.path).filter {
            !FileStatus.exists(absolute($0)) && FileStatus.exists(moved($0))
        }
        for path in places where !path.contains("/") {
            let now = moved(path)
            changeSteps { ShellWords.moving(file: path, to: now, in: $0) }
        }
        let formers = Set(places.filter { $0.contains("/") }.map { Directory.parent(of: $0) })
        let folder = folder
        for former in formers.union(formers.map(absolute)) where former != folder {
            changeSteps { ShellWords.moving(former, to: folder, in: $0) }
        }
    }

    /// Changes the texts of all steps.
    private mutating func changeSteps(_ change: (String) -> String) {
        for index in steps.indices {
            steps[index].command = change(steps[index].command)
            steps[index].reason = change(steps[index].reason)
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
        retryCommand = Self.bounded(fields.string("retry_command"))
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
            // The other commands have absolute paths.
            let needsDirectory = command.holds("hookbatch ")
            return RunSummary.NextStep(
                kind: kind ?? .run, reason: what, command: command,
                directory: needsDirectory ? directory : nil)
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
