package import Time

extension Pacer {
    /// Changes the rate at an instant, or at the last start if that is later.
    ///
    /// A start that waits keeps its share: halfway to the next start at 1/h is halfway at 100/s. Of
    /// the credit for lateness or a burst as much remains as the new rate may have. A ramp
    /// continues towards the new rate.
    @inline(never)
    package mutating func setRate(_ new: Rate, at instant: Instant) {
        let now = max(instant, lastStart)
        forfeitIdleCredit(now: now)
        // A wait is one start at most.
        let credit = max(-1, Double(now.nanoseconds - (arrival - tolerance)) / rate.interval)
        rate = new
        burstTolerance = Self.burstTolerance(new, burst)
        tolerance = max(burstTolerance, Self.lateness)
        // Rounded to a later start, so that no change adds to the credit.
        let earned = (credit * new.interval).rounded(.down) - 1
        let limited = min(max(earned, -Double(Int64.max / 4)), Double(tolerance))
        arrival = now.nanoseconds - Int64(limited) + tolerance
        remainder = 0
    }

    /// Continues after a pause, which earns no credit: its time counts for nothing.
    @inline(never)
    package mutating func resume(pausedAt start: Instant, at end: Instant) {
        let from = max(start, lastStart)
        let length = max(0, end.nanoseconds(since: from))
        arrival = Instant(nanoseconds: arrival).advanced(byNanoseconds: length).nanoseconds
        origin += length
        lastStart = lastStart.advanced(byNanoseconds: length)
    }
}
