package import Time

// `squareRoot()` is a call of libm in a debug build; Glibc is what links it.
import Glibc

/// The maximum of requests in flight: fixed, or adapted to the server.
///
/// The automatic limit follows the gradient of latency (as Netflix's "concurrency-limits" does):
/// with `r₀` the latency of an unloaded server and `r` the present one, each round sets
/// `limit ← limit · clamp(1.5·r₀ / r, 0.5, 1) + √limit`. While latency stays near `r₀`, it grows by
/// the square root. Where latency rises with the limit, it converges near the knee, since there the
/// loss equals the square root. A failure (5xx, timeout, no connection) lowers it by three tenths at
/// once; failures of requests that were in flight then do not lower it again. A round is as many
/// responses as the limit, at least 10 ms.
///
/// `r₀` is measured again twice a minute, by a few rounds with hardly a request in flight: the
/// route may have changed, and the least latency ever measured may not come again.
package struct ConcurrencyLimit: Sendable {
    /// The automatic limit at the start, and its maximum while `r₀` is measured.
    package static let start = 4.0
    /// The factor on the unloaded latency up to which a server counts as unloaded.
    private static let slack = 1.5
    /// Rounds of a measurement of `r₀`: the first has responses to requests sent before it.
    private static let measuringRounds = 3
    /// The time between two measurements, in nanoseconds. The number is a judgement.
    private static let measuringInterval: Int64 = 30_000_000_000

    private let isAutomatic: Bool
    private let ceiling: Double
    private var limit: Double
    private var unloaded: Double = .infinity
    private var sum: Double = 0
    private var responses = 0
    private var maxInFlight = 0
    private var roundStart: Instant
    private var lastDecrease: Instant?
    private var lastMeasured: Instant
    /// The remaining rounds of a measurement, and the least mean latency of its rounds.
    private var measuring = 0
    private var measured: Double = .infinity

    /// A limit of `ceiling`, or one that adapts between 1 and `ceiling`.
    package init(isAutomatic: Bool, ceiling: Int, now: Instant) {
        precondition(ceiling >= 1, "at least one request must be allowed in flight")
        self.isAutomatic = isAutomatic
        self.ceiling = Double(ceiling)
        limit = isAutomatic ? min(Self.start, Double(ceiling)) : Double(ceiling)
        roundStart = now
        lastMeasured = now
    }

    /// The present limit, at least 1.
    package var current: Int {
        max(1, Int(measuring > 0 ? min(Self.start, limit / 4) : limit))
    }

    /// Records a response after `latency` nanoseconds, with `inFlight` requests in flight (its own
    /// included).
    package mutating func recordResponse(latency: Int64, inFlight: Int, now: Instant) {
        guard isAutomatic else { return }
        sum += Double(max(latency, 1))
        responses += 1
        maxInFlight = max(maxInFlight, inFlight)
        guard responses >= max(4, current), now.nanoseconds(since: roundStart) >= 10_000_000 else {
            return
        }
        let mean = sum / Double(responses)
        let maxInFlight = maxInFlight
        startRound(now)
        if measuring > 0 {
            measure(mean, now: now)
            return
        }
        unloaded = min(unloaded, mean)
        let gradient = min(1, max(0.5, Self.slack * unloaded / mean))
        // A limit that was not reached tells nothing of a higher one.
        let wasReached = Double(maxInFlight) >= limit * 0.8
        let grown = limit * gradient + (wasReached ? limit.squareRoot() : 0)
        limit = min(ceiling, max(1, grown))
        if now.nanoseconds(since: lastMeasured) >= Self.measuringInterval {
            measuring = Self.measuringRounds
            measured = .infinity
        }
    }

    /// Records a failure of a request that started at `startedAt`; a lower limit may help.
    package mutating func recordFailure(startedAt: Instant, now: Instant) {
        guard isAutomatic else { return }
        if let lastDecrease, startedAt < lastDecrease { return }
        limit = max(1, limit * 0.7)
        startRound(now)
        lastDecrease = now
    }

    private mutating func measure(_ mean: Double, now: Instant) {
        measured = min(measured, mean)
        measuring -= 1
        if measuring == 0 {
            unloaded = measured
            lastMeasured = now
        }
    }

    private mutating func startRound(_ now: Instant) {
        sum = 0
        responses = 0
        maxInFlight = 0
        roundStart = now
    }
}
