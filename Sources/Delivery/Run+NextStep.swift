package import Time

extension Run {
    /// The next step to take; call it again until it is `.none`.
    package mutating func nextStep(now: ClockReading) -> Step {
        let instant = now.instant
        wake = stops.graceEnds
        waitReason = .nothing
        stops.check(
            hasNeverResponded: hasNeverResponded,
            outageSince: throttle.provenOutage(now: instant),
            connectFailure: throttle.connectFailure, awaitsServer: throttle.awaitsServer,
            isIdle: window.inFlight == 0, isEmpty: window.count == 0, now: instant)
        window.fireTimers(now: instant)
        if window.replay != nil { queueScheduled(now: now) }
        if stops.cause != nil { return .none }
        if isKeyRefused || awaitsFirstResponse {
            waitReason = isKeyRefused ? .key : .outage
            if let end = stops.durationEnds { wakeBy(end) }
            return .none
        }

        var skipsRetries = false
        while let candidate = window.candidate(
            skipsRetries: skipsRetries, prefersFirstAttempt: throttle.prefersFirstAttempt)
        {
            let slot = candidate.slot
            switch window.clear(candidate, now: instant) {
            case .granted:
                break
            case .abandoned:
                count(.notAttempted)
                return .finish(slot: slot, .notAttempted)
            case .deferred(let reason):
                waitReason = reason
                continue
            }
            let isUncertain = window.lines[slot].history.isUncertain
            if candidate.isRetry,
                let delay = throttle.retryDelay(isUncertain: isUncertain, now: instant)
            {
                // Retries wait; the file continues.
                wait(for: delay)
                skipsRetries = true
                continue
            }
            if let delay = delay(of: window.lines[slot].id, now: instant) {
                wait(for: delay)
                break
            }
            start(candidate, isUncertain: isUncertain, now: instant)
            if window.replay != nil { window.replay?.recordStart(slot, now: now) }
            return .start(slot: slot)
        }
        if waitReason == .nothing, window.hasWaiting {
            waitReason = window.waitReason(now: instant)
        }
        if let due = window.nextDue { wakeBy(due) }
        if let end = stops.durationEnds { wakeBy(end) }
        return .none
    }

    @inline(never)
    private mutating func queueScheduled(now: ClockReading) {
        window.queueScheduled(
            isEnd: stops.inputHasEnded || stops.isAtLimit, isFull: isReadingBlocked, now: now)
        isReadingBlocked = false
    }

    /// The delay of a start of `line` by the whole run, nil for none.
    private mutating func delay(of line: LineID, now: Instant) -> Throttle.Delay? {
        if let delay = throttle.delay(inFlight: window.inFlight, now: now) { return delay }
        if !leases.covers(line) {
            leases.recordShortage()
            return Throttle.Delay(reason: .lease)
        }
        return throttle.requestStart(now: now)
    }

    private mutating func start(_ candidate: Window.Candidate, isUncertain: Bool, now: Instant) {
        let slot = candidate.slot
        let line = window.lines[slot].id
        throttle.recordStart(
            of: line, isRetry: candidate.isRetry, isUncertain: isUncertain, now: now)
        stops.recordStart(of: line)
        if window.lines[slot].history.attempts > 0 { retries += 1 }
        attempts += 1
        window.start(candidate, now: now)
    }

    private mutating func wait(for delay: Throttle.Delay) {
        waitReason = delay.reason
        if let until = delay.until { wakeBy(until) }
    }

    /// Makes sure that the owner comes back by `instant`.
    private mutating func wakeBy(_ instant: Instant) {
        wake = wake.map { min($0, instant) } ?? instant
    }
}
