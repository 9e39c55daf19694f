import Testing
import TestSupport
import Time

@testable import Destinations

@Suite("The limit of lookups") struct LookupLimitTests {
    @Test("Connects look the name up, but for those after the first hundred of a second")
    func limit() {
        var limit = LookupLimit()
        let start = Instant(nanoseconds: 5)
        for _ in 1...LookupLimit.maxPerSecond { #expect(limit.cacheSeconds(now: start) == 0) }
        #expect(limit.cacheSeconds(now: start) == 1)
        let later = start.advanced(byNanoseconds: 999_999_999)
        #expect(limit.cacheSeconds(now: later) == 1)
        #expect(limit.cacheSeconds(now: later.advanced(byNanoseconds: 1)) == 0)
    }

    @Test("After a connect that took too long, addresses that were found serve for a minute")
    func slow() {
        var limit = LookupLimit()
        let start = Instant(nanoseconds: 5)
        #expect(limit.cacheSeconds(now: start) == 0)
        limit.recordLateConnect(now: start)
        #expect(limit.cacheSeconds(now: start.advanced(byNanoseconds: 59 * second)) == 60)
        #expect(limit.cacheSeconds(now: start.advanced(byNanoseconds: 60 * second)) == 0)
    }
}
