import Delivery

/// How far a process of a run is.
struct ProgressStatus: Sendable {
    enum Phase: String, Sendable {
        /// An input is compared with what earlier processes of the run have done.
        case comparing
        case sending
        /// Nothing starts any more; what is in flight is waited for.
        case stopping
        case writingReport = "writing_report"
    }

    /// Why nothing starts, and for how long still, if that is known.
    struct Wait: Equatable, Sendable {
        var reason: Run.WaitReason
        var left: Duration?
    }

    var phase: Phase
    /// Since this process began.
    var elapsed: Duration = .zero
    /// Lines that are done in this phase, those of earlier processes included.
    var lines: UInt64
    /// Of how many; nil if that is not known.
    var linesTotal: UInt64?
    /// Bytes of the inputs that the done lines take up, about.
    var bytes: UInt64 = 0
    /// nil if an input is a stream.
    var bytesTotal: UInt64?
    /// The outcomes of the whole run so far.
    var counts = Counts()
    var inFlight = 0
    /// How many may be in flight, where the program finds that out itself.
    var concurrency: Int?
    /// Attempts of this process that were not a line's first.
    var retries: UInt64 = 0
    var wait: Wait?
    /// Lines a second at the moment; nil if it is too early to say.
    var linesPerSecond: Double?
    var timeLeft: Duration?

    /// How much is done, 0 to 1; nil if nobody knows how much there is.
    var fraction: Double? {
        let (done, total) =
            linesTotal.map { (lines, $0) } ?? bytesTotal.map { (bytes, $0) } ?? (0, 0)
        return total > 0 ? min(1, Double(done) / Double(total)) : nil
    }

    /// Whole percents, rounded down: 100 is only what is all done.
    var percent: Int? { fraction.map { Int($0 * 100) } }
}

extension ProgressStatus {
    /// How long the rest takes if it goes on like this; nil if that can't be said or is more than
    /// 99 days.
    ///
    /// - Parameter linesPerSecond: over the last while.
    func timeLeft(at linesPerSecond: Double) -> Duration? {
        guard let fraction, fraction > 0, lines > 0, linesPerSecond > 0 else { return nil }
        // Lines are about as long in the rest of the input as they were.
        let rest = Double(lines) * (1 - fraction) / fraction
        let seconds = (rest / linesPerSecond).rounded(.up)
        return seconds <= 99 * 86_400 ? .seconds(Int64(seconds)) : nil
    }
}
