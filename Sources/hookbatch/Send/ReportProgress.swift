import Delivery
import Ledger
import Platform
import Sending
import Time

/// The progress and signals of the writing of the report.
///
/// No request is in flight, and the next start can write the report again. So the first signal
/// prints a message and the second ends the process, unless the run could not be completed later.
final class ReportProgress {
    private let progress: Progress
    private let signals: Signals
    private let total: UInt64
    private var rows: UInt64 = 0
    private var signalsSeen = 0
    /// The start of the display: a short phase shows nothing.
    private let shownFrom: Instant
    private let canResume: Bool

    /// - Parameters:
    ///   - counts: The counts of the report's rows.
    ///   - canResume: Whether another process can complete the run.
    init(_ counts: Counts, _ progress: Progress, _ signals: Signals, canResume: Bool) {
        self.canResume = canResume
        self.progress = progress
        self.signals = signals
        total = counts.total
        let now = MonotonicClock.now
        shownFrom = now.advanced(byNanoseconds: 200_000_000)
        progress.begin(status, at: now)
        signals.onStatusRequest = { [unowned self] in
            self.progress.tell(status, at: MonotonicClock.now)
        }
    }

    deinit { signals.onStatusRequest = {} }

    private var status: ProgressStatus {
        ProgressStatus(phase: .writingReport, lines: rows, linesTotal: total)
    }

    private var wayOut: String {
        canResume
            ? "signal again to leave it to the next start"
            : "the report of a stream is always completed"
    }

    /// Updates the number of written rows. Throws `.interrupted` at the second signal.
    func update(rows: UInt64) throws(LedgerError) {
        self.rows = max(self.rows, rows)
        while let number = signals.next() {
            signalsSeen += 1
            if signalsSeen > 1, canResume { throw .interrupted(signal: number) }
            if signalsSeen == 1 {
                progress.say("all lines are done; writing the report (\(wayOut))")
            }
        }
        let now = MonotonicClock.now
        if now >= shownFrom, progress.isDue(at: now) { progress.show(status, at: now) }
    }
}
