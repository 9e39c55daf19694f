package import Time

/// The decisions of a run: which lines are taken up, when each attempt starts, and what its end
/// means. A state machine: events in, actions out, with the time as an argument and no effects.
///
/// The owner
/// 1. asks `wantsRecord`, reads one, and calls `admit`;
/// 2. calls `nextStep` until it is `.none`, starts and finishes what it says;
/// 3. waits until `wake` or an event, and reports the ends of attempts by `ended`;
/// 4. asks `leaseWanted`, makes that lease durable, and calls `leaseGranted`;
/// until `isDone`. Before an attempt starts its owner must have recorded it; before a line counts as
/// finished anywhere else its outcome must be recorded.
package struct Run: ~Copyable, Sendable {
    /// What becomes of a line that was read.
    package enum Admission: Hashable, Sendable {
        /// It is held in this slot.
        case held(slot: Int)
        /// It ends at once, without a request of this process.
        case finished(Outcome)
    }

    /// What is to be done now.
    package enum Step: Hashable, Sendable {
        case start(slot: Int)
        /// The line ends without a request; its slot is free again.
        case finish(slot: Int, Outcome)
        case none
    }

    /// What the end of an attempt means for its line.
    package enum Resolution: Hashable, Sendable {
        /// The line has its outcome; its slot is free again.
        case finished(Outcome)
        /// It will be tried again, after `history.retryAt`.
        case retries
        /// The run stops and leaves the line unfinished; its slot is free again.
        case left
    }

    /// Why nothing starts at the moment.
    package enum WaitReason: String, Hashable, Sendable, CaseIterable {
        /// There is nothing to start: all lines are in flight, or more input is awaited.
        case nothing
        case concurrency
        case rate
        case learnedRate = "learned_rate"
        case retryAfter = "retry_after"
        case retryBudget = "retry_budget"
        /// Lines wait for the time of their next attempt.
        case backoff
        case outage
        case lease
        /// `--app-rate` or `--app-concurrency` holds back every line.
        case application
    }

    /// A line in the window.
    struct Line: Sendable {
        enum State: Sendable { case free, ready, blocked, inFlight, waiting }

        var state = State.free
        var id = LineID(file: 0, line: 0)
        var app = 0
        var bytes = 0
        var history = LineHistory()
        var startedAt = Instant(nanoseconds: 0)
        /// Whether the attempt that ended last counts against the retries.
        var isLastCounted = false
        var generation: UInt32 = 0
        /// The next blocked line of its application.
        var nextBlocked = -1
    }

    /// Never set. An existential can't be passed in registers, so the compiler (Swift 6.3) passes the
    /// whole by its address; without it, it copies it, more than a kilobyte, for each call that only
    /// reads. The budget of instructions a line shows the difference.
    private let pin: (any Sendable)? = nil

    package let options: DeliveryOptions
    /// The outcomes of all processes of the run so far.
    package internal(set) var counts: Counts
    /// Attempts started by this process, and how many of these were not a line's first.
    package internal(set) var attempts: UInt64 = 0
    package internal(set) var retries: UInt64 = 0
    /// When to come back if nothing happens, after `nextStep` said `.none`; nil: only on an event.
    package internal(set) var wake: Instant?
    /// Why nothing starts, after `nextStep` said `.none`.
    package internal(set) var waitReason = WaitReason.nothing
    /// Why the run stops early, once it does.
    package internal(set) var stopCause: StopCause?
    /// The key of each application that was given up (the hash passed to `admit`).
    package internal(set) var givenUp: UInt64 = 0

    var random: SplitMix64
    var lines: [Line] = []
    var freeSlots: [Int] = []
    var ready = SlotQueue()
    var retryReady = SlotQueue()
    var timers = TimerHeap()
    var apps = AppTable()
    var pacer: Pacer?
    var learned: LearnedRate
    var acceptances = RecentAcceptances()
    var budget: RetryBudget
    var circuit: Circuit
    /// Whether the last probe was of a line that had been tried before.
    var lastProbeWasRetry = false
    var concurrency: ConcurrencyLimit
    var pausedUntil = Instant(nanoseconds: .min)
    /// An application that was told to wait, and until when: a second one in that time pauses all.
    var lastPaused: (app: Int, until: Instant)?
    package internal(set) var inFlight = 0
    package internal(set) var held = 0
    var bytesHeld = 0
    var taken: UInt64 = 0
    var finishedHere: UInt64 = 0
    var errorsHere: UInt64 = 0
    let startedAt: Instant
    var graceEnds: Instant?
    var hasTooManyErrors = false
    /// The line that this process started first.
    var firstStarted: LineID?
    /// How an attempt ended that was its line's last, at a server that never answered.
    var unansweredFailure: TransportFailure?
    var inputHasEnded = false
    var rules = StartRules()

    var lease: LineID?
    var leaseRequested: LineID?
    var leaseLength: UInt64
    /// Whether a start had to wait for the lease that is being made durable.
    var leaseWasShort = false
    var highest: LineID?

    package init(options: DeliveryOptions, counts: Counts = Counts(), now: Instant) {
        self.options = options
        self.counts = counts
        random = SplitMix64(seed: options.seed)
        pacer = options.rate.map {
            Pacer($0, burst: options.burst, ramp: options.ramp, now: now)
        }
        learned = LearnedRate(now: now)
        budget = RetryBudget(concurrency: options.concurrency, now: now)
        circuit = Circuit(hasSeenServer: counts.accepted > 0)
        concurrency = ConcurrencyLimit(
            isAutomatic: options.isConcurrencyAutomatic, ceiling: options.concurrency, now: now)
        leaseLength = options.firstLease
        startedAt = now
    }

    /// Whether the next record should be read and admitted: there is room for it, and use.
    package var wantsRecord: Bool {
        stopCause == nil && !inputHasEnded && !isAtLimit
            && ready.count < max(options.concurrency, 16)
            && held < options.window
            && (bytesHeld < options.maxBytesInFlight || held == 0)
    }

    /// How many bytes may be held beside those that are; any number if nothing is held.
    package var room: Int { held == 0 ? .max : max(options.maxBytesInFlight - bytesHeld, 0) }

    /// Whether a record that costs `bytes` may be held beside the others; alone any may.
    package func hasRoom(forBytes bytes: Int) -> Bool {
        bytes <= room
    }

    /// Whether this process has taken up as many lines as `--limit` lets it.
    package var isAtLimit: Bool { options.limit.map { taken >= $0 } ?? false }

    /// How long until the run's own end by time, if it has one.
    var durationEnds: Instant? {
        options.maxDuration.map { startedAt.advanced(byNanoseconds: $0) }
    }

    /// Takes up a valid line. `app` is a hash of its application's id, `bytes` what holding it
    /// costs, `history` what it went through in earlier processes.
    package mutating func admit(
        _ id: LineID, app: UInt64, bytes: Int, history: LineHistory = LineHistory(),
        now: ClockReading
    ) -> Admission {
        taken += 1
        if options.guarantee == .atMostOnce, history.isUncertain {
            finish(.unknown)
            return .finished(.unknown)
        }
        let appIndex = apps.enter(app, now: now.instant)
        if apps[appIndex].isGivenUp, history.attempts == 0, !history.isUncertain {
            apps.leave(appIndex)
            finish(.notAttempted)
            return .finished(.notAttempted)
        }
        let slot = freeSlots.popLast() ?? lines.count
        if slot == lines.count { lines.append(Line()) }
        held += 1
        bytesHeld += bytes
        highest = highest.map { max($0, id) } ?? id
        lines[slot].id = id
        lines[slot].app = appIndex
        lines[slot].bytes = bytes
        lines[slot].history = history
        lines[slot].isLastCounted = false
        lines[slot].nextBlocked = -1
        if let retryAt = history.retryAt, retryAt > now.wall {
            // It goes on waiting; a wall clock set back must not make that for ever.
            let longest = max(options.maxRetryAfter, Backoff.cap)
            let (wanted, overflow) = (retryAt - now.wall).multipliedReportingOverflow(by: 1_000_000)
            let wait = overflow ? longest : min(wanted, longest)
            apps[appIndex].active += 1
            hold(slot, until: now.instant.advanced(byNanoseconds: wait))
        } else if apps[appIndex].firstBlocked >= 0 || !hasRoom(appIndex) {
            block(slot)
        } else {
            lines[slot].state = .ready
            apps[appIndex].ready += 1
            ready.append(slot)
        }
        return .held(slot: slot)
    }

    /// Notes a line that failed validation.
    package mutating func noteInvalid() {
        taken += 1
        finish(.invalid)
    }

    /// Notes that there are no more records.
    package mutating func noteInputEnd() { inputHasEnded = true }

    /// Whether nothing is left to do in this process: the run is finished, or has stopped and
    /// nothing is in flight.
    package var isDone: Bool {
        stopCause == nil ? inputHasEnded && held == 0 : inFlight == 0
    }

    /// Whether every line has its outcome.
    package var isFinished: Bool { inputHasEnded && held == 0 && stopCause == nil }

    /// What the line in `slot` has been through, its attempt under way included.
    package func history(slot: Int) -> LineHistory { lines[slot].history }

    /// Whether the attempt of `slot` that ended last counts against `--retries`, now and after a
    /// resume: not if the server was down as a whole, or never reached, or the run stops for it.
    package func isLastAttemptCounted(slot: Int) -> Bool { lines[slot].isLastCounted }

    /// The line in `slot`.
    package func id(slot: Int) -> LineID { lines[slot].id }

    /// When the attempt in `slot` started.
    package func startedAt(slot: Int) -> Instant { lines[slot].startedAt }

    /// Whether an attempt of the line in `slot` is under way.
    package func isInFlight(slot: Int) -> Bool {
        slot < lines.count && lines[slot].state == .inFlight
    }

    /// The slots in use at most so far: every slot number is below.
    package var slotCount: Int { lines.count }

    /// Whether the slot holds a line.
    package func isHeld(slot: Int) -> Bool { lines[slot].state != .free }

    /// How many requests may be in flight at the moment.
    package var concurrencyNow: Int { concurrency.current }
}
