import Delivery
import TestSupport
import Testing

@testable import hookbatch
import Time

@Suite("The smoothed rate") struct SmoothedRateTests {
    private static let second: Int64 = 1_000_000_000

    @Test("The smoothed rate of an even count is its rate at any time")
    func even() throws {
        var generator = SeededGenerator.fromEnvironment()
        for perSecond in [1, 250, 100_000] as [UInt64] {
            var rate = SmoothedRate(window: 5)
            var milliseconds: UInt64 = 0
            rate.add(7, at: Instant(nanoseconds: 0))
            #expect(rate.perSecond == nil)
            for _ in 0..<200 {
                // Only times with a whole count.
                milliseconds += 1000 * (1 + generator.next() % 40)
                rate.add(
                    7 + milliseconds / 1000 * perSecond,
                    at: Instant(nanoseconds: Int64(milliseconds) * 1_000_000))
                let found = try #require(rate.perSecond)
                #expect(abs(found / Double(perSecond) - 1) < 1e-9, "\(generator)")
            }
            #expect(rate.observed == Int64(milliseconds) * 1_000_000)
        }
    }

    @Test("The smoothed rate is between the minimum and the maximum, and forgets old samples")
    func changing() throws {
        var rate = SmoothedRate(window: 5)
        var total: UInt64 = 0
        rate.add(0, at: Instant(nanoseconds: 0))
        for second in 1...10 as ClosedRange<Int64> {
            total += 100
            rate.add(total, at: Instant(nanoseconds: second * Self.second))
        }
        for second in 11...15 as ClosedRange<Int64> {
            rate.add(total, at: Instant(nanoseconds: second * Self.second))
        }
        let soon = try #require(rate.perSecond)
        #expect(soon > 20 && soon < 60)
        rate.add(total, at: Instant(nanoseconds: 60 * Self.second))
        #expect(try #require(rate.perSecond) < 0.1)
    }

    @Test("The smoothed rate does not change at a second sample in the same instant")
    func sameInstant() {
        var rate = SmoothedRate(window: 5)
        rate.add(0, at: Instant(nanoseconds: 0))
        rate.add(10, at: Instant(nanoseconds: Self.second))
        let before = rate.perSecond
        rate.add(20, at: Instant(nanoseconds: Self.second))
        #expect(rate.perSecond == before)
        // The next sample includes the change in this instant.
        rate.add(20, at: Instant(nanoseconds: 2 * Self.second))
        #expect(rate.perSecond == before)
    }
}
