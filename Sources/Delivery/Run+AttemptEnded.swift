package import Time

extension Run {
    /// Decides what the end of an attempt means; the one place for retries.
    ///
    /// `isUnknownApp`: the response says that the application does not exist or is inactive.
    package mutating func attemptEnded(
        slot: Int, result: AttemptResult, isUnknownApp: Bool = false, now: ClockReading
    ) -> Resolution {
        let fate = Fate(result)
        let app = window.lines[slot].app
        // A complete head decides, even of an attempt that was aborted.
        if result.failure == .aborted, fate == .uncertain || fate == .unsent {
            precondition(stops.cause != nil, "an attempt is aborted only when the run stops")
            // It tells nothing of the server, and costs the line nothing.
            window.recordEnd(
                slot, result, fate: fate, isCounted: false, isCountedLater: false)
            throttle.recordAborted(window.lines[slot].id)
            return endUnfinishedOrUnknown(slot, fate: fate)
        }

        let attempt = Throttle.Attempt(
            line: window.lines[slot].id, app: app, startedAt: window.lines[slot].startedAt,
            inFlight: window.inFlight)
        if fate == .refused, mayWaitForKey(slot, result) {
            return waitForKey(slot, attempt, result, now: now)
        }
        let isCounted = throttle.recordEnd(
            of: attempt, result, fate: fate, now: now.instant, random: &random)
        window.recordEnd(
            slot, result, fate: fate, isCounted: isCounted,
            isCountedLater: isCounted && !hasNeverResponded)

        if let cause = stops.recordEnd(
            result, fate: fate, app: app, hasAccepted: hasAccepted,
            waitsForName: throttle.awaitsServer || throttle.hasSeenServer)
        {
            return stop(cause, for: slot, fate: fate, now: now.instant)
        }
        window.recordResponse(slot, fate: fate, isUnknownApp: isUnknownApp)
        if fate == .refused, let response = result.response,
            response.status == 429 || response.status == 503,
            let seconds = response.retryAfterSeconds
        {
            let (nanoseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
            if overflow || nanoseconds > options.maxRetryAfter {
                return stop(.retryAfter(seconds: seconds), for: slot, fate: fate, now: now.instant)
            }
            let end = now.instant.advanced(byNanoseconds: nanoseconds)
            window.pause(app: app, until: end)
            throttle.pause(app: app, until: end, now: now.instant)
        }
        return resolve(slot, result, fate: fate, now: now)
    }

    private mutating func resolve(
        _ slot: Int, _ result: AttemptResult, fate: Fate, now: ClockReading
    ) -> Resolution {
        let isUncertain = window.lines[slot].history.isUncertain
        let isRetriable: Bool
        switch fate {
        case .accepted:
            return finish(slot, .accepted)
        case .refused:
            isRetriable = options.retryOn.contains(result.response?.status ?? 0)
            if !isRetriable { return finish(slot, isUncertain ? .unknown : .rejected) }
        case .unsent:
            if throttle.awaitsServer
                || hasNeverResponded && !stops.isFirstStarted(window.lines[slot].id)
            {
                return retry(slot, result, fate: fate, now: now)
            }
            isRetriable = true
        case .uncertain:
            isRetriable = options.guarantee == .atLeastOnce
        }
        if isRetriable, window.lines[slot].history.countedAttempts <= options.retries {
            return retry(slot, result, fate: fate, now: now)
        }
        if let failure = result.failure, hasNeverResponded {
            // A person should check the address before lines fail, unless a request in flight gets a
            // response.
            if fate == .uncertain, options.guarantee == .atMostOnce {
                // This line may have arrived and ends; those after it need not be lost too.
                stops.recordUnanswered(failure)
                return finish(slot, .unknown)
            }
            // This one is still among them.
            if stops.cause == nil, window.inFlight > 1 {
                stops.recordUnanswered(failure)
                window.uncountLastAttempt(slot)
                return retry(slot, result, fate: fate, now: now)
            }
            return stop(.unreachable(failure), for: slot, fate: fate, now: now.instant)
        }
        return finish(slot, isUncertain ? .unknown : .failed)
    }

    private mutating func retry(
        _ slot: Int, _ result: AttemptResult, fate: Fate, now: ClockReading
    ) -> Resolution {
        var wait = Backoff.wait(
            afterFailures: max(1, window.lines[slot].history.countedAttempts), random: &random)
        if fate == .refused, let seconds = result.response?.retryAfterSeconds {
            wait = max(wait, min(seconds, options.maxRetryAfter / 1_000_000_000) * 1_000_000_000)
        }
        window.setRetryTime(slot, wall: now.wall + wait / 1_000_000)
        if stops.cause != nil { return endUnfinished(slot) }
        window.scheduleRetry(slot, at: now.instant.advanced(byNanoseconds: wait))
        return .retries
    }

    /// Stops for the end of an attempt, which does not count against its line.
    private mutating func stop(
        _ cause: StopCause, for slot: Int, fate: Fate, now: Instant
    ) -> Resolution {
        stops.stop(cause, now: now)
        window.uncountLastAttempt(slot)
        return endUnfinishedOrUnknown(slot, fate: fate)
    }

    private mutating func finish(_ slot: Int, _ outcome: Outcome) -> Resolution {
        window.remove(slot)
        count(outcome)
        return .finished(outcome)
    }

    private mutating func endUnfinished(_ slot: Int) -> Resolution {
        window.remove(slot)
        return .unfinished
    }

    /// Leaves the line unfinished. Under at-most-once a line that may have arrived is never sent
    /// again, so that its outcome is known already.
    private mutating func endUnfinishedOrUnknown(_ slot: Int, fate: Fate) -> Resolution {
        if fate == .uncertain, options.guarantee == .atMostOnce { return finish(slot, .unknown) }
        return endUnfinished(slot)
    }
}
