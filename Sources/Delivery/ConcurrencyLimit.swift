// `squareRoot()` is a call of libm in a debug build; Glibc is what links it.
#if canImport(Glibc)
    import Glibc
#endif

/// How many requests may be in flight: fixed, or found out while sending.
///
/// The automatic limit follows the gradient of latency (as Netflix's "concurrency-limits" does):
/// with `r₀` the latency of an unloaded server and `r` the present one, each round sets
/// `limit ← limit · clamp(1.5·r₀ / r, 0.5, 1) + √limit`. While latency stays near `r₀` it grows by
/// the square root; where latency rises with the limit it settles near the knee, since there the
/// loss equals the square root. A failure (5xx, timeout, no connection) takes three tenths off at
/// once, not more than once a round. A round is as many answers as the limit, at least 10 ms.
package struct ConcurrencyLimit: Sendable {
    /// Where the automatic limit starts.
    package static let start = 4.0
    /// How far above the unloaded latency counts as unloaded.
    private static let slack = 1.5

    private let isAutomatic: Bool
    private let ceiling: Double
    private var limit: Double
    private var unloaded: Double = .infinity
    private var sum: Double = 0
    private var answers = 0
    private var mostInFlight = 0
    private var roundStart: Instant
    private var lastDecrease: Instant?

    /// A limit of `ceiling`, or one found out between 1 and `ceiling`.
    package init(isAutomatic: Bool, ceiling: Int, now: Instant) {
        precondition(ceiling >= 1, "at least one request must be allowed in flight")
        self.isAutomatic = isAutomatic
        self.ceiling = Double(ceiling)
        limit = isAutomatic ? min(Self.start, Double(ceiling)) : Double(ceiling)
        roundStart = now
    }

    /// The limit now, at least 1.
    package var current: Int { max(1, Int(limit)) }

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
        // The unloaded latency is the least seen, let go slowly upwards: a route may change.
        unloaded = min(unloaded * 1.01, mean)
        let gradient = min(1, max(0.5, Self.slack * unloaded / mean))
        // A limit that was not used says nothing about a higher one.
        let wasUsed = Double(mostInFlight) >= limit * 0.8
        let grown = limit * gradient + (wasUsed ? limit.squareRoot() : 0)
        limit = min(ceiling, max(1, grown))
        startRound(now)
    }

    /// Notes a failure that a lower limit may help against.
    package mutating func noteFailure(now: Instant) {
        guard isAutomatic else { return }
        if let lastDecrease, lastDecrease >= roundStart { return }
        limit = max(1, limit * 0.7)
        startRound(now)
        lastDecrease = now
    }

    private mutating func startRound(_ now: Instant) {
        sum = 0
        answers = 0
        mostInFlight = 0
        roundStart = now
    }
}
