import Delivery
import Testing
import TestSupport

@Suite("Backoff") struct BackoffTests {
    @Test(
        "The maximum backoff doubles up to its cap",
        arguments: [
            (0, 250), (1, 250), (2, 500), (3, 1_000), (4, 2_000), (5, 4_000), (6, 8_000),
            (7, 16_000), (8, 30_000), (9, 30_000), (64, 30_000), (1_000_000, 30_000),
        ] as [(Int, Int64)])
    func ceilings(failures: Int, milliseconds: Int64) {
        #expect(Backoff.ceiling(afterFailures: failures) == milliseconds * millisecond)
    }

    @Test("Backoffs are uniformly distributed up to the maximum", arguments: [1, 4, 20])
    func jitter(failures: Int) {
        let seed = TestSeed.next()
        var random = SplitMix64(seed: seed)
        let ceiling = Backoff.ceiling(afterFailures: failures)
        var quarters = [0, 0, 0, 0]
        for _ in 0..<4_000 {
            let wait = Backoff.wait(afterFailures: failures, random: &random)
            #expect(wait >= 0 && wait <= ceiling, "seed \(seed)")
            quarters[min(3, Int(wait * 4 / ceiling))] += 1
        }
        // A thousand each, within seven standard deviations.
        for count in quarters { #expect((810...1190).contains(count), "seed \(seed)") }
    }

    @Test("The generator gives SplitMix64's published numbers")
    func vectors() {
        var random = SplitMix64(seed: 1_234_567)
        let expected: [UInt64] = [
            6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
            4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
        ]
        let drawn = expected.map { _ in random.next() }
        #expect(drawn == expected)
    }

    @Test(
        "A random number reaches its bound and never exceeds it",
        arguments: [0, 1, 2, 9, UInt64.max])
    func bounds(bound: UInt64) {
        let seed = TestSeed.next()
        var random = SplitMix64(seed: seed)
        var seen: Set<UInt64> = []
        for _ in 0..<500 {
            let number = random.next(upTo: bound)
            #expect(number <= bound, "seed \(seed)")
            seen.insert(number)
        }
        if bound < 10 { #expect(seen.count == Int(bound) + 1, "seed \(seed)") }
    }
}
