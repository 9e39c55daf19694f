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
        return own + (coversUndelivered(notes) ? [] : first) + others
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
                    fact + "; count the last word for each line with",
                    [report] + finished.suffix(Self.maxReports).map(\.report)))
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

    private func step(_ reason: String, _ reports: [ReportPath]) -> RunSummary.NextStep {
        let paths = reports.map(\.path)
        let end = paths.contains { $0.utf8.first == UInt8(ascii: "-") } ? ["--"] : []
        return RunSummary.NextStep(
            kind: .look, reason: reason,
            command: ShellWords.commandLine(
                ["hookbatch", Command.report.rawValue] + end + paths),
            directory: Directory.current)
    }

    /// Whether all lines that certainly did not arrive were sent again.
    private func coversUndelivered(_ notes: RunNotes) -> Bool {
        covers(
            .rejected, files: notes.rejectedFiles,
            Set([.rejected, .invalid, .failed, .notAttempted].filter { notes.counts[$0] > 0 }))
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
