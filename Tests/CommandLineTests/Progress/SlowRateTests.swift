import Testing
import Time

@testable import hookbatch

@Suite("The rate while retries are limited") struct SlowRateTests {
    private func at(_ seconds: Double) -> Instant {
        Instant(nanoseconds: Int64(seconds * 1e9))
    }

    @Test("It forgets the fast lines before, and follows a run that becomes slower")
    func slow() throws {
        var rate = SlowRate()
        rate.add(0, isSlow: false, at: at(0))
        rate.add(4000, isSlow: false, at: at(4))
        #expect(!rate.isSlow && rate.perSecond == nil)
        rate.add(4000, isSlow: true, at: at(5))
        #expect(rate.isSlow && rate.perSecond == nil)
        for second in 6...20 {
            rate.add(4000 + UInt64(second - 5) * 4, isSlow: true, at: at(Double(second)))
        }
        #expect(try abs(#require(rate.perSecond) - 4) < 0.01)
        // Moments in which nothing is limited are part of it.
        rate.add(4064, isSlow: false, at: at(21))
        #expect(rate.isSlow)
        for second in 22...300 {
            rate.add(4064 + UInt64(second - 21), isSlow: true, at: at(Double(second)))
        }
        #expect(try abs(#require(rate.perSecond) - 1) < 0.1)
        rate.add(5000, isSlow: false, at: at(310))
        #expect(!rate.isSlow && rate.perSecond == nil)
    }

    @Test("A run without progress has no rate")
    func stalled() {
        var rate = SlowRate()
        for second in 0...100 { rate.add(7, isSlow: true, at: at(Double(second))) }
        #expect(rate.isSlow && rate.perSecond == nil)
    }
}
