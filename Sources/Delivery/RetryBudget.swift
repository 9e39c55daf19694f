package import Time

/// Holds retries to about a tenth of the traffic: a token bucket, fed by successes and by time.
///
/// Each retry takes a token; each success brings a tenth of one, each second one. When it is
/// empty, retries wait for the next token; they do not fail.
package struct RetryBudget: Sendable {
    /// What the bucket holds at least when full: the retries that a short run may need at once.
    /// The number is a judgement.
    package static let leastCapacity: Int64 = 50

    /// What the bucket holds at most, and at the start.
    package let capacity: Int64
    /// Tokens in billionths, so that nanoseconds and tenths are whole numbers.
    private var billionths: Int64
    private var lastRefill: Instant

    private static let token: Int64 = 1_000_000_000

    /// A full bucket. It holds the retries after a hiccup under `concurrency` requests in flight:
    /// where these fill the window, nothing else could earn the tokens that they wait for.
    package init(concurrency: Int = 1, now: Instant) {
        capacity = max(Self.leastCapacity, Int64(concurrency))
        billionths = capacity * Self.token
        lastRefill = now
    }

    /// When the next retry may start: not after `now` if it may at once.
    package mutating func earliestRetry(now: Instant) -> Instant {
        refill(now)
        guard billionths < Self.token else { return now }
        return now.advanced(byNanoseconds: Self.token - billionths)
    }

    /// Takes the token of a retry that starts at `now`.
    package mutating func take(now: Instant) {
        refill(now)
        precondition(billionths >= Self.token, "a retry beyond the budget")
        billionths -= Self.token
    }

    /// Notes a success.
    package mutating func noteSuccess() {
        add(Self.token / 10)
    }

    private mutating func refill(_ now: Instant) {
        // One token a second is one billionth of it a nanosecond.
        add(min(max(now.nanoseconds(since: lastRefill), 0), capacity * Self.token))
        lastRefill = now
    }

    private mutating func add(_ amount: Int64) {
        billionths = min(billionths + amount, capacity * Self.token)
    }
}
