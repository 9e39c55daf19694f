import Delivery

/// The progress of one process of a run.
struct ProgressStatus: Sendable {
    enum Phase: String, Sendable {
        /// Compares an input with the journal of earlier processes.
        case comparing
        case sending
        /// Starts nothing, and waits for the requests in flight.
        case stopping
        case writingReport = "writing_report"
    }

    /// Why nothing starts, and the remaining time if known.
    struct Wait: Equatable, Sendable {
        var reason: Run.WaitReason
        var left: Duration?
    }

    var phase: Phase
    /// Since the start of this process.
    var elapsed: Duration = .zero
    /// Finished lines of this phase, over all processes.
    var lines: UInt64
    /// The total number of lines; nil if unknown.
    var linesTotal: UInt64?
    /// The approximate bytes of the finished lines in the inputs.
    var bytes: UInt64 = 0
    /// nil if an input is a stream.
    var bytesTotal: UInt64?
    /// The outcomes of the whole run so far.
    var counts = Counts()
    var inFlight = 0
    /// The current concurrency, if it is automatic.
    var concurrency: Int?
    /// Retries of this process.
    var retries: UInt64 = 0
    var wait: Wait?
    /// The current lines per second; nil before enough samples.
    var linesPerSecond: Double?
    var timeLeft: Duration?

    /// The finished share, 0 to 1; nil if the total is unknown.
    var fraction: Double? {
        let (done, total) =
            linesTotal.map { (lines, $0) } ?? bytesTotal.map { (bytes, $0) } ?? (0, 0)
        return total > 0 ? min(1, Double(done) / Double(total)) : nil
    }

    /// Whole percents, rounded down: 100 means finished.
    var percent: Int? { fraction.map { Int($0 * 100) } }
}

extension ProgressStatus {
    /// Returns the remaining time at a rate; nil if it is unknown or above 99 days.
    ///
    /// - Parameter linesPerSecond: The recent rate.
    func timeLeft(at linesPerSecond: Double) -> Duration? {
        guard let fraction, fraction > 0, lines > 0, linesPerSecond > 0 else { return nil }
        // Assumes that the remaining lines have the same average length.
        let rest = Double(lines) * (1 - fraction) / fraction
        let seconds = (rest / linesPerSecond).rounded(.up)
        return seconds <= 99 * 86_400 ? .seconds(Int64(seconds)) : nil
    }
}
