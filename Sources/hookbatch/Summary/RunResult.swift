import Sending

/// The result of a process, for its exit status and metrics.
struct RunResult {
    var exitStatus: ExitStatus
    /// Whether every line has its outcome.
    var isFinished = false
    /// The totals of the whole run; nil if it did not start.
    var totals: RunTotals?
    /// The latency of the last attempts of the run's lines; nil without any.
    var latency: RunSummary.Latency?
}

extension RunResult {
    /// Creates the result from a summary.
    init(_ summary: RunSummary) {
        self.init(
            exitStatus: summary.exitStatus, isFinished: summary.stop == nil,
            totals: RunTotals(
                counts: summary.facts.counts, retries: summary.facts.retries,
                possibleDuplicates: summary.facts.possibleDuplicates),
            latency: summary.pace?.latency)
    }

    /// Creates the result of a run that was finished before.
    init(_ past: PastRun) {
        self.init(
            exitStatus: ExitStatus(rawValue: past.exitCode) ?? .success, isFinished: true,
            totals: past.totals)
    }
}
