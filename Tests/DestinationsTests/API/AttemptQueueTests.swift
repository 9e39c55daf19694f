import Destinations
import TestSupport
import Testing
import Time

@Suite("Attempt queue")
struct AttemptQueueTests {
    private static let timeout: Int64 = 100

    private func after(_ nanoseconds: Int64) -> Instant {
        Instant.start.advanced(byNanoseconds: nanoseconds)
    }

    /// Returns a queue in which the attempts of these slots were started one nanosecond apart.
    private func started(_ slots: Int...) -> AttemptQueue {
        var queue = AttemptQueue(timeout: Self.timeout)
        queue.grow(to: 8)
        for (place, slot) in slots.enumerated() {
            queue.start(slot: slot, now: after(Int64(place)))
        }
        return queue
    }

    @Test("Attempts get connections in the order of their starts")
    func order() {
        var queue = started(3, 1, 2)
        #expect(queue.firstWaiting == 3 && queue.waitingCount == 3)
        queue.begin(slot: 3, on: 7)
        #expect(queue.state(of: 3) == .onConnection(7))
        #expect(queue.firstWaiting == 1 && queue.waitingCount == 2)
        queue.end(slot: 1)
        #expect(queue.state(of: 1) == .none)
        #expect(queue.firstWaiting == 2)
    }

    @Test("The oldest attempt expires first, with or without a connection")
    func expiry() {
        var queue = started(3, 1)
        queue.begin(slot: 3, on: 0)
        #expect(queue.nextDeadline == after(Self.timeout))
        #expect(queue.firstExpired(at: after(Self.timeout - 1)) == nil)
        #expect(queue.firstExpired(at: after(Self.timeout)) == 3)
        queue.end(slot: 3)
        #expect(queue.firstExpired(at: after(Self.timeout)) == nil)
        #expect(queue.firstExpired(at: after(Self.timeout + 1)) == 1)
        queue.end(slot: 1)
        #expect(queue.isEmpty && queue.nextDeadline == nil)
    }

    @Test("An attempt that waited past its deadline in a pause of the process has its time again")
    func renewal() {
        var queue = started(3, 1)
        queue.renewDeadline(of: 3, now: after(Self.timeout - 1))
        #expect(queue.firstExpired(at: after(Self.timeout)) == 3)
        queue.renewDeadline(of: 3, now: after(Self.timeout))
        #expect(queue.firstWaiting == 3)
        #expect(queue.nextDeadline == after(Self.timeout + 1))
        queue.end(slot: 1)
        #expect(queue.nextDeadline == after(2 * Self.timeout))
    }
}
