package import Time

/// The generic cell rate algorithm (ITU-T I.371, "virtual scheduling").
///
/// From the time and the starts before, it decides when the next start conforms to a rate. With `I` the interval between starts at the full rate and `L` the tolerance, any window of
/// length `w` holds at most `1 + floor((w + L) / I)` starts.
///
/// `L` is `(burst − 1)·I`, but at least 10 ms: without that, each late wake-up of the clock would be
/// lost for good (at 10,000/s, half of the rate was). Those 10 ms make good for lateness only:
/// longer idle time accrues at most `burst` starts.
///
/// The rate may change. The credit in starts is kept then, but at most that of the new rate: any
/// window has at most as many starts as the rates in it add up to, plus `1 + L / I` of its first rate.
package struct Pacer: Sendable {
    /// The lateness that may be made up for, in nanoseconds.
    package static let lateness: Int64 = 10_000_000
    /// A wake-up later than this is idle time, in nanoseconds. The number is a judgement.
    private static let maxDelay: Int64 = 100_000_000

    package internal(set) var rate: Rate
    /// `L`, in nanoseconds.
    package internal(set) var tolerance: Int64
    /// The credit that idle time may accrue: `(burst − 1)·I`, in nanoseconds.
    var burstTolerance: Int64
    let burst: Int
    /// The time in which the rate grows to its full value, in nanoseconds.
    private let ramp: Int64

    /// The theoretical arrival time of the next start.
    ///
    /// It has whole nanoseconds, and a remainder in units of `1 / rate.count` of one, so that no
    /// rounding adds up.
    var arrival: Int64
    var remainder: Int64 = 0
    var origin: Int64
    /// Whether a start was deferred since the last start.
    private var isWaiting = false
    var lastStart: Instant

    /// A pacer with no credit at `now`.
    package init(_ rate: Rate, burst: Int = 1, ramp: Int64 = 0, now: Instant) {
        precondition(burst >= 1, "a burst is at least one")
        self.rate = rate
        self.burst = burst
        self.ramp = ramp
        burstTolerance = Self.burstTolerance(rate, burst)
        tolerance = max(burstTolerance, Self.lateness)
        origin = now.nanoseconds
        lastStart = now
        arrival = now.nanoseconds + (tolerance - burstTolerance)
    }

    static func burstTolerance(_ rate: Rate, _ burst: Int) -> Int64 {
        let (product, overflow) = rate.period.multipliedReportingOverflow(by: Int64(burst - 1))
        return overflow ? Int64.max / 4 : min(product / rate.count, Int64.max / 4)
    }

    /// When the next start conforms; not after `now` for at once.
    ///
    /// If it is in the future and a start is wanted, call `deferStart` too.
    package func earliestStart(now: Instant) -> Instant {
        let arrival = isIdle(now: now) ? max(arrival, idleArrival(now: now)) : arrival
        return Instant(nanoseconds: arrival - tolerance)
    }

    /// Records that a start is wanted at `now` and must wait.
    ///
    /// The time until then is not idle.
    package mutating func deferStart(now: Instant) {
        forfeitIdleCredit(now: now)
        isWaiting = true
    }

    /// Records a start at `now`, which `earliestStart` must allow.
    package mutating func recordStart(now: Instant) {
        forfeitIdleCredit(now: now)
        precondition(arrival - tolerance <= now.nanoseconds, "a start that does not conform")
        if arrival < now.nanoseconds {
            arrival = now.nanoseconds
            remainder = 0
        }
        advance()
        isWaiting = false
        lastStart = now
    }

    /// Whether no start was wanted for so long that credit is forfeited.
    ///
    /// Between two starts the owner may be busy with responses: that is not idle time.
    private func isIdle(now: Instant) -> Bool {
        isWaiting
            ? now.nanoseconds - (arrival - tolerance) > Self.maxDelay
            : now.nanoseconds(since: lastStart) > Self.lateness
    }

    /// The arrival time that leaves a credit of the burst.
    private func idleArrival(now: Instant) -> Int64 {
        now.nanoseconds + (tolerance - burstTolerance)
    }

    /// Limits the credit of idle time to the burst.
    mutating func forfeitIdleCredit(now: Instant) {
        guard isIdle(now: now) else { return }
        isWaiting = false
        let idle = idleArrival(now: now)
        if arrival < idle {
            arrival = idle
            remainder = 0
        }
    }

    private mutating func advance() {
        let elapsed = arrival - origin - (tolerance - burstTolerance)
        if elapsed < ramp {
            // The rate grows as t / ramp, so the count up to t is rate·t² / (2·ramp). The next
            // start is where that count is one higher.
            let t = Double(max(elapsed, 0))
            let interval = Double(rate.period) / Double(rate.count)
            let next = (t * t + 2 * Double(ramp) * interval).squareRoot()
            arrival += max(Int64(next - t), (rate.period - 1) / rate.count + 1)
            return
        }
        arrival += rate.period / rate.count
        remainder += rate.period % rate.count
        if remainder >= rate.count {
            remainder -= rate.count
            arrival += 1
        }
    }
}
