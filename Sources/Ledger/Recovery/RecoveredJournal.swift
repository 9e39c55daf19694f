package import Delivery

/// The state of a run as its journal records it.
package struct RecoveredJournal: Sendable {
    /// The `run` row; nil if not even that is complete, so that nothing was sent.
    package var header: JournalHeader?
    /// The boot id of the last process.
    package var lastBootID: String?
    /// The process id and, of a shard, the owner of the last process.
    package var lastPID = 0
    package var lastOwner: JournalOwner?
    /// Whether the last process of a shard had another file: this one is a copy that replaced it.
    package var isOtherFile = false
    /// The number of processes that have worked on the run.
    package var starts = 0
    /// The start of the first process, as in its row (RFC 3339).
    package var startedAt: String?
    /// The starts of the last processes, at most `maxStartTimes`, oldest first (RFC 3339).
    package var startTimes: [String] = []
    /// The latencies and the lags of the outcome rows, as a report has them.
    package var latencies = LatencyHistogram()
    package var lags = LatencyHistogram()
    /// The errors of the outcome rows.
    package var errors = ErrorTally()
    /// The outcome rows of lines that may have arrived twice.
    package var possibleDuplicates: UInt64 = 0
    package var resumeState: ResumeState
    /// The last line that could be sent.
    package var lastLease: LineID?
    /// Whether the `finished` row is there.
    package var isFinished: Bool
    /// Bytes of the valid rows; the journal is truncated to them.
    package var validLength: UInt64
    /// Bytes of the journal as it was read.
    package var length: UInt64
    /// The end of the spool, as far as rows refer to it.
    package var spoolEnd: UInt64
    /// The reason to refuse the journal; nil if it is valid. The other members describe the rows
    /// before the damage.
    package var damage: JournalDamage?

    /// A run that starts again every hour has more in a week; the last ones are of interest.
    package static let maxStartTimes = 100
}
