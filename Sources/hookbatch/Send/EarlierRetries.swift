import Ledger
import Platform
import Sending

/// The other runs that send lines of the same earlier run again, if their reports have the usual
/// names: by `--retry-of`, and from files of undelivered lines.
struct EarlierRetries {
    /// The reports of those that are finished.
    private(set) var finished: [String] = []
    /// The report of one that is not.
    private(set) var unfinished: String?

    /// Finds them for a run that is not begun; none for other runs, and with `--fresh`, which sends
    /// lines again on purpose.
    init(_ options: SendOptions) {
        guard !options.isFresh,
            let own = (options.retryOf?.identity ?? options.origins?.identity)?[
                RetriedRun.runOption],
            let files = try? options.report.files.find(),
            files.journal == .absent, files.report == .absent
        else { return }
        var seen: Set = [options.report.path]
        for report in Self.reports(options) where seen.insert(report.path).inserted {
            guard let run = RetryRun(report), run.retriedID == own else { continue }
            if run.isFinished { finished.append(report.path) } else { unfinished = report.path }
        }
    }

    /// The message that refuses the run; nil if no other one is unfinished.
    var refusal: String? {
        unfinished.map { report in
            "the run of \(Escaping.quoted(report)) sends lines of the same report and is not "
                + "finished; finish it first with its command, or use --fresh to send lines that it "
                + "has sent once more"
        }
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
        for report in reports { reports += RetryRun.candidates(beside: report) }
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
}
