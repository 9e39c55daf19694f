import Time

/// The limits of the whole run on when an attempt may start.
///
/// They are the rate that was set and the one learned, the retry budget, the circuit, the
/// concurrency, and pauses from `Retry-After`. What only `Run` calls, once for each line, is inlined
/// there, as in `Window`.
struct Throttle: Sendable {
    /// A limit that delays a start.
    struct Delay: Hashable, Sendable {
        var reason: Run.WaitReason
        /// When to check again; nil: after an event.
        var until: Instant?
    }

    /// The part of an attempt that the limits depend on.
    struct Attempt: Sendable {
        var line: LineID
        var app: Int
        var startedAt: Instant
        /// The requests in flight when it ended, itself included.
        var inFlight: Int
    }

    private let pin = AddressOnly()

    private var pacer: Pacer?
    /// When the rate became zero; nil if it is not.
    private var rateZeroSince: Instant?
    private let burst: Int
    private let ramp: Int64
    private var learned: LearnedRate
    private var acceptances = RecentAcceptances()
    private var budget: RetryBudget
    private var circuit: Circuit
    /// Whether the last probe was a retry.
    private var lastProbeWasRetry = false
    private var concurrency: ConcurrencyLimit
    private var pausedUntil = Instant(nanoseconds: .min)
    /// An application that must wait. A second one in that time pauses the run.
    private var lastPaused: (app: Int, until: Instant)?

    /// `hasSeenServer`: whether an earlier process of the run had a response.
    init(options: DeliveryOptions, hasSeenServer: Bool, now: Instant) {
        pacer = options.rate.map {
            Pacer($0, burst: options.burst, ramp: options.ramp, now: now)
        }
        burst = options.burst
        ramp = options.ramp
        learned = LearnedRate(now: now)
        budget = RetryBudget(concurrency: options.concurrency, now: now)
        circuit = Circuit(
            hasSeenServer: hasSeenServer, startPatience: options.startPatience)
        concurrency = ConcurrencyLimit(
            isAutomatic: options.isConcurrencyAutomatic, ceiling: options.concurrency, now: now)
    }

    /// The requests that may be in flight at the moment.
    var maxInFlight: Int { concurrency.current }

    /// Whether the server has ever responded in this run.
    var hasSeenServer: Bool { circuit.hasSeenServer }

    /// Whether the circuit is open for a server that has never responded.
    var awaitsServer: Bool { circuit.awaitsServer }

    /// Why the last attempt that failed got no connection, nil if it got one.
    var connectFailure: TransportFailure? { circuit.connectFailure }

    /// When the circuit opened, nil if it is closed.
    var outageSince: Instant? { circuit.openSince }

    /// When the circuit opened; nil if it is closed, or a probe is due or in flight.
    ///
    /// After a pause of the process the server may be back: a probe comes before the judgement.
    func provenOutage(now: Instant) -> Instant? {
        circuit.isProbing || circuit.allowsStart(now: now) ? nil : circuit.openSince
    }

    /// Whether the next probe should be a line's first attempt.
    ///
    /// The server may trip over the lines that opened the circuit.
    var prefersFirstAttempt: Bool { circuit.isOpen && lastProbeWasRetry }

    /// The delay of a retry by the budget, nil for none.
    func retryDelay(isUncertain: Bool, now: Instant) -> Delay? {
        guard needsToken(isUncertain: isUncertain) else { return nil }
        let earliest = budget.earliestRetry(now: now)
        return earliest > now ? Delay(reason: .retryBudget, until: earliest) : nil
    }

    /// The delay by concurrency, a pause or the circuit, nil for none.
    @inline(__always)
    func delay(inFlight: Int, now: Instant) -> Delay? {
        if inFlight >= concurrency.current { return Delay(reason: .concurrency) }
        if pausedUntil > now { return Delay(reason: .retryAfter, until: pausedUntil) }
        if !circuit.allowsStart(now: now) {
            return Delay(reason: .outage, until: circuit.isProbing ? nil : circuit.nextProbe)
        }
        return nil
    }

    /// Checks the rates; returns the delay of a start, nil for none.
    ///
    /// A start that `--rate` delays counts as waiting.
    @inline(__always)
    mutating func requestStart(now: Instant) -> Delay? {
        if rateZeroSince != nil { return Delay(reason: .paused) }
        if let earliest = pacer?.earliestStart(now: now), earliest > now {
            pacer?.deferStart(now: now)
            return Delay(reason: .rate, until: earliest)
        }
        // A rate that was set is the maximum, and no promise of the server's: its 429s count all
        // the same.
        let earliest = learned.earliestStart(now: now)
        return earliest > now ? Delay(reason: .learnedRate, until: earliest) : nil
    }

    /// Sets the rate at an instant; nil: nothing starts until the next call.
    @inline(never)
    mutating func setRate(_ rate: Rate?, at instant: Instant) {
        guard let rate else {
            rateZeroSince = rateZeroSince ?? instant
            return
        }
        if let since = rateZeroSince { pacer?.resume(pausedAt: since, at: instant) }
        rateZeroSince = nil
        if pacer == nil {
            pacer = Pacer(rate, burst: burst, ramp: ramp, now: instant)
        } else {
            pacer?.setRate(rate, at: instant)
        }
    }

    /// Records the start of an attempt. `isUncertain`: an earlier one of the line is.
    @inline(__always)
    mutating func recordStart(of line: LineID, isRetry: Bool, isUncertain: Bool, now: Instant) {
        if isRetry, needsToken(isUncertain: isUncertain) { budget.recordRetry(now: now) }
        pacer?.recordStart(now: now)
        learned.recordStart(now: now)
        circuit.recordStart(of: line)
        if circuit.isOpen { lastProbeWasRetry = isRetry }
    }

    /// Records the end of an attempt; returns whether it counts.
    ///
    /// It counts against the line's retries unless the circuit was open, or is open now for a server
    /// that was never reached.
    @inline(__always)
    mutating func recordEnd(
        of attempt: Attempt, _ result: AttemptResult, fate: Fate, now: Instant,
        random: inout SplitMix64
    ) -> Bool {
        let wasOpen = circuit.isOpen
        let status = result.response?.status
        circuit.recordEnd(
            of: attempt.line,
            isAlive: fate == .accepted || (fate == .refused && status != 503),
            result: result, now: now, random: &random)
        if fate == .accepted {
            budget.recordSuccess()
            acceptances.record(attempt.app, now: now)
        }
        if status == 429 {
            let waits = result.response?.retryAfterSeconds ?? 0 > 0
            if !waits || !waitsAlone(attempt.app, now: now) {
                learned.recordRefusal(startedAt: attempt.startedAt, now: now)
            }
        } else if status != nil {
            learned.recordUnthrottled(now: now)
        }
        if let status, status < 500 {
            if status != 429 {
                concurrency.recordResponse(
                    latency: now.nanoseconds(since: attempt.startedAt),
                    inFlight: attempt.inFlight, now: now)
            }
        } else {
            concurrency.recordFailure(startedAt: attempt.startedAt, now: now)
            if circuit.awaitsServer { return false }
        }
        return !wasOpen
    }

    /// Records that we aborted an attempt. It tells nothing of the server.
    mutating func recordAborted(_ line: LineID) { circuit.recordAborted(line) }

    /// Records that `app` must wait, from `Retry-After`.
    ///
    /// The run is paused if a second application must wait in the same time. The application's own
    /// pause is the window's.
    mutating func pause(app: Int, until instant: Instant, now: Instant) {
        if let lastPaused, lastPaused.app != app, lastPaused.until > now {
            pausedUntil = max(pausedUntil, instant)
        }
        if lastPaused.map({ $0.app == app || $0.until < instant }) ?? true {
            lastPaused = (app, instant)
        }
    }

    /// Whether a retry needs a token of the budget.
    ///
    /// A probe needs none. Nor does a retry while no byte has ever reached a server: there is none
    /// to be spared, and a person waits to be told so.
    private func needsToken(isUncertain: Bool) -> Bool {
        !circuit.isOpen && (circuit.hasSeenServer || isUncertain)
    }

    /// Whether the application is the only one that must wait.
    ///
    /// Another had an acceptance within a second, and no other waits. Its own wait is enough; the
    /// others need not be slower.
    private func waitsAlone(_ app: Int, now: Instant) -> Bool {
        if pausedUntil > now { return false }
        if let lastPaused, lastPaused.app != app, lastPaused.until > now { return false }
        return acceptances.last(besides: app) >= now.advanced(byNanoseconds: -1_000_000_000)
    }
}
