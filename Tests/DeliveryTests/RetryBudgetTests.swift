import Delivery
import Testing
import TestSupport
import Time

@Suite("RetryBudget") struct RetryBudgetTests {
    /// Retries that can start at once.
    private func drain(_ budget: inout RetryBudget, now: Instant) -> Int {
        var count = 0
        while budget.earliestRetry(now: now) <= now {
            budget.recordRetry(now: now)
            count += 1
        }
        return count
    }

    @Test(
        "A new retry budget has a token for each request that may be in flight",
        arguments: [(1, 50), (50, 50), (64, 64), (1000, 1000)])
    func capacity(concurrency: Int, tokens: Int) {
        var budget = RetryBudget(concurrency: concurrency, now: .start)
        let retries = drain(&budget, now: .start)
        #expect(retries == tokens)
    }

    @Test("A retry budget gains a token each second, and returns when")
    func time() {
        var budget = RetryBudget(now: .start)
        _ = drain(&budget, now: .start)
        let half = Instant.start.advanced(byNanoseconds: second / 2)
        for now in [Instant.start, half] {
            let next = budget.earliestRetry(now: now)
            #expect(next == .start.advanced(byNanoseconds: second))
        }
        let later = Instant.start.advanced(byNanoseconds: 3 * second)
        let retries = drain(&budget, now: later)
        #expect(retries == 3)
    }

    @Test("A retry budget gains a token from ten successes")
    func successes() {
        var budget = RetryBudget(now: .start)
        _ = drain(&budget, now: .start)
        for _ in 0..<9 { budget.recordSuccess() }
        let next = budget.earliestRetry(now: .start)
        #expect(next > .start)
        budget.recordSuccess()
        let retries = drain(&budget, now: .start)
        #expect(retries == 1)
    }

    @Test("A retry budget never exceeds its capacity")
    func cap() {
        var budget = RetryBudget(now: .start)
        let later = Instant.start.advanced(byNanoseconds: 1000 * hour)
        for _ in 0..<100_000 { budget.recordSuccess() }
        let retries = drain(&budget, now: later)
        #expect(retries == 50)
    }

    @Test("Retries stay within the capacity, one per second and a tenth of the successes")
    func law() {
        let seed = TestSeed.next()
        var random = SplitMix64(seed: seed)
        var budget = RetryBudget(now: .start)
        var now = Instant.start
        var retries = 0
        var successes = 0
        for _ in 0..<20_000 {
            now = now.advanced(byNanoseconds: Int64(random.next(upTo: 20_000_000)))
            if random.next(upTo: 2) == 0 {
                budget.recordSuccess()
                successes += 1
            }
            while budget.earliestRetry(now: now) <= now {
                budget.recordRetry(now: now)
                retries += 1
            }
            let seconds = Double(now.nanoseconds(since: .start)) / 1e9
            #expect(Double(retries) <= 50 + seconds + Double(successes) / 10 + 1e-6, "seed \(seed)")
        }
        #expect(retries > 100, "seed \(seed)")
    }
}
