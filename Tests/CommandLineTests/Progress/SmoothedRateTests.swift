import Delivery
import TestSupport
import Testing

@testable import hookbatch
import Time

@Suite("The rate at the moment") struct SmoothedRateTests {
    private static let second: Int64 = 1_000_000_000

    @Test("of a count that rises evenly is that rate, whenever one looks")
    func even() throws {
        var generator = SeededGenerator.fromEnvironment()
        for perSecond in [1, 250, 100_000] as [UInt64] {
            var rate = SmoothedRate(window: 5)
            var milliseconds: UInt64 = 0
            rate.add(7, at: Instant(nanoseconds: 0))
            #expect(rate.perSecond == nil)
            for _ in 0..<200 {
                // Only at times when the count is whole.
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

    @Test("lies between the slowest and the fastest stretch, and forgets what is long past")
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

    @Test("does not change at a second look in the same instant")
    func sameInstant() {
        var rate = SmoothedRate(window: 5)
        rate.add(0, at: Instant(nanoseconds: 0))
        rate.add(10, at: Instant(nanoseconds: Self.second))
        let before = rate.perSecond
        rate.add(20, at: Instant(nanoseconds: Self.second))
        #expect(rate.perSecond == before)
        // What came in that instant counts with the next.
        rate.add(20, at: Instant(nanoseconds: 2 * Self.second))
        #expect(rate.perSecond == before)
    }
}
