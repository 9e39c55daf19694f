import Delivery
import Ledger

/// Looks up now and then while the report is written: shows how far it is, and hears signals.
///
/// There is no request to be waited for any more, and what is half written is written anew by
/// whoever completes the run. So the first signal only says that it is nearly done, and the second
/// ends it.
final class FinishWatch {
    private let progress: Progress
    private let signals: Signals
    private let total: UInt64
    private var rows: UInt64 = 0
    private var signalsSeen = 0

    /// Rows between two looks at the clock.
    private static let rowsBetweenLooks: UInt64 = 1024

    /// - Parameter counts: of the rows that the report will have.
    init(_ counts: Counts, _ progress: Progress, _ signals: Signals) {
        self.progress = progress
        self.signals = signals
        total = counts.total
        let now = RunClock.now().instant
        progress.begin(status, at: now)
        if progress.isDue(at: now) { progress.show(status, at: now) }
        signals.onStatusRequest = { [unowned self] in
            self.progress.tell(status, at: RunClock.now().instant)
        }
    }

    deinit { signals.onStatusRequest = {} }

    private var status: ProgressStatus {
        ProgressStatus(phase: .writingReport, lines: rows, linesTotal: total)
    }

    /// Notes that a row was written; throws `.interrupted` once nobody waits for the rest.
    func noteRow() throws(LedgerError) {
        rows += 1
        guard rows % Self.rowsBetweenLooks == 0 else { return }
        while let number = signals.next() {
            signalsSeen += 1
            if signalsSeen > 1 { throw .interrupted(signal: number) }
            progress.say(
                "all lines are done, and the report is being written (once more to leave that for "
                    + "the next time)")
        }
        let now = RunClock.now().instant
        if progress.isDue(at: now) { progress.show(status, at: now) }
    }
}
