import Delivery
import Ledger
import Platform
import Sending

/// The runs that have sent the lines of a finished run again, and the runs of their lines: those in
/// the folder of its report, and given ones.
struct LaterRuns {
    private let report: ReportPath
    /// Oldest first.
    private let runs: [RetryRun]
    /// Those that have lines of the run itself.
    private let direct: [RetryRun]
    private let given: [ReportPath]

    /// Maximum reports in a proposed command.
    private static let maxReports = 100

    /// - Parameter given: Reports that are shown together with this one.
    init(of notes: RunNotes, _ report: ReportPath, given: [ReportPath] = []) {
        self.report = report
        self.given = given
        var left: [RetryRun] = []
        var ids: Set<String> = [notes.runID]
        if notes.stop == nil {
            var seen: Set<String> = [InputPath.absolute(report.path)]
            for path in RetryRun.candidates(beside: report) + given
            where seen.insert(InputPath.absolute(path.path)).inserted {
                if let run = RetryRun(path) { left.append(run) }
            }
        }
        direct = left.filter { $0.retriedID == notes.runID }
        var runs: [RetryRun] = []
        var next = direct
        while !next.isEmpty {
            runs += next
            ids.formUnion(next.map(\.id))
            left.removeAll { run in next.contains { $0.report == run.report } }
            next = left.filter { ids.contains($0.retriedID) }
        }
        self.runs = runs.sorted { one, other in
            // One that is not finished is the last.
            guard let start = one.startedAt else { return false }
            return other.startedAt.map { start < $0 } ?? true
        }
    }

    /// Returns the next steps of the run that are not out of date, after those for its later runs.
    func steps(after notes: RunNotes) -> [RunSummary.NextStep] {
        guard !runs.isEmpty else { return notes.steps }
        // The steps for lines that did not arrive come before those that search for others.
        let first = notes.steps.prefix { $0.kind != .look }
        var others = notes.steps.dropFirst(first.count)
        if coversUnknown(notes), let sending = others.firstIndex(where: { $0.kind == .run }) {
            // The search for possible duplicates follows.
            others = others[(sending + 1)...].drop { $0.kind == .alternative }
        }
        return own + (coversUndelivered(notes) ? [] : first) + removed(after: notes) + others
    }

    /// What to do with the lines that were removed from the files of undelivered lines before these were
    /// sent.
    private func removed(after notes: RunNotes) -> [RunSummary.NextStep] {
        var steps: [RunSummary.NextStep] = []
        let unknown = coversUnknown(notes) ? removed(.unknown, notes) : 0
        if unknown > 0 {
            let fact =
                "\(WholeNumber.shown(unknown, "unknown line")) "
                + "\(unknown == 1 ? "was" : "were") removed from the file before it was sent"
            let flag = Flags.retryOf.outcomes.declaration.spelling
            if let command = notes.retryCommand {
                steps.append(
                    RunSummary.NextStep(
                        reason:
                            "\(fact): put the Idempotency-Keys of those that arrived (they are in the "
                            + "file's \(OriginsHeader.pathExtension)) in place of KEY,KEY, or use "
                            + "\(Flags.retryOf.arrived.declaration.spelling) /payload/FIELD=@FILE; these "
                            + "count as accepted, and the others are sent with",
                        command:
                            "\(command) \(flag) \(Outcome.unknown.rawValue) \(Flags.retryOf.arrived.declaration.spelling) "
                            + "\(ArrivedRule.key)=KEY,KEY",
                        directory: notes.directory))
            } else {
                steps.append(
                    step(
                        "\(fact); see them with", reports(with: runs),
                        flags: [flag, Outcome.unknown.rawValue]))
            }
        }
        let rejected = coversUndelivered(notes) ? removed(.rejected, notes) : 0
        if rejected > 0 {
            let outcomes: [Outcome] = [.rejected, .invalid, .failed, .notAttempted]
            steps.append(
                step(
                    "\(WholeNumber.shown(rejected, "line")) that "
                        + "\(rejected == 1 ? "was" : "were") not accepted "
                        + "\(rejected == 1 ? "was" : "were") removed from the file before it was sent, and "
                        + "\(rejected == 1 ? "stays" : "stay") so; see \(rejected == 1 ? "it" : "them") with",
                    reports(with: runs),
                    flags: [
                        Flags.report.outcomes.declaration.spelling,
                        outcomes.map(\.rawValue).joined(separator: ","),
                    ]))
        }
        return steps
    }

    /// The number of lines of a kind that no run of their files has read.
    private func removed(_ kind: Outcome, _ notes: RunNotes) -> UInt64 {
        let outcomes: Set<Outcome> = kind == .unknown ? [.unknown] : Self.undelivered(notes)
        guard !direct.contains(where: { $0.selects(outcomes) }) else { return 0 }
        // A file may be sent in several runs, of which each reads all its lines.
        var read: [Set<String>: UInt64] = [:]
        var kinds: Set<Outcome> = [kind]
        for run in direct where !run.filesSent(kind).isEmpty {
            guard run.isFinished else { return 0 }
            for other in [Outcome.rejected, .unknown] where !run.filesSent(other).isEmpty {
                kinds.insert(other)
            }
            read[run.filesSent(kind)] = max(read[run.filesSent(kind)] ?? 0, run.read)
        }
        var wanted: UInt64 = 0
        for kind in kinds {
            guard let lines = notes.lineCount(kind) else { return 0 }
            wanted += lines
        }
        let all = read.values.reduce(0, +)
        return read.isEmpty || all >= wanted ? 0 : wanted - all
    }

    private func reports(with runs: [RetryRun]) -> [ReportPath] {
        [report] + runs.filter(\.isFinished).suffix(Self.maxReports).map(\.report)
    }

    /// Finishes a later run, and counts the lines of all of them.
    private var own: [RunSummary.NextStep] {
        var steps: [RunSummary.NextStep] = []
        if let run = runs.last(where: { !$0.isFinished }) {
            steps.append(
                step(
                    "the run of \(shown(run)) sends lines of this report again and is not finished; "
                        + "see its state and its command with", [run.report]))
        }
        let finished = runs.filter(\.isFinished)
        let given = Set(given.map { InputPath.absolute($0.path) })
        let isShown = finished.allSatisfy {
            given.contains(InputPath.absolute($0.report.path))
        }
        if let newest = finished.last, !isShown, !isOfGiven {
            let fact =
                finished.count == 1
                ? "a later run, \(shown(newest)), has sent lines of this report again"
                : "later runs have sent lines of this report again, the newest \(shown(newest))"
            steps.append(
                step(
                    fact + "; count the last word for each line with", reports(with: finished)))
        }
        return steps
    }

    /// Whether the run has lines of a given report, whose step counts these too.
    private var isOfGiven: Bool {
        guard let retried = RetryRun(report)?.retriedID else { return false }
        return given.contains { RunNotes(beside: $0.path)?.runID == retried }
    }

    /// The reports of all of them, oldest first; nil if one is not finished.
    var reports: [ReportPath]? { runs.allSatisfy(\.isFinished) ? runs.map(\.report) : nil }

    /// Whether a report, with those of its later runs, has all lines as accepted.
    static func haveDelivered(_ report: ReportPath) -> Bool {
        guard let notes = RunNotes(beside: report.path), notes.stop == nil else { return false }
        let (total, delivered) = (notes.counts.total, notes.counts.accepted)
        if delivered == total { return true }
        guard let later = LaterRuns(of: notes, report).reports, !later.isEmpty else { return false }
        // The reports are read only if it is possible.
        let accepted = later.compactMap { OutboxRun(summaryAt: $0.summary) }
            .reduce(delivered) { $0 + $1.totals.counts.accepted }
        guard accepted >= total,
            let digest = try? LastWords.digest(of: [report.path] + later.map(\.path))
        else { return false }
        return digest.counts.total == total && digest.counts.accepted == total
    }

    private func shown(_ run: RetryRun) -> String { Escaping.quoted(run.report.path) }

    private func step(
        _ reason: String, _ reports: [ReportPath], flags: [String] = []
    ) -> RunSummary.NextStep {
        .showing(reports.map(\.path), flags: flags, reason: reason)
    }

    /// Whether all lines that certainly did not arrive were sent again.
    private func coversUndelivered(_ notes: RunNotes) -> Bool {
        covers(.rejected, files: notes.rejectedFiles, Self.undelivered(notes))
    }

    /// The outcomes of the lines of a run that certainly did not arrive.
    private static func undelivered(_ notes: RunNotes) -> Set<Outcome> {
        Set([.rejected, .invalid, .failed, .notAttempted].filter { notes.counts[$0] > 0 })
    }

    /// Whether all lines that may have arrived were sent again.
    private func coversUnknown(_ notes: RunNotes) -> Bool {
        covers(.unknown, files: notes.unknownFiles, notes.counts.unknown > 0 ? [.unknown] : [])
    }

    private func covers(
        _ kind: Outcome, files: Int, _ outcomes: Set<Outcome>
    ) -> Bool {
        guard !outcomes.isEmpty else { return false }
        let sent = direct.reduce(into: Set<String>()) { $0.formUnion($1.filesSent(kind)) }
        return (files > 0 && sent.count >= files) || direct.contains { $0.selects(outcomes) }
    }
}
