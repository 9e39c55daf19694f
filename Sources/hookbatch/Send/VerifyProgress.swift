import Delivery
import Ledger
import Platform
import Time

/// The progress and signals of the comparison of an input with an earlier run.
final class VerifyProgress {
    private let progress: Progress
    private let signals: Signals
    private let total: UInt64
    private var lines: UInt64 = 0
    private var throttle = ProgressThrottle()

    /// - Parameter total: The number of lines to compare.
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

    /// Counts a record that was read, and compared if it is finished.
    ///
    /// Throws `.interrupted` at a signal: nothing was sent yet, so there is nothing to wait for.
    func noteRecord(bytes: UInt64, isDone: Bool) throws(SendError) {
        if isDone { lines += 1 }
        if throttle.countLine(bytes: bytes) { try update() }
    }

    /// Updates the progress and checks signals at once. Throws like `noteRecord`.
    func update() throws(SendError) {
        if let number = signals.next() { throw .interrupted(signal: number) }
        let now = ClockReading.now().instant
        if progress.isDue(at: now) { progress.show(status, at: now) }
    }
}
