package import Time

extension Run {
    /// Takes the end of the attempt in `slot`. `saysGone`: the answer says that the application
    /// does not exist or is inactive.
    package mutating func ended(
        slot: Int, result: AttemptResult, saysGone: Bool = false, now: ClockReading
    ) -> Resolution {
        precondition(lines[slot].state == .inFlight, "an end without a start")
        let fate = Fate(result)
        let inFlightThen = inFlight
        inFlight -= 1
        lines[slot].state = .ready

        lines[slot].isLastCounted = false
        if result.failure == .aborted {
            precondition(stopCause != nil, "an attempt is given up only when the run stops")
            // We gave it up: it tells nothing of the server, and costs the line nothing.
            circuit.noteAborted(lines[slot].id)
            if fate == .uncertain { lines[slot].history.isUncertain = true }
            lines[slot].history.lastFailure = .aborted
            return leaveOrEndUnknown(slot, fate: fate)
        }

        let wasOpen = circuit.isOpen
        let answer = result.answer
        lines[slot].history.lastStatus = answer?.status ?? lines[slot].history.lastStatus
        lines[slot].history.lastFailure = result.failure
        if fate == .uncertain { lines[slot].history.isUncertain = true }

        let isOverload = answer?.status == 503
        circuit.noteEnd(
            of: lines[slot].id,
            isAlive: fate == .accepted || (fate == .refused && !isOverload),
            result: result, now: now.instant, random: &random)
        if !wasOpen {
            lines[slot].history.countedAttempts += 1
            lines[slot].isLastCounted = !hasNeverAnswered
        }
        notePace(slot, result, fate: fate, inFlight: inFlightThen, now: now.instant)

        if options.stopsAtStrangeStart,
            let cause = rules.cause(
                of: result, fate: fate, app: lines[slot].app, hasAccepted: counts.accepted > 0)
        {
            return stop(cause, for: slot, fate: fate, now: now.instant)
        }
        noteApplication(slot, fate: fate, saysGone: saysGone)
        if let seconds = answer?.retryAfterSeconds, fate == .refused,
            answer?.status == 429 || answer?.status == 503
        {
            let (nanoseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
            if overflow || nanoseconds > options.maxRetryAfter {
                return stop(.retryAfter(seconds: seconds), for: slot, fate: fate, now: now.instant)
            }
            pause(
                lines[slot].app, until: now.instant.advanced(byNanoseconds: nanoseconds),
                now: now.instant)
        }
        return resolve(slot, result: result, fate: fate, now: now)
    }

    private mutating func resolve(
        _ slot: Int, result: AttemptResult, fate: Fate, now: ClockReading
    ) -> Resolution {
        let history = lines[slot].history
        let isRetriable: Bool
        switch fate {
        case .accepted:
            return finish(slot, .accepted)
        case .refused:
            isRetriable = options.retryOn.contains(result.answer?.status ?? 0)
            if !isRetriable { return finish(slot, history.isUncertain ? .unknown : .rejected) }
        case .unsent:
            if hasNeverAnswered, lines[slot].id != firstStarted {
                // The first line's retries decide about a server that was never reached: the
                // luckiest of many would have used its own up within a second.
                return retry(slot, result: result, fate: fate, now: now)
            }
            isRetriable = true
        case .uncertain:
            isRetriable = options.guarantee == .atLeastOnce
        }
        guard isRetriable, history.countedAttempts <= options.retries else {
            if let failure = result.failure, hasNeverAnswered {
                // A person should look before lines fail.
                if fate == .uncertain, options.guarantee == .atMostOnce {
                    // The line is lost to it; those after it need not be.
                    unansweredFailure = failure
                    return finish(slot, .unknown)
                }
                return stop(.unreachable(failure), for: slot, fate: fate, now: now.instant)
            }
            return finish(slot, history.isUncertain ? .unknown : .failed)
        }
        return retry(slot, result: result, fate: fate, now: now)
    }

    private mutating func retry(
        _ slot: Int, result: AttemptResult, fate: Fate, now: ClockReading
    ) -> Resolution {
        var wait = Backoff.wait(
            afterFailures: max(1, lines[slot].history.countedAttempts), random: &random)
        if let seconds = result.answer?.retryAfterSeconds, fate == .refused {
            wait = max(wait, min(seconds, options.maxRetryAfter / 1_000_000_000) * 1_000_000_000)
        }
        lines[slot].history.retryAt = now.wall + wait / 1_000_000
        if stopCause != nil { return leave(slot) }
        hold(slot, until: now.instant.advanced(byNanoseconds: wait))
        return .retries
    }

    /// Whether there was never an answer from there: the address may be wrong.
    var hasNeverAnswered: Bool { counts.accepted == 0 && !circuit.hasSeenServer }

    /// Stops for what an attempt met: the line is not finished by it, nor is it the line's fault.
    private mutating func stop(
        _ cause: StopCause, for slot: Int, fate: Fate, now: Instant
    ) -> Resolution {
        stop(cause, now: now)
        lines[slot].isLastCounted = false
        return leaveOrEndUnknown(slot, fate: fate)
    }

    private mutating func finish(_ slot: Int, _ outcome: Outcome) -> Resolution {
        let app = lines[slot].app
        apps[app].active -= 1
        release(slot)
        finish(outcome)
        unblock(app)
        return .finished(outcome)
    }

    private mutating func leave(_ slot: Int) -> Resolution {
        apps[lines[slot].app].active -= 1
        release(slot)
        return .left
    }

    /// A line that is left unfinished; but what may have arrived is never sent again under
    /// at-most-once, so that its outcome is known already.
    private mutating func leaveOrEndUnknown(_ slot: Int, fate: Fate) -> Resolution {
        if fate == .uncertain, options.guarantee == .atMostOnce { return finish(slot, .unknown) }
        return leave(slot)
    }

    /// Feeds what the attempt says about the server's capacity to whatever sets the pace.
    private mutating func notePace(
        _ slot: Int, _ result: AttemptResult, fate: Fate, inFlight: Int, now: Instant
    ) {
        let (app, startedAt) = (lines[slot].app, lines[slot].startedAt)
        if fate == .accepted {
            budget.noteSuccess()
            acceptances.note(app, now: now)
        }
        let status = result.answer?.status ?? 0
        if status == 429 {
            let waits = result.answer?.retryAfterSeconds ?? 0 > 0
            if !waits || !waitsAlone(app, now: now) {
                learned.noteRefusal(startedAt: startedAt, now: now)
            }
        } else if result.answer != nil {
            learned.noteLetThrough(now: now)
        }
        if status >= 500 || result.answer == nil {
            concurrency.noteFailure(startedAt: startedAt, now: now)
        } else if status != 429 {
            concurrency.noteAnswer(
                latency: now.nanoseconds(since: startedAt), inFlight: inFlight, now: now)
        }
    }

    /// Whether the application, told to wait, is the only one: another was let through within a
    /// second, and none is told to wait too. Its wait is enough; the others need not go slower.
    private func waitsAlone(_ app: Int, now: Instant) -> Bool {
        if pausedUntil > now { return false }
        if let lastPaused, lastPaused.app != app, lastPaused.until > now { return false }
        return acceptances.lastBesides(app) >= now.advanced(byNanoseconds: -1_000_000_000)
    }

    /// Obeys a `Retry-After`: first the application waits; if a second one is told to wait in that
    /// time, the whole run does.
    private mutating func pause(_ app: Int, until: Instant, now: Instant) {
        apps[app].pausedUntil = max(apps[app].pausedUntil, until)
        if let lastPaused, lastPaused.app != app, lastPaused.until > now {
            pausedUntil = max(pausedUntil, until)
        }
        if lastPaused.map({ $0.app == app || $0.until < until }) ?? true {
            lastPaused = (app, until)
        }
    }

    private mutating func noteApplication(_ slot: Int, fate: Fate, saysGone: Bool) {
        let app = lines[slot].app
        if fate == .accepted {
            apps[app].hasAccepted = true
            apps[app].goneInARow = 0
        } else if fate == .refused {
            apps[app].goneInARow = saysGone ? apps[app].goneInARow + 1 : 0
        }
        if let limit = options.appGiveUp, !apps[app].hasAccepted, !apps[app].isGivenUp,
            apps[app].goneInARow >= limit
        {
            apps[app].isGivenUp = true
            givenUp = apps[app].key
        }
    }
}
