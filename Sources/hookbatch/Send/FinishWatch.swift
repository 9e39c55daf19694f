import Delivery
import Ledger
import Platform
import Time

/// Looks up now and then while the report is written: shows how far it is, and hears signals.
///
/// There is no request to be waited for any more, and what is half written is written anew by
/// whoever completes the run. So the first signal only says that it is nearly done, and the second
/// ends it; but not where nobody could complete the run.
final class FinishWatch {
    private let progress: Progress
    private let signals: Signals
    private let total: UInt64
    private var rows: UInt64 = 0
    private var signalsSeen = 0
    /// From when on it is shown: what is soon over is not worth a line.
    private let shownFrom: Instant
    private let canBeLeft: Bool

    /// - Parameters:
    ///   - counts: Of the rows that the report will have.
    ///   - canBeLeft: Whether another process can complete the run.
    init(_ counts: Counts, _ progress: Progress, _ signals: Signals, canBeLeft: Bool) {
        self.canBeLeft = canBeLeft
        self.progress = progress
        self.signals = signals
        total = counts.total
        let now = ClockReading.now().instant
        shownFrom = now.advanced(byNanoseconds: 200_000_000)
        progress.begin(status, at: now)
        signals.onStatusRequest = { [unowned self] in
            self.progress.tell(status, at: ClockReading.now().instant)
        }
    }

    deinit { signals.onStatusRequest = {} }

    private var status: ProgressStatus {
        ProgressStatus(phase: .writingReport, lines: rows, linesTotal: total)
    }

    private var wayOut: String {
        canBeLeft
            ? "signal again to leave it to the next start"
            : "the report of a stream is always completed"
    }

    /// Notes how many rows are written; throws `.interrupted` once nobody waits for the rest.
    func look(rows: UInt64) throws(LedgerError) {
        self.rows = max(self.rows, rows)
        while let number = signals.next() {
            signalsSeen += 1
            if signalsSeen > 1, canBeLeft { throw .interrupted(signal: number) }
            if signalsSeen == 1 {
                progress.say("all lines are done; writing the report (\(wayOut))")
            }
        }
        let now = ClockReading.now().instant
        if now >= shownFrom, progress.isDue(at: now) { progress.show(status, at: now) }
    }
}
