package import Time

extension Run {
    /// What is to be done now; to be asked again until it is `.none`.
    package mutating func nextStep(now: ClockReading) -> Step {
        let instant = now.instant
        wake = nil
        waitReason = .nothing
        if let graceEnds { wakeBy(graceEnds) }
        checkTime(now: instant)
        runTimers(now: instant)
        if stopCause != nil { return .none }

        var retryIsHeldBack = false
        while true {
            let isRetry: Bool
            let slot: Int
            if !retryIsHeldBack, !wantsFreshProbe, let first = retryReady.first {
                (slot, isRetry) = (first, true)
            } else if let first = ready.first {
                (slot, isRetry) = (first, false)
            } else {
                if !retryIsHeldBack, held > inFlight, waitReason == .nothing {
                    waitReason = whyNothingIsReady(now: instant)
                }
                break
            }
            let app = lines[slot].app
            if apps[app].isGivenUp, lines[slot].history.attempts == 0,
                !lines[slot].history.isUncertain
            {
                if isRetry {
                    retryReady.removeFirst()
                    apps[app].active -= 1
                } else {
                    ready.removeFirst()
                    apps[app].ready -= 1
                }
                finish(.notAttempted)
                release(slot)
                unblock(app)
                return .finish(slot: slot, .notAttempted)
            }
            if !appAllows(slot, isRetry: isRetry, now: instant) {
                waitReason = apps[app].pausedUntil > instant ? .retryAfter : .application
                continue
            }
            if isRetry, takesFromBudget(slot) {
                let earliest = budget.earliestRetry(now: instant)
                if earliest > instant {
                    // Retries wait, the file goes on.
                    wakeBy(earliest)
                    waitReason = .retryBudget
                    retryIsHeldBack = true
                    continue
                }
            }
            if let reason = whatHolds(slot, now: instant) {
                waitReason = reason
                break
            }
            start(slot, isRetry: isRetry, now: instant)
            return .start(slot: slot)
        }
        if let due = timers.nextDue { wakeBy(due) }
        if let durationEnds { wakeBy(durationEnds) }
        return .none
    }

    /// Whether the next probe of a server that is down should be a line not tried yet: the lines
    /// that opened the circuit may be what it trips over.
    private var wantsFreshProbe: Bool {
        circuit.isOpen && lastProbeWasRetry && ready.first != nil
    }

    /// What the lines wait for that are held and not ready: what becomes due first says it.
    private func whyNothingIsReady(now: Instant) -> WaitReason {
        // Without anything due, they wait for the ends of others of their applications.
        guard let first = timers.first else { return .application }
        let app = apps[first.id < 0 ? -first.id - 1 : lines[first.id].app]
        if app.pausedUntil > now { return .retryAfter }
        if first.id < 0 { return .application }
        // Asking a copy: this is no wish to start.
        var pacer = app.pacer
        if let earliest = pacer?.earliestStart(now: now), earliest > now { return .application }
        return .backoff
    }

    /// Whether the retry of the line in `slot` is one that the budget is for.
    ///
    /// Not a probe; and not while no byte has ever reached a server: there is none to be spared, and
    /// a person waits to be told so.
    private func takesFromBudget(_ slot: Int) -> Bool {
        !circuit.isOpen && (circuit.hasSeenServer || lines[slot].history.isUncertain)
    }

    /// Makes sure that the owner comes back by `instant`.
    mutating func wakeBy(_ instant: Instant) {
        wake = wake.map { min($0, instant) } ?? instant
    }

    /// Whether the application lets this line start; if not, it is put where its turn will come.
    private mutating func appAllows(_ slot: Int, isRetry: Bool, now: Instant) -> Bool {
        let app = lines[slot].app
        var earliest = apps[app].pausedUntil
        if let rate = options.appRate {
            if apps[app].pacer == nil {
                apps[app].pacer = Pacer(rate, burst: options.burst, now: now)
            }
            if let pace = apps[app].pacer?.earliestStart(now: now) {
                earliest = max(earliest, pace)
            }
        }
        if isRetry {
            guard earliest > now else { return true }
            retryReady.removeFirst()
            hold(slot, until: earliest)
            return false
        }
        let isFull = options.appConcurrency.map { apps[app].active >= $0 } ?? false
        let first = apps[app].firstBlocked
        let isOvertaking = first >= 0 && lines[first].id < lines[slot].id
        guard isFull || isOvertaking || earliest > now else { return true }
        ready.removeFirst()
        apps[app].ready -= 1
        block(slot)
        if earliest > now {
            // Where it is full, the end of an attempt comes back to the blocked lines.
            if !isFull { watch(app, until: earliest) }
        } else if !isFull {
            unblock(app)
        }
        return false
    }

    /// The limit of the whole run that holds back a start, nil if none does.
    private mutating func whatHolds(_ slot: Int, now: Instant) -> WaitReason? {
        if inFlight >= concurrency.current { return .concurrency }
        if pausedUntil > now {
            wakeBy(pausedUntil)
            return .retryAfter
        }
        if !circuit.allowsStart(now: now) {
            if !circuit.isProbing { wakeBy(circuit.nextProbe) }
            return .outage
        }
        if !isLeased(lines[slot].id) {
            leaseWasShort = leaseRequested != nil
            return .lease
        }
        if let earliest = pacer?.earliestStart(now: now), earliest > now {
            wakeBy(earliest)
            return .rate
        }
        // A rate set by a person is the most, and no promise of the server's: what it refuses
        // counts all the same.
        let earliest = learned.earliestStart(now: now)
        if earliest > now {
            wakeBy(earliest)
            return .learnedRate
        }
        return nil
    }

    private mutating func start(_ slot: Int, isRetry: Bool, now: Instant) {
        if isRetry {
            retryReady.removeFirst()
            if takesFromBudget(slot) { budget.take(now: now) }
        } else {
            ready.removeFirst()
            apps[lines[slot].app].ready -= 1
            apps[lines[slot].app].active += 1
        }
        pacer?.take(now: now)
        learned.take(now: now)
        // Asking for it each time would cost a block of memory.
        if options.appRate != nil { apps[lines[slot].app].pacer?.take(now: now) }
        circuit.noteStart(of: lines[slot].id)
        if circuit.isOpen { lastProbeWasRetry = isRetry }
        if lines[slot].history.attempts > 0 { retries += 1 }
        attempts += 1
        inFlight += 1
        lines[slot].state = .inFlight
        lines[slot].startedAt = now
        firstStarted = firstStarted ?? lines[slot].id
        lines[slot].history.retryAt = nil
        lines[slot].history.begin()
        let app = lines[slot].app
        unblock(app)
    }

    /// Hands out what has become due.
    private mutating func runTimers(now: Instant) {
        while let entry = timers.popDue(now: now) {
            if entry.id >= 0 {
                let line = lines[entry.id]
                guard line.generation == entry.generation, line.state == .waiting else { continue }
                lines[entry.id].state = .ready
                retryReady.append(entry.id)
            } else {
                let app = -entry.id - 1
                apps[app].hasTimer = false
                unblock(app)
            }
        }
    }

    /// Comes back to the application's blocked lines at `due`.
    private mutating func watch(_ app: Int, until due: Instant) {
        guard !apps[app].hasTimer else { return }
        apps[app].hasTimer = true
        timers.insert(.init(due: due, id: -app - 1, generation: 0))
    }

    /// Gives the first blocked line of the application another chance, before later ones, if
    /// there is room for it.
    mutating func unblock(_ app: Int) {
        let slot = apps[app].firstBlocked
        guard slot >= 0, !apps[app].hasTimer, hasRoom(app) else { return }
        apps[app].firstBlocked = lines[slot].nextBlocked
        if apps[app].firstBlocked < 0 { apps[app].lastBlocked = -1 }
        lines[slot].nextBlocked = -1
        lines[slot].state = .ready
        apps[app].ready += 1
        ready.prepend(slot)
    }
}
