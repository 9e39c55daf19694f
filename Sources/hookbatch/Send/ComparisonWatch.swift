import Delivery

/// Looks up now and then while an input is compared with an earlier run: shows how far that is, and
/// hears signals.
final class ComparisonWatch {
    private let progress: Progress
    private let signals: Signals
    private let total: UInt64
    private var lines: UInt64 = 0

    /// Lines between two looks at the clock.
    private static let linesBetweenLooks: UInt64 = 1024

    /// - Parameter total: how many lines are to be compared.
    init(_ total: UInt64, _ progress: Progress, _ signals: Signals) {
        self.progress = progress
        self.signals = signals
        self.total = total
        progress.begin(status, at: RunClock.now().instant)
        signals.onStatusRequest = { [unowned self] in
            self.progress.tell(status, at: RunClock.now().instant)
        }
    }

    deinit { signals.onStatusRequest = {} }

    private var status: ProgressStatus {
        ProgressStatus(phase: .comparing, lines: lines, linesTotal: total)
    }

    /// Notes that a line was compared; throws `.interrupted` at a signal: nothing was sent yet, and
    /// whoever stops it now just runs it again.
    func noteLine() throws(SendError) {
        lines += 1
        if lines % Self.linesBetweenLooks == 0 { try look() }
    }

    /// Looks up at once. Throws like `noteLine`.
    func look() throws(SendError) {
        if let number = signals.next() { throw .interrupted(signal: number) }
        let now = RunClock.now().instant
        if progress.isDue(at: now) { progress.show(status, at: now) }
    }
}
