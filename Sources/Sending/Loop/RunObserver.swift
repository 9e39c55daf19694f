package import Delivery
package import Time

/// The receiver of a run's progress and events.
package protocol RunObserver: AnyObject {
    /// When to show the progress next; nil: only on request.
    var due: Instant? { get }
    /// Begins a phase.
    func begin(_ status: ProgressStatus, at now: Instant)
    /// Shows the progress, which is due.
    func show(_ status: ProgressStatus, at now: Instant)
    /// Reports the progress on request.
    func tell(_ status: ProgressStatus, at now: Instant)
    /// Ends a phase.
    func conclude(_ status: ProgressStatus, at now: Instant)
    func report(_ event: RunEvent)
}

extension RunObserver {
    /// Returns whether the progress is due.
    package func isDue(at now: Instant) -> Bool { due.map { $0 <= now } ?? false }
}

/// Something that a person who waits should know.
package enum RunEvent: Sendable {
    /// No response yet, with the reason in the destination's or this program's words. `patience`:
    /// how long the run waits for the server with single requests; nil if it just retries.
    case noResponse(reason: String, patience: Duration?)
    /// The API does not respond any more. `failure`: the code of the last attempt that is tried again;
    /// `patience`: how long the run waits.
    case outage(failure: String, patience: Duration)
    /// The run has waited for its retry budget for a quarter of its time. `failure`: the code of the last attempt
    /// that is tried again.
    case slowRetries(failure: String)
    /// A stop signal came while messages are in flight.
    case stopping(inFlight: Int, isStore: Bool)
    /// The resumed replay is later than the run's start demands, in nanoseconds.
    case replayShifted(by: Int64)
    /// The rate is another one, or 0 (nil) at the start. `until`: when it ends, of those of a day.
    case rateChanged(Rate?, until: TimeOfDay?)
    /// The API refused the key, and another one was read from its source.
    case keyReplaced(source: String)
    /// The API refused the key, and its source has no other one: nil, or why it can't be read.
    case keyKept(source: String, KeyRenewal.Problem?)
    /// The file of the rate sets none; the last rate stays.
    case rateFileProblem(path: String, RateFile.Problem)
}
