import Time

/// The rules that stop a run before its end.
///
/// They are signals, limits of time and count, outages and misconfiguration.
struct StopRules: Sendable {
    private let pin = AddressOnly()

    private let limit: UInt64?
    private let maxErrors: DeliveryOptions.ErrorLimit?
    private let grace: Int64
    private let outagePatience: Int64
    private let startPatience: Int64
    private let checksFirstResponses: Bool
    /// When `--max-duration` has elapsed, nil without it.
    let durationEnds: Instant?

    /// Why the run stops, nil as long as it does not.
    private(set) var cause: StopCause?
    /// When requests in flight are aborted, once the run stops.
    private(set) var graceEnds: Instant?
    /// Whether there are no more records.
    private(set) var inputHasEnded = false

    private var admitted: UInt64 = 0
    private var finished: UInt64 = 0
    private var errors: UInt64 = 0
    private var hasTooManyErrors = false
    /// The line that this process started first.
    private var firstStarted: LineID?
    /// The last failure of a line at a server that never responded.
    private var unansweredFailure: TransportFailure?
    private var responses = FirstResponses()

    init(options: DeliveryOptions, now: Instant) {
        limit = options.limit
        maxErrors = options.maxErrors
        grace = options.grace
        outagePatience = options.outagePatience
        startPatience = options.startPatience
        checksFirstResponses = options.checksFirstResponses
        durationEnds = options.maxDuration.map { now.advanced(byNanoseconds: $0) }
    }

    /// Whether more records may be read.
    var allowReading: Bool { cause == nil && !inputHasEnded && !isAtLimit }

    /// Whether this process has admitted `--limit` lines.
    var isAtLimit: Bool { limit.map { admitted >= $0 } ?? false }

    /// Records a line that was read.
    mutating func recordAdmission() { admitted += 1 }

    /// Records that there are no more records.
    mutating func recordInputEnd() { inputHasEnded = true }

    /// Records the start of an attempt.
    mutating func recordStart(of line: LineID) { firstStarted = firstStarted ?? line }

    /// Whether this process started `line` first.
    ///
    /// Its retries decide about a server that was never reached: the luckiest of many lines would
    /// have used its own up within a second.
    func isFirstStarted(_ line: LineID) -> Bool { line == firstStarted }

    /// Records that a line has no attempts left at a server that never responded.
    ///
    /// The run stops when no request is in flight, unless there is a response before.
    mutating func recordUnanswered(_ failure: TransportFailure) { unansweredFailure = failure }

    /// Counts a line's outcome; at `--max-errors` the next check stops the run.
    mutating func recordOutcome(_ outcome: Outcome) {
        finished += 1
        switch outcome {
        case .rejected, .failed, .unknown: errors += 1
        case .accepted, .invalid, .notAttempted: return
        }
        switch maxErrors {
        case .count(let count):
            if errors >= count { hasTooManyErrors = true }
        case .percent(let percent):
            if finished >= 1000, Double(errors) * 100 >= Double(finished) * percent {
                hasTooManyErrors = true
            }
        case nil:
            break
        }
    }

    /// Records the end of an attempt; returns a cause to stop for. `waitsForName`: a name that does
    /// not resolve is waited for.
    mutating func recordEnd(
        _ result: AttemptResult, fate: Fate, app: Int, hasAccepted: Bool, waitsForName: Bool
    ) -> StopCause? {
        guard checksFirstResponses else { return nil }
        return responses.record(
            result, fate: fate, app: app, hasAccepted: hasAccepted, waitsForName: waitsForName)
    }

    /// Stops the run. The first cause counts, but a storage failure replaces any other.
    mutating func stop(_ cause: StopCause, now: Instant) {
        if cause == .storage { self.cause = .storage }
        guard self.cause == nil else { return }
        self.cause = cause
        graceEnds = now.advanced(byNanoseconds: grace)
    }

    /// Ends the grace at once.
    mutating func endGrace(now: Instant) { graceEnds = now }

    /// Whether the requests in flight decide if the run stops, at a server that never responded.
    var awaitsFirstResponse: Bool { unansweredFailure != nil }

    /// Whether requests in flight are to be aborted now.
    func shouldAbort(now: Instant) -> Bool {
        guard let cause else { return false }
        return !cause.drains || graceEnds.map { now >= $0 } ?? false
    }

    /// Stops a run that has reached a limit of time or count.
    ///
    /// `hasNeverResponded`: the server has given no response in this run. `outageSince`: when the
    /// circuit opened, if it is open and no probe can close it now. `connectFailure`: why the server
    /// is not reached, if it is not. `awaitsServer`: it has never responded. `isIdle`: no request is
    /// in flight. `isEmpty`: no line is in the window.
    mutating func check(
        hasNeverResponded: Bool, outageSince: Instant?, connectFailure: TransportFailure?,
        awaitsServer: Bool, isIdle: Bool, isEmpty: Bool, now: Instant
    ) {
        // A run with nothing left to do is finished rather than stopped.
        guard cause == nil, !(inputHasEnded && isEmpty) else { return }
        if let unansweredFailure, hasNeverResponded, isIdle {
            stop(.unreachable(unansweredFailure), now: now)
        } else if hasTooManyErrors {
            stop(.maxErrors, now: now)
        } else if let durationEnds, now >= durationEnds {
            stop(.maxDuration, now: now)
        } else if let outageSince, awaitsServer, let connectFailure {
            // Requests from before the outage may still get a response.
            if isIdle, now.nanoseconds(since: outageSince) >= startPatience {
                stop(.unreachable(connectFailure), now: now)
            }
        } else if let outageSince, now.nanoseconds(since: outageSince) >= outagePatience {
            stop(.outage(connectFailure), now: now)
        } else if isAtLimit, isEmpty, !inputHasEnded {
            stop(.limit, now: now)
        }
    }
}
