import Delivery

/// How the work of a process on a run ended, for its exit status and its metrics.
struct RunResult {
    var exitStatus: ExitStatus
    /// Whether the run is finished: every line has its outcome.
    var isFinished = false
    /// The whole run's; nil if it did not even begin.
    var totals: Totals?
    /// How long the requests of this process took; nil if none was answered.
    var latency: RunSummary.Latency?

    struct Totals: Hashable, Sendable {
        var counts: Counts
        /// At a stop, those of the last process.
        var retries: UInt64
        var possibleDuplicates: UInt64
    }
}

extension RunResult {
    /// What a summary says of it.
    init(_ summary: RunSummary) {
        self.init(
            exitStatus: summary.exitStatus, isFinished: summary.stop == nil,
            totals: Totals(
                counts: summary.counts, retries: summary.retries,
                possibleDuplicates: summary.possibleDuplicates),
            latency: summary.pace?.latency)
    }

    /// Nothing was to be done: the run was finished before.
    init(_ past: PastRun) {
        self.init(
            exitStatus: ExitStatus(rawValue: past.exitCode) ?? .success, isFinished: true,
            totals: past.totals)
    }
}
