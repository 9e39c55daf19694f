package import Delivery
package import Time

/// The progress of one process of a run.
package struct ProgressStatus: Sendable {
    package enum Phase: String, Sendable {
        /// Compares an input with the journal of earlier processes.
        case comparing
        case sending
        /// Starts nothing, and waits for the requests in flight.
        case stopping
        case writingReport = "writing_report"
    }

    /// Why nothing starts, and the remaining time if known.
    package struct Wait: Equatable, Sendable {
        package var reason: Run.WaitReason
        package var left: Duration?
        /// The local time at which it ends, if the clock ends it.
        package var until: TimeOfDay?

        package init(reason: Run.WaitReason, left: Duration? = nil, until: TimeOfDay? = nil) {
            self.reason = reason
            self.left = left
            self.until = until
        }
    }

    package init(phase: Phase, lines: UInt64, linesTotal: UInt64? = nil) {
        self.phase = phase
        self.lines = lines
        self.linesTotal = linesTotal
    }

    package var phase: Phase
    /// Since the start of this process.
    package var elapsed: Duration = .zero
    /// Finished lines of this phase, over all processes.
    package var lines: UInt64
    /// The total number of lines; nil if unknown.
    package var linesTotal: UInt64?
    /// The approximate bytes of the finished lines in the inputs.
    package var bytes: UInt64 = 0
    /// nil if an input is a stream.
    package var bytesTotal: UInt64?
    /// The outcomes of the whole run so far.
    package var counts = Counts()
    package var inFlight = 0
    /// The current concurrency, if it is automatic.
    package var concurrency: Int?
    /// Retries of this process.
    package var retries: UInt64 = 0
    package var wait: Wait?
    /// The current lines per second; nil before enough samples.
    package var linesPerSecond: Double?
    package var timeLeft: Duration?

    /// The finished share, 0 to 1; nil if the total is unknown.
    package var fraction: Double? {
        let (done, total) =
            linesTotal.map { (lines, $0) } ?? bytesTotal.map { (bytes, $0) } ?? (0, 0)
        return total > 0 ? min(1, Double(done) / Double(total)) : nil
    }

    /// Whole percents, rounded down: 100 means finished.
    package var percent: Int? { fraction.map { Int($0 * 100) } }
}

extension ProgressStatus {
    /// Returns the remaining time at a rate; nil if it is unknown or above 99 days.
    ///
    /// - Parameter linesPerSecond: The recent rate.
    package func timeLeft(at linesPerSecond: Double) -> Duration? {
        guard let fraction, fraction > 0, lines > 0, linesPerSecond > 0 else { return nil }
        // Assumes that the remaining lines have the same average length.
        let rest = Double(lines) * (1 - fraction) / fraction
        let seconds = (rest / linesPerSecond).rounded(.up)
        return seconds <= 99 * 86_400 ? .seconds(Int64(seconds)) : nil
    }
}
