import Time

/// The lines without an outcome yet, in the order of their starts.
///
/// It keeps each application's pause, rate and concurrency. A line is admitted, started and ended,
/// once or more often, and removed.
///
/// What only `Run` calls, once for each line, is inlined there: the calls cost a tenth more.
struct Window: Sendable {
    private let pin = AddressOnly()

    private let maxLines: Int
    private let maxBytes: Int
    private let maxReady: Int
    private let maxWait: Int64
    private let appConcurrency: Int?
    private let appRate: Rate?
    private let burst: Int
    private let appGiveUp: Int?

    /// The lines by slot; one that was removed stays as it was until its slot is reused.
    private(set) var lines: [Line] = []
    private var freeSlots: [Int] = []
    private var ready = SlotQueue()
    private var due = SlotQueue()
    private(set) var timers = TimerHeap()
    private(set) var apps = AppTable()
    /// Where lines wait for their places in a replay; nil without one.
    var replay: Replay?
    private var bytes = 0
    /// The lines in the window, and those of them in flight.
    private(set) var count = 0
    private(set) var inFlight = 0

    init(options: DeliveryOptions) {
        maxLines = options.window
        maxBytes = options.maxBytesInFlight
        maxReady = max(options.concurrency, 16)
        maxWait = max(options.maxRetryAfter, Backoff.cap)
        appConcurrency = options.appConcurrency
        appRate = options.appRate
        burst = options.burst
        appGiveUp = options.appGiveUp
        replay = options.recordedPace.map { Replay($0, window: options.window) }
    }

    /// The number of slots used so far. Slot numbers are below it.
    var slotCount: Int { lines.count }

    /// Whether another line has room, and too few are ready.
    var wantsLine: Bool {
        ready.count + (replay?.placedCount ?? 0) < maxReady && !isFull
    }

    var isFull: Bool { count >= maxLines || (bytes >= maxBytes && count > 0) }

    /// The bytes that fit; any number if the window is empty.
    var room: Int { count == 0 ? .max : max(maxBytes - bytes, 0) }

    /// Whether a line waits that is not in flight.
    var hasWaiting: Bool { count > inFlight }

    /// Admits a line; returns its slot, nil for an abandoned application.
    ///
    /// - Parameter time: When it was recorded, in nanoseconds since 1970; for a replay.
    @inline(__always)
    mutating func admit(
        _ id: LineID, app key: UInt64, bytes: Int, history: LineHistory, time: Int64?,
        now: ClockReading
    ) -> Int? {
        let app = apps.enter(key, now: now.instant)
        if apps[app].isAbandoned, history.isUnsent {
            apps.leave(app)
            pass(time)
            return nil
        }
        let slot = freeSlots.popLast() ?? lines.count
        if slot == lines.count { lines.append(Line()) }
        count += 1
        self.bytes += bytes
        lines[slot].id = id
        lines[slot].app = app
        lines[slot].bytes = bytes
        lines[slot].history = history
        lines[slot].isLastCounted = false
        lines[slot].nextBlocked = -1
        if replay != nil {
            guard let time else { preconditionFailure("a record of a replay has a time") }
            move(slot, to: .scheduled)
            replay?.add(time, slot: slot)
        } else {
            queue(slot, now: now)
        }
        return slot
    }

    /// Queues a line that may start from now on.
    @inline(__always)
    mutating func queue(_ slot: Int, now: ClockReading) {
        let app = lines[slot].app
        if let retryAt = lines[slot].history.retryAt, retryAt > now.wall {
            // The wait continues; a wall clock that was set back must not make it endless.
            let (wanted, overflow) = (retryAt - now.wall).multipliedReportingOverflow(by: 1_000_000)
            let wait = overflow ? maxWait : min(wanted, maxWait)
            scheduleRetry(slot, at: now.instant.advanced(byNanoseconds: wait))
        } else if apps[app].firstBlocked >= 0 || !apps[app].hasRoom(limit: appConcurrency) {
            block(slot)
        } else {
            move(slot, to: .ready)
            ready.append(slot)
        }
    }

    /// The line that may start next: retries come first.
    ///
    /// `skipsRetries`: no retry may start now. `prefersFirstAttempt`: a line that is ready for its
    /// first attempt comes before retries.
    @inline(__always)
    func candidate(skipsRetries: Bool, prefersFirstAttempt: Bool) -> Candidate? {
        if !skipsRetries, let slot = due.first, !prefersFirstAttempt || ready.first == nil {
            return Candidate(slot: slot, isRetry: true)
        }
        return ready.first.map { Candidate(slot: $0, isRetry: false) }
    }

    /// Checks the candidate against its application. Unless granted, another is next.
    @inline(__always)
    mutating func clear(_ candidate: Candidate, now: Instant) -> Clearance {
        let slot = candidate.slot
        let app = lines[slot].app
        if apps[app].isAbandoned, lines[slot].history.isUnsent {
            dequeue(candidate)
            remove(slot)
            return .abandoned
        }
        var earliest = apps[app].pausedUntil
        if let appRate {
            let paced = apps[app].requestStart(at: appRate, burst: burst, now: now)
            earliest = max(earliest, paced)
        }
        if candidate.isRetry {
            guard earliest > now else { return .granted }
            dequeue(candidate)
            scheduleRetry(slot, at: earliest)
        } else {
            let isFull = appConcurrency.map { apps[app].active >= $0 } ?? false
            let first = apps[app].firstBlocked
            let isOvertaking = first >= 0 && isBefore(first, slot)
            guard isFull || isOvertaking || earliest > now else { return .granted }
            dequeue(candidate)
            block(slot)
            if !isFull {
                // Where it is full, the end of an attempt unblocks the next line.
                if earliest > now { serviceBlocked(of: app, at: earliest) } else { unblock(app) }
            }
        }
        return .deferred(apps[app].pausedUntil > now ? .retryAfter : .application)
    }

    /// Starts an attempt of the candidate, whose application has granted it.
    @inline(__always)
    mutating func start(_ candidate: Candidate, now: Instant) {
        let slot = candidate.slot
        let app = lines[slot].app
        dequeue(candidate)
        move(slot, to: .inFlight)
        // Without the check, each start would allocate memory for an access to the pacer.
        if appRate != nil { apps[app].recordStart(now: now) }
        lines[slot].startedAt = now
        lines[slot].history.retryAt = nil
        lines[slot].history.begin()
        unblock(app)
    }

    /// Records how the attempt in `slot` ended. The line stays in flight until its retry is
    /// scheduled or it is removed.
    ///
    /// `isCounted`: the attempt counts against the retries; `isCountedLater`: after a resume too.
    @inline(__always)
    mutating func recordEnd(
        _ slot: Int, _ result: AttemptResult, fate: Fate, isCounted: Bool, isCountedLater: Bool
    ) {
        precondition(lines[slot].state == .inFlight, "an end without a start")
        lines[slot].history.recordEnd(result, fate: fate)
        if isCounted { lines[slot].history.countedAttempts += 1 }
        lines[slot].isLastCounted = isCountedLater
    }

    /// Marks the last attempt as one that does not count after a resume.
    mutating func uncountLastAttempt(_ slot: Int) { lines[slot].isLastCounted = false }

    /// Records what the response to the line says of its application.
    @inline(__always)
    mutating func recordResponse(_ slot: Int, fate: Fate, isUnknownApp: Bool) {
        apps[lines[slot].app].recordResponse(fate, isUnknownApp: isUnknownApp, limit: appGiveUp)
    }

    /// Holds back the application's lines until `instant` at least.
    mutating func pause(app: Int, until instant: Instant) {
        apps[app].pausedUntil = max(apps[app].pausedUntil, instant)
    }

    /// Sets the time of the line's next attempt, in ms since 1970.
    mutating func setRetryTime(_ slot: Int, wall: Int64) { lines[slot].history.retryAt = wall }

    /// Schedules the line's next attempt.
    mutating func scheduleRetry(_ slot: Int, at instant: Instant) {
        move(slot, to: .waiting)
        timers.insert(.init(due: instant, event: .retry(slot: slot)))
    }

    /// Removes the line; its application's next line may become ready.
    mutating func remove(_ slot: Int) {
        let app = lines[slot].app
        move(slot, to: .free)
        apps.leave(app)
        bytes -= lines[slot].bytes
        count -= 1
        freeSlots.append(slot)
        unblock(app)
    }

    /// Queues the lines whose time has come.
    mutating func fireTimers(now: Instant) {
        while let event = timers.popDue(now: now) {
            switch event {
            case .retry(let slot):
                move(slot, to: .due)
                due.append(slot)
            case .blocked(let app):
                apps[app].hasTimer = false
                unblock(app)
            }
        }
    }

    /// Changes the line's state; nothing else does.
    @inline(__always)
    private mutating func move(_ slot: Int, to state: Line.State) {
        let old = lines[slot].state
        lines[slot].state = state
        apps[lines[slot].app].moveLine(from: old, to: state)
        if old == .inFlight { inFlight -= 1 }
        if state == .inFlight { inFlight += 1 }
    }

    @inline(__always)
    private mutating func dequeue(_ candidate: Candidate) {
        if candidate.isRetry { due.removeFirst() } else { ready.removeFirst() }
    }

    /// Makes sure that the application's blocked lines are serviced by `instant`.
    private mutating func serviceBlocked(of app: Int, at instant: Instant) {
        guard !apps[app].hasTimer else { return }
        apps[app].hasTimer = true
        timers.insert(.init(due: instant, event: .blocked(app: app)))
    }

    /// Makes the application's first blocked line the next one, if it has room.
    private mutating func unblock(_ app: Int) {
        let slot = apps[app].firstBlocked
        guard slot >= 0, !apps[app].hasTimer else { return }
        guard apps[app].hasRoom(limit: appConcurrency) else { return }
        apps[app].firstBlocked = lines[slot].nextBlocked
        if apps[app].firstBlocked < 0 { apps[app].lastBlocked = -1 }
        lines[slot].nextBlocked = -1
        move(slot, to: .ready)
        ready.prepend(slot)
    }

    /// Adds the line to its application's blocked lines, in order.
    private mutating func block(_ slot: Int) {
        let app = lines[slot].app
        if replay != nil { replay?.holdBack(slot) }
        var previous = apps[app].lastBlocked
        if previous >= 0, isBefore(slot, previous) {
            // It was ready before a later line was blocked. So were the lines before it, and they
            // are few.
            previous = -1
            var next = apps[app].firstBlocked
            while isBefore(next, slot) {
                previous = next
                next = lines[next].nextBlocked
            }
        }
        move(slot, to: .blocked)
        if previous >= 0 {
            lines[slot].nextBlocked = lines[previous].nextBlocked
            lines[previous].nextBlocked = slot
        } else {
            lines[slot].nextBlocked = apps[app].firstBlocked
            apps[app].firstBlocked = slot
        }
        if lines[slot].nextBlocked < 0 { apps[app].lastBlocked = slot }
    }
}
