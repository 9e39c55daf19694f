import Delivery
import Ledger
package import Platform
package import Time

/// The progress and signals of the comparison of an input with an earlier run.
package final class VerifyProgress {
    private let observer: any RunObserver
    private let signals: Signals
    private let wait: InputWait
    private let total: UInt64
    private var lines: UInt64 = 0
    private var throttle = ProgressThrottle()

    /// - Parameters:
    ///   - total: The number of lines to compare.
    ///   - deadline: The end of the run's maximum duration; nil without one.
    package init(
        _ total: UInt64, _ observer: any RunObserver, _ signals: Signals, deadline: Instant?
    ) {
        wait = InputWait(signals, deadline: deadline)
        self.observer = observer
        self.signals = signals
        self.total = total
        observer.begin(status, at: MonotonicClock.now)
        signals.onStatusRequest = { [unowned self] in
            self.observer.tell(status, at: MonotonicClock.now)
        }
    }

    deinit { signals.onStatusRequest = {} }

    private var status: ProgressStatus {
        ProgressStatus(phase: .comparing, lines: lines, linesTotal: total)
    }

    /// Counts a record that was read, and compared if it is finished.
    ///
    /// Throws `waitEnded` at a signal or at the deadline: nothing was sent yet, so there is nothing to
    /// wait for.
    package func noteRecord(bytes: UInt64, isDone: Bool) throws(SendError) {
        if isDone { lines += 1 }
        if throttle.countLine(bytes: bytes) { try update() }
    }

    /// Updates the progress and checks signals at once. Throws like `noteRecord`.
    package func update() throws(SendError) {
        do { try wait.check() } catch { throw .input(error) }
        let now = MonotonicClock.now
        if observer.isDue(at: now) { observer.show(status, at: now) }
    }
}
