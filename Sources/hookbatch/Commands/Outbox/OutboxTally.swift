import Delivery
import Sending

/// What a round did, for its exit code and metrics.
struct OutboxTally {
    /// The result of a file in a round.
    enum Result: String, CaseIterable {
        /// Every line was accepted.
        case done
        /// Finished; some lines were not accepted.
        case failed
        /// A later round resumes it.
        case stopped
        /// Not sent until a person acts.
        case refused
        /// Its content was sent before.
        case alreadySent = "already_sent"
    }

    private(set) var files: [Result: Int] = [:]
    private(set) var totals = RunTotals(counts: Counts(), retries: 0, possibleDuplicates: 0)
    private var statuses: [ExitStatus] = []

    /// Counts a file with its run; nil without a run in this round.
    mutating func add(_ result: Result, _ status: ExitStatus, _ run: OutboxRun? = nil) {
        files[result, default: 0] += 1
        add(status)
        guard let run else { return }
        for outcome in Outcome.allCases { totals.counts[outcome] += run.totals.counts[outcome] }
        totals.retries += run.totals.retries
        totals.possibleDuplicates += run.totals.possibleDuplicates
    }

    mutating func add(_ status: ExitStatus) { statuses.append(status) }

    /// The most severe status of all.
    var exitStatus: ExitStatus { .mostSevere(of: statuses) }
}
