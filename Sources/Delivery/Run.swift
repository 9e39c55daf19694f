package import Time

/// The decisions of a run on lines and attempts.
///
/// A state machine: events in, actions out, with the time as an argument and no effects. It decides
/// which lines are admitted, when each attempt starts, and what its end means. The state is that of
/// its four parts; the run has the order in which they decide.
///
/// The owner
/// 1. checks `wantsRecord`, reads a record, and calls `admit`;
/// 2. calls `nextStep` until it is `.none`, and starts or finishes the line of each step;
/// 3. waits until `wake` or an event, and passes the ends of attempts to `attemptEnded`;
/// 4. calls `requestLease`, makes that lease durable, and calls `grantLease`;
/// until `isDone`. Before an attempt starts, its owner must have recorded it. Before a line counts as
/// finished anywhere else, its outcome must be recorded.
package struct Run: ~Copyable, Sendable {
    /// The result of admitting a line.
    package enum Admission: Hashable, Sendable {
        /// It is in the window, in this slot.
        case admitted(slot: Int)
        /// It ends at once, without a request of this process.
        case finished(Outcome)
    }

    /// The next thing to do.
    package enum Step: Hashable, Sendable {
        case start(slot: Int)
        /// The line ends without a request; its slot is free again.
        case finish(slot: Int, Outcome)
        case none
    }

    /// The meaning of an attempt's end for its line.
    package enum Resolution: Hashable, Sendable {
        /// The line has its outcome; its slot is free again.
        case finished(Outcome)
        /// It will be tried again, after `history.retryAt`.
        case retries
        /// The run stops before the line's outcome; its slot is free again.
        case unfinished
    }

    package let options: DeliveryOptions
    /// The outcomes of all processes of the run so far.
    package private(set) var counts: Counts
    /// Those of the accepted lines that had arrived in an earlier run, and were not sent.
    package private(set) var arrived: UInt64
    /// The attempts of this process, and those not a line's first.
    package internal(set) var attempts: UInt64 = 0
    package internal(set) var retries: UInt64 = 0
    /// When to call `nextStep` again after `.none`; nil: after an event.
    package internal(set) var wake: Instant?
    /// Why nothing starts, after `nextStep` returned `.none`.
    package internal(set) var waitReason = WaitReason.nothing

    var window: Window
    var throttle: Throttle
    var stops: StopRules
    var leases: Leases
    var random: SplitMix64
    /// Whether the next record has no room in the window.
    var isReadingBlocked = false
    /// Whether a 401 has refused the key, and nothing starts until there is another one.
    var isKeyRefused = false
    /// How many keys were refused for a line.
    var keyRefusals: [LineID: Int] = [:]

    /// - Parameter arrived: The number of accepted lines in `counts` that no server has accepted.
    package init(
        options: DeliveryOptions, counts: Counts = Counts(), arrived: UInt64 = 0, now: Instant
    ) {
        self.options = options
        self.counts = counts
        self.arrived = arrived
        window = Window(options: options)
        throttle = Throttle(options: options, hasSeenServer: counts.accepted > arrived, now: now)
        stops = StopRules(options: options, now: now)
        leases = Leases(areNeeded: options.usesLeases, firstLength: options.firstLease)
        random = SplitMix64(seed: options.seed)
    }

    // MARK: Reading

    /// Whether the next record should be read and admitted.
    package var wantsRecord: Bool { stops.allowReading && window.wantsLine }

    /// The bytes that fit in the window; any number if empty.
    package var room: Int { window.room }

    /// Whether a record that costs `bytes` fits in the window.
    package func hasRoom(forBytes bytes: Int) -> Bool { bytes <= window.room }

    /// Whether this process has admitted `--limit` records.
    package var isAtLimit: Bool { stops.isAtLimit }

    /// Admits a valid line. `app` is a hash of its application's id, `bytes` the memory it costs,
    /// `history` its attempts in earlier processes. `time` is when it was recorded, in nanoseconds
    /// since 1970; for a replay. `mayRepeat`: whether a line that may have arrived is sent, whatever
    /// the delivery guarantee.
    package mutating func admit(
        _ id: LineID, app: UInt64, bytes: Int, history: LineHistory = LineHistory(),
        mayRepeat: Bool = false, time: Int64? = nil, now: ClockReading
    ) -> Admission {
        stops.recordAdmission()
        if options.guarantee == .atMostOnce, history.isUncertain, !mayRepeat {
            window.pass(time)
            count(.unknown)
            return .finished(.unknown)
        }
        guard
            let slot = window.admit(
                id, app: app, bytes: bytes, history: history, time: time, now: now)
        else {
            count(.notAttempted)
            return .finished(.notAttempted)
        }
        leases.recordAdmission(of: id)
        return .admitted(slot: slot)
    }

    /// Lets a record that is not admitted take its place in a replay.
    package mutating func pass(_ time: Int64) { window.pass(time) }

    /// Records that the next record has no room in the window.
    package mutating func recordNoRoom() { isReadingBlocked = true }

    /// Counts a line that failed validation. A line of text is no record, so `--limit` does not count
    /// it.
    package mutating func recordInvalid(isText: Bool = false) {
        if !isText { stops.recordAdmission() }
        count(.invalid)
    }

    /// Counts a valid line that had arrived in an earlier run as accepted; it is not sent. `time` is
    /// that of `admit`.
    package mutating func recordArrived(_ time: Int64? = nil) {
        stops.recordAdmission()
        window.pass(time)
        arrived += 1
        count(.accepted)
    }

    /// Records that there are no more records.
    package mutating func recordInputEnd() { stops.recordInputEnd() }

    /// Counts a line's outcome.
    mutating func count(_ outcome: Outcome) {
        counts[outcome] += 1
        stops.recordOutcome(outcome)
    }

    // MARK: Leases

    /// Requests a lease if one is due; returns its last line.
    package mutating func requestLease() -> LineID? {
        stops.cause == nil ? leases.request() : nil
    }

    /// Grants the requested lease, which is durable now.
    package mutating func grantLease() { leases.grant() }

    // MARK: The rate

    /// Sets the rate at an instant, not before the last start; nil: nothing starts until the next
    /// call.
    package mutating func setRate(_ rate: Rate?, at instant: Instant) {
        throttle.setRate(rate, at: instant)
    }

    // MARK: Stopping

    /// Why the run stops early, once it does.
    package var stopCause: StopCause? { stops.cause }

    /// Stops the run: nothing more starts.
    ///
    /// Requests in flight may end within the grace. The first cause counts, but a storage failure replaces any other.
    package mutating func stop(_ cause: StopCause, now: Instant) { stops.stop(cause, now: now) }

    /// Whether requests in flight are to be aborted now.
    package func shouldAbort(now: Instant) -> Bool { stops.shouldAbort(now: now) }

    /// Ends the grace at once.
    package mutating func endGrace(now: Instant) { stops.endGrace(now: now) }

    /// Whether this process has nothing left to do.
    ///
    /// The run is finished, or it has stopped and nothing is in flight.
    package var isDone: Bool {
        stops.cause == nil ? stops.inputHasEnded && window.count == 0 : window.inFlight == 0
    }

    /// Whether every line has its outcome.
    package var isFinished: Bool {
        stops.cause == nil && stops.inputHasEnded && window.count == 0
    }

    /// Whether the server has accepted a line.
    var hasAccepted: Bool { counts.accepted > arrived }

    /// Whether there was never a response: the address may be wrong.
    var hasNeverResponded: Bool { !hasAccepted && !throttle.hasSeenServer }

    /// Whether nothing starts until a request in flight shows if the server responds.
    var awaitsFirstResponse: Bool { stops.awaitsFirstResponse && hasNeverResponded }

    /// Whether single probes wait for a server that has never responded.
    package var awaitsServer: Bool { throttle.awaitsServer }

    // MARK: The window

    /// The number of lines in the window, and of those in flight.
    package var lineCount: Int { window.count }
    package var inFlight: Int { window.inFlight }

    /// The requests that may be in flight at the moment.
    package var concurrencyLimit: Int { throttle.maxInFlight }

    /// The number of slots used so far. Slot numbers are below it.
    package var slotCount: Int { window.slotCount }

    /// Whether the slot has a line.
    package func isOccupied(slot: Int) -> Bool { window.lines[slot].state != .free }

    /// Whether an attempt of the line in `slot` is in flight.
    package func isInFlight(slot: Int) -> Bool {
        slot < window.slotCount && window.lines[slot].state == .inFlight
    }

    /// The line in `slot`.
    package func id(slot: Int) -> LineID { window.lines[slot].id }

    /// The attempts of the line in `slot`, the one in flight included.
    package func history(slot: Int) -> LineHistory { window.lines[slot].history }

    /// When the attempt in `slot` started.
    package func startedAt(slot: Int) -> Instant { window.lines[slot].startedAt }

    /// The line's first start in this process of a replay; nil without one.
    package func scheduledStart(slot: Int) -> ScheduledStart? { window.replay?.start(slot) }

    /// The replay; nil without one.
    package var replayed: (lateRecords: UInt64, firstOffset: Int64?)? {
        window.replay.map { ($0.lateCount, $0.firstOffset) }
    }

    /// Whether the line's last attempt counts against `--retries` after a resume.
    ///
    /// It does not if the server was down as a whole or never reached, or the run stops for it.
    package func isLastAttemptCounted(slot: Int) -> Bool { window.lines[slot].isLastCounted }
}
