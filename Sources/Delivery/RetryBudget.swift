package import Time

/// A token bucket that limits retries to about a tenth of the traffic.
///
/// Each retry costs a token; each success adds a tenth of one, each second one. When it is empty,
/// retries wait for the next token; they do not fail.
package struct RetryBudget: Sendable {
    /// The smallest capacity: the retries that a short run may need at once. The number is a
    /// judgement.
    package static let minCapacity: Int64 = 50

    /// The tokens of a full bucket.
    package let capacity: Int64
    /// Tokens in billionths, so that nanoseconds and tenths are whole numbers.
    private var billionths: Int64
    private var lastRefill: Instant

    private static let token: Int64 = 1_000_000_000

    /// A full bucket, of a token for each of `concurrency` requests in flight: if all of them fail
    /// and fill the window, nothing else could earn the tokens for their retries.
    package init(concurrency: Int = 1, now: Instant) {
        capacity = max(Self.minCapacity, Int64(concurrency))
        billionths = capacity * Self.token
        lastRefill = now
    }

    /// When the next retry may start: not after `now` if it may at once.
    package func earliestRetry(now: Instant) -> Instant {
        let available = balance(now: now)
        guard available < Self.token else { return now }
        return now.advanced(byNanoseconds: Self.token - available)
    }

    /// Spends the token of a retry that starts at `now`.
    package mutating func recordRetry(now: Instant) {
        billionths = balance(now: now)
        lastRefill = now
        precondition(billionths >= Self.token, "a retry beyond the budget")
        billionths -= Self.token
    }

    /// Adds a success's tenth of a token.
    package mutating func recordSuccess() {
        billionths = min(billionths + Self.token / 10, maxBillionths)
    }

    private var maxBillionths: Int64 { capacity * Self.token }

    /// The billionths of tokens at `now`: a token a second is a billionth a nanosecond.
    private func balance(now: Instant) -> Int64 {
        let elapsed = min(max(now.nanoseconds(since: lastRefill), 0), maxBillionths)
        return min(billionths + elapsed, maxBillionths)
    }
}
