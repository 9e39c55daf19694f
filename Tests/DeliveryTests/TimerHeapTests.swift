import Testing
import TestSupport
import Time

@testable import Delivery

@Suite("TimerHeap") struct TimerHeapTests {
    @Test("Timers become due in the order of their times, however they were inserted")
    func order() {
        let seed = TestSeed.next()
        var random = SplitMix64(seed: seed)
        var heap = TimerHeap()
        var waiting: [Int64] = []
        var now: Int64 = 0
        for slot in 0..<2_000 {
            let due = now + Int64(random.next(upTo: 500))
            waiting.append(due)
            heap.insert(
                .init(due: Instant(nanoseconds: due), event: .retry(slot: slot)))
            now += Int64(random.next(upTo: 20))
            #expect(heap.first?.due.nanoseconds == waiting.min(), "seed \(seed)")
            var popped = 0
            while heap.popDue(now: Instant(nanoseconds: now)) != nil { popped += 1 }
            #expect(popped == waiting.count { $0 <= now }, "seed \(seed)")
            waiting.removeAll { $0 <= now }
        }
    }

    @Test("No timer is due before its time, and each only once")
    func due() {
        var heap = TimerHeap()
        let due = Instant.start.advanced(byNanoseconds: second)
        heap.insert(.init(due: due, event: .blocked(app: 7)))
        #expect(heap.popDue(now: .start) == nil)
        #expect(heap.popDue(now: due) == .blocked(app: 7))
        #expect(heap.popDue(now: due) == nil)
        #expect(heap.first == nil)
    }
}
