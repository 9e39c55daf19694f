import Delivery
import Testing
import TestSupport
import Time

@Suite("AppTable") struct AppTableTests {
    @Test("An application table does not grow with a million applications")
    func bounded() {
        var table = AppTable()
        var most = 0
        for key in 1...1_000_000 as ClosedRange<UInt64> {
            let index = table.enter(key, now: .start)
            table.leave(index)
            most = max(most, table.count)
        }
        #expect(most <= AppTable.capacity * 6 / 5 + 1)
        #expect(table.count >= AppTable.capacity)
    }

    @Test("An application with lines in the window is never forgotten")
    func inUse() {
        var table = AppTable()
        let places = (1...100 as ClosedRange<UInt64>).map { table.enter($0, now: .start) }
        for key in 1_000...100_000 as ClosedRange<UInt64> {
            let index = table.enter(key, now: .start)
            table.leave(index)
        }
        for (key, place) in zip(1...100 as ClosedRange<UInt64>, places) {
            #expect(table[place].key == key)
            #expect(table.enter(key, now: .start) == place)
        }
    }

    @Test("Abandoned and paused applications are kept before others")
    func kept() {
        var table = AppTable()
        let abandoned = table.enter(1, now: .start)
        table[abandoned].recordResponse(.refused, isUnknownApp: true, limit: 1)
        table.leave(abandoned)
        let paused = table.enter(2, now: .start)
        table[paused].pausedUntil = Instant.start.advanced(byNanoseconds: hour)
        table.leave(paused)
        for key in 1_000...100_000 as ClosedRange<UInt64> {
            let index = table.enter(key, now: .start)
            table.leave(index)
        }
        #expect(table.enter(1, now: .start) == abandoned)
        #expect(table[abandoned].isAbandoned)
        #expect(table.enter(2, now: .start) == paused)
    }

    @Test("Abandoned applications do not exceed the table's capacity")
    func keptBounded() {
        var table = AppTable()
        for key in 1...200_000 as ClosedRange<UInt64> {
            let index = table.enter(key, now: .start)
            table[index].recordResponse(.refused, isUnknownApp: true, limit: 1)
            table.leave(index)
        }
        #expect(table.count <= AppTable.capacity * 6 / 5 + 1)
    }
}
