import Delivery
import Testing
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
        "it begins full, for as many retries as there can be requests in flight",
        arguments: [(1, 50), (50, 50), (64, 64), (1000, 1000)])
    func capacity(concurrency: Int, tokens: Int) {
        var budget = RetryBudget(concurrency: concurrency, now: .start)
        let retries = drain(&budget, now: .start)
        #expect(retries == tokens)
    }

    @Test("a second brings one retry, and says when")
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

    @Test("ten successes bring one retry")
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

    @Test("nothing is saved beyond the capacity, by time or by success")
    func cap() {
        var budget = RetryBudget(now: .start)
        let later = Instant.start.advanced(byNanoseconds: 1000 * hour)
        for _ in 0..<100_000 { budget.recordSuccess() }
        let retries = drain(&budget, now: later)
        #expect(retries == 50)
    }

    @Test("retries stay within a tenth of the successes, one a second, and the first burst")
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
