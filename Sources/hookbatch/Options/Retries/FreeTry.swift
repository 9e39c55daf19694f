import Ledger
import Sending

/// The default report of a run that sends lines again.
enum FreeTry {
    /// Maximum reports to look at.
    private static let maxTries = 1000

    /// Returns a report, or the next one beside it whose name is free or is that of the run itself.
    static func report(after report: ReportPath, isOwn: (RetryRun) -> Bool) -> ReportPath {
        isFree(report, isOwn) ? report : Self.report(of: report, after: 1, isOwn: isOwn)
    }

    private static func isFree(_ report: ReportPath, _ isOwn: (RetryRun) -> Bool) -> Bool {
        !report.hasRun || RetryRun(report).map(isOwn) != false
    }

    /// Returns the report of the next try whose name is free, or is that of the run itself.
    ///
    /// - Parameters:
    ///   - report: The report of the retried run.
    ///   - tries: The runs that have tried the lines, that one included.
    ///   - isOwn: Whether a run with such a name is this one.
    static func report(
        of report: ReportPath, after tries: Int, isOwn: (RetryRun) -> Bool
    ) -> ReportPath {
        let candidates = (tries + 1)...(tries + maxTries)
        return candidates.lazy.map(report.ofTry).first { isFree($0, isOwn) }
            ?? report.ofTry(tries + 1)
    }
}

extension ReportPath {
    /// Whether a run with this report was started.
    var hasRun: Bool {
        guard let files = try? files.find() else { return false }
        return files.journal != .absent || files.report != .absent
    }
}
