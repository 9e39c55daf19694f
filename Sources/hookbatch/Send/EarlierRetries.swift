import Ledger
import Platform
import Sending

/// The other runs that send lines of the same first run again, if their reports have the usual
/// names: by `--retry-of`, and from files of undelivered lines.
///
/// Those whose lines this run has are not among them: they have left its lines.
struct EarlierRetries {
    /// Those that are finished.
    private(set) var finished: [SentRun] = []
    /// Reports that may be of such runs, without their summaries.
    private(set) var unreadable: [String] = []
    /// The report of one that is not.
    private(set) var unfinished: String?

    /// Finds them for a run that sends lines again. A run that was begun has those of its start, and
    /// with `--fresh`, which sends lines again on purpose, there are none.
    init(_ options: SendOptions) {
        guard !options.isFresh,
            let identity = options.retryOf?.identity ?? options.origins?.identity,
            let own = identity[RetriedRun.runOption],
            let files = try? options.report.files.find()
        else { return }
        guard files.journal == .absent, files.report == .absent else {
            if let run = RetryRun(options.report) { finished = run.sentBy }
            return
        }
        var seen: Set = [InputPath.absolute(options.report.path)]
        var runs: [RetryRun] = []
        for report in Self.reports(options)
        where seen.insert(InputPath.absolute(report.path)).inserted {
            guard let run = RetryRun(report) else {
                if FileStatus.exists(report.path), !FileStatus.exists(report.summary) {
                    unreadable.append(report.path)
                }
                continue
            }
            if run.retriedID == own || run.firstID == identity[RetriedRun.firstRunOption] {
                runs.append(run)
            }
        }
        var ancestors: Set = [own]
        while let run = runs.first(where: {
            ancestors.contains($0.id) && !ancestors.contains($0.retriedID)
        }) {
            ancestors.insert(run.retriedID)
        }
        for run in runs where !ancestors.contains(run.id) {
            if run.isFinished {
                finished.append(run.asSent)
            } else {
                unfinished = run.report.path
            }
        }
    }

    /// The message that refuses the run; nil if no other one is unfinished.
    var refusal: String? {
        unfinished.map { report in
            "the run of \(Escaping.quoted(report)) sends lines of the same run and is not "
                + "finished; finish it first"
                + (Self.command(of: report) ?? " with its command")
        }
    }

    /// Returns the command that resumes a run, on its own line; nil if it is not known.
    private static func command(of report: String) -> String? {
        guard let notes = RunNotes(beside: report), let command = notes.command else { return nil }
        let step = RunSummary.NextStep(reason: "", command: command, directory: notes.directory)
        return " with:\n  \(NextStepText.command(step))"
    }

    /// The reports that such runs have by default, in the current directory and beside the others.
    private static func reports(_ options: SendOptions) -> [ReportPath] {
        var reports: [ReportPath] = []
        var undelivered: [String] = []
        if let retry = options.retryOf, let first = ReportPath(text: retry.plan.report) {
            reports.append(retry.ownReport)
            let inputs = retry.inputs
            for index in inputs.indices {
                // Their reports have the same name for all extensions.
                undelivered += [
                    first.rejected(input: index, of: inputs, extension: "ndjson"),
                    first.unknown(input: index, of: inputs, extension: "ndjson"),
                ]
            }
        } else if let origins = options.origins {
            reports += origins.retries
            undelivered += origins.undelivered
        }
        // Those of several files of undelivered lines have a name of the report alone.
        for report in reports {
            reports += RetryRun.candidates(beside: report)
            if let root = root(of: report) { reports += RetryRun.candidates(beside: root) }
        }
        for path in undelivered {
            let report = ReportPath(besideInputNamed: path)
            reports.append(report)
            let folder = Directory.parent(of: path)
            if folder != ".", let there = ReportPath(text: "\(folder)/\(report.path)") {
                reports.append(there)
            }
        }
        return reports
    }

    /// The report of a run whose name is the start of all names of its retries.
    private static func root(of report: ReportPath) -> ReportPath? {
        let slash = report.stem.lastIndex(of: "/").map { report.stem.index(after: $0) }
        let start = slash ?? report.stem.startIndex
        let name = RetryName.root(of: String(report.stem[start...]))
        return ReportPath(text: "\(report.stem[..<start])\(name).report.ndjson")
    }
}
