package import Time

// `squareRoot()` is a call of libm in a debug build; Glibc is what links it.
import Glibc

/// How many requests may be in flight: fixed, or found out while sending.
///
/// The automatic limit follows the gradient of latency (as Netflix's "concurrency-limits" does):
/// with `r₀` the latency of an unloaded server and `r` the present one, each round sets
/// `limit ← limit · clamp(1.5·r₀ / r, 0.5, 1) + √limit`. While latency stays near `r₀` it grows by
/// the square root; where latency rises with the limit it settles near the knee, since there the
/// loss equals the square root. A failure (5xx, timeout, no connection) takes three tenths off at
/// once; what was under way then does not count again. A round is as many answers as the limit,
/// at least 10 ms.
///
/// `r₀` is measured anew twice a minute, by a few rounds with hardly a request in flight: the
/// route may have changed, and the least latency ever seen is not what to hope for.
package struct ConcurrencyLimit: Sendable {
    /// Where the automatic limit starts, and what it is at most while `r₀` is measured.
    package static let start = 4.0
    /// How far above the unloaded latency counts as unloaded.
    private static let slack = 1.5
    /// Rounds for which `r₀` is measured: in the first there are answers to what was in flight.
    private static let measuringRounds = 3
    /// From one measurement to the next, in nanoseconds. The number is a judgement.
    private static let measuringInterval: Int64 = 30_000_000_000

    private let isAutomatic: Bool
    private let ceiling: Double
    private var limit: Double
    private var unloaded: Double = .infinity
    private var sum: Double = 0
    private var answers = 0
    private var mostInFlight = 0
    private var roundStart: Instant
    private var lastDecrease: Instant?
    private var lastMeasured: Instant
    /// Rounds left of a measurement, and the least mean latency of its rounds.
    private var measuring = 0
    private var measured: Double = .infinity

    /// A limit of `ceiling`, or one found out between 1 and `ceiling`.
    package init(isAutomatic: Bool, ceiling: Int, now: Instant) {
        precondition(ceiling >= 1, "at least one request must be allowed in flight")
        self.isAutomatic = isAutomatic
        self.ceiling = Double(ceiling)
        limit = isAutomatic ? min(Self.start, Double(ceiling)) : Double(ceiling)
        roundStart = now
        lastMeasured = now
    }

    /// The limit now, at least 1.
    package var current: Int {
        max(1, Int(measuring > 0 ? min(Self.start, limit / 4) : limit))
    }

    /// Notes an answer after `latency` nanoseconds while `inFlight` requests (it included) were
    /// under way.
    package mutating func noteAnswer(latency: Int64, inFlight: Int, now: Instant) {
        guard isAutomatic else { return }
        sum += Double(max(latency, 1))
        answers += 1
        mostInFlight = max(mostInFlight, inFlight)
        guard answers >= max(4, current), now.nanoseconds(since: roundStart) >= 10_000_000 else {
            return
        }
        let mean = sum / Double(answers)
        let mostInFlight = mostInFlight
        startRound(now)
        if measuring > 0 {
            measure(mean, now: now)
            return
        }
        unloaded = min(unloaded, mean)
        let gradient = min(1, max(0.5, Self.slack * unloaded / mean))
        // A limit that was not used says nothing about a higher one.
        let wasUsed = Double(mostInFlight) >= limit * 0.8
        let grown = limit * gradient + (wasUsed ? limit.squareRoot() : 0)
        limit = min(ceiling, max(1, grown))
        if now.nanoseconds(since: lastMeasured) >= Self.measuringInterval {
            measuring = Self.measuringRounds
            measured = .infinity
        }
    }

    /// Notes a failure, of a request that started at `startedAt`, that a lower limit may help
    /// against.
    package mutating func noteFailure(startedAt: Instant, now: Instant) {
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
        answers = 0
        mostInFlight = 0
        roundStart = now
    }
}
