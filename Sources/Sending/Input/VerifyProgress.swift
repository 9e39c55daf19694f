import Delivery
import Ledger
package import Platform
package import Time

/// The progress and signals of the comparison of inputs with an earlier run.
package final class VerifyProgress {
    private let observer: any RunObserver
    private let signals: Signals
    private let wait: InputWait
    private var status: ProgressStatus
    private var throttle = ProgressThrottle()

    /// - Parameters:
    ///   - total: The number of lines to compare; nil if it is unknown.
    ///   - bytesTotal: Their bytes; nil if they are not counted.
    ///   - deadline: The end of the run's maximum duration; nil without one.
    package init(
        _ total: UInt64?, bytesTotal: UInt64? = nil, _ observer: any RunObserver,
        _ signals: Signals, deadline: Instant?
    ) {
        wait = InputWait(signals, deadline: deadline)
        self.observer = observer
        self.signals = signals
        status = ProgressStatus(phase: .comparing, lines: 0, linesTotal: total)
        status.bytesTotal = bytesTotal
        observer.begin(status, at: MonotonicClock.now)
        signals.onStatusRequest = { [unowned self] in
            self.observer.tell(self.status, at: MonotonicClock.now)
        }
    }

    deinit { signals.onStatusRequest = {} }

    /// Counts a record that was read, and compared if it is finished.
    ///
    /// Throws `waitEnded` at a signal or at the deadline: nothing was sent yet, so there is nothing to
    /// wait for.
    package func noteRecord(bytes: UInt64, isDone: Bool) throws(SendError) {
        if isDone { status.lines += 1 }
        if throttle.countLine(bytes: bytes) { try update() }
    }

    /// Sets what is compared.
    func set(lines: UInt64, bytes: UInt64) {
        status.lines = lines
        status.bytes = bytes
    }

    /// Updates the progress and checks signals at once. Throws like `noteRecord`.
    package func update() throws(SendError) {
        do { try wait.check() } catch { throw .input(error) }
        let now = MonotonicClock.now
        if observer.isDue(at: now) { observer.show(status, at: now) }
    }
}
