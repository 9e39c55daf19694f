package import Time

/// The wait for another key, after the API has refused the present one.
///
/// Nothing starts until the requests in flight have ended. So no end of an attempt with the old key
/// is taken for a refusal of the new one.
extension Run {
    /// The keys that may be refused for one line. Arbitrary: a server may refuse every key for one
    /// application.
    static let maxKeysPerLine = 3

    /// Whether the run waits for another key, and no request with the refused one is in flight.
    ///
    /// The owner then calls `renewKey`.
    package var wantsKey: Bool { isKeyRefused && stops.cause == nil && window.inFlight == 0 }

    /// Ends the wait for another key; without one the run stops.
    package mutating func renewKey(isNew: Bool, now: Instant) {
        precondition(isKeyRefused, "a key that nothing waits for")
        isKeyRefused = false
        if !isNew { stops.stop(.unauthorized, now: now) }
    }

    /// Whether the end of an attempt, which was refused, lets its line wait for another key.
    func mayWaitForKey(_ slot: Int, _ result: AttemptResult) -> Bool {
        options.canRenewKey && result.response?.status == 401 && stops.cause == nil
            && keyRefusals[window.lines[slot].id, default: 0] + 1 < Self.maxKeysPerLine
    }

    /// Records the refusal, which does not count against the line, and lets it wait.
    @inline(never)
    mutating func waitForKey(
        _ slot: Int, _ attempt: Throttle.Attempt, _ result: AttemptResult, now: ClockReading
    ) -> Resolution {
        _ = throttle.recordEnd(
            of: attempt, result, fate: .refused, now: now.instant, random: &random)
        window.recordEnd(slot, result, fate: .refused, isCounted: false, isCountedLater: false)
        keyRefusals[attempt.line, default: 0] += 1
        isKeyRefused = true
        window.setRetryTime(slot, wall: now.wall)
        window.scheduleRetry(slot, at: now.instant)
        return .retries
    }
}
