import Testing

@testable import LocalAPI

@Suite("Counting attempts of webhooks") struct AttemptCounterTests {
    private func count(_ counter: inout AttemptCounter, _ id: String, at target: String) -> UInt64 {
        counter.count(id: Array(id.utf8), target: Array(target.utf8))
    }

    @Test("An id is counted for each target apart") func targets() {
        var counter = AttemptCounter(capacity: 10)
        #expect(count(&counter, "a", at: "/x") == 1)
        #expect(count(&counter, "a", at: "/y") == 1)
        #expect(count(&counter, "a", at: "/x") == 2)
        #expect(count(&counter, "", at: "/xa") == 1)
        #expect(count(&counter, "a", at: "/x") == 3)
    }

    @Test("Above the capacity the id that came first is forgotten") func capacity() {
        var counter = AttemptCounter(capacity: 3)
        for id in ["a", "b", "c"] { #expect(count(&counter, id, at: "/") == 1) }
        #expect(count(&counter, "d", at: "/") == 1)
        #expect(count(&counter, "b", at: "/") == 2)
        #expect(count(&counter, "a", at: "/") == 1)
        #expect(count(&counter, "b", at: "/") == 1)
        #expect(count(&counter, "d", at: "/") == 2)
    }
}
