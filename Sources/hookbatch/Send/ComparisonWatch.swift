import Delivery
import Ledger
import Platform
import Time

/// Looks up now and then while an input is compared with an earlier run: shows how far that is, and
/// hears signals.
final class ComparisonWatch {
    private let progress: Progress
    private let signals: Signals
    private let total: UInt64
    private var lines: UInt64 = 0
    private var throttle = ProgressThrottle()

    /// - Parameter total: how many lines are to be compared.
    init(_ total: UInt64, _ progress: Progress, _ signals: Signals) {
        self.progress = progress
        self.signals = signals
        self.total = total
        progress.begin(status, at: ClockReading.now().instant)
        signals.onStatusRequest = { [unowned self] in
            self.progress.tell(status, at: ClockReading.now().instant)
        }
    }

    deinit { signals.onStatusRequest = {} }

    private var status: ProgressStatus {
        ProgressStatus(phase: .comparing, lines: lines, linesTotal: total)
    }

    /// Notes that a record of so many bytes was read, and compared if it is done; throws
    /// `.interrupted` at a signal: nothing was sent yet, and whoever stops it now just runs it again.
    func noteRecord(bytes: UInt64, isDone: Bool) throws(SendError) {
        if isDone { lines += 1 }
        if throttle.countLine(bytes: bytes) { try look() }
    }

    /// Looks up at once. Throws like `noteRecord`.
    func look() throws(SendError) {
        if let number = signals.next() { throw .interrupted(signal: number) }
        let now = ClockReading.now().instant
        if progress.isDue(at: now) { progress.show(status, at: now) }
    }
}
