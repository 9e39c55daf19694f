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
        #expect(queue.firstWaiting == 3 && queue.unconnectedCount == 3)
        queue.begin(slot: 3, on: 7)
        #expect(queue.state(of: 3) == .onConnection(7))
        #expect(queue.firstWaiting == 1 && queue.unconnectedCount == 2)
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

    @Test("An attempt that restarts expires after those that started before its restart")
    func restart() {
        var queue = started(3, 1)
        queue.begin(slot: 3, on: 7)
        queue.restart(slot: 3, now: after(50))
        #expect(queue.state(of: 3) == .onConnection(7))
        #expect(queue.nextDeadline == after(Self.timeout + 1))
        queue.end(slot: 1)
        #expect(queue.nextDeadline == after(50 + Self.timeout))
    }

    @Test("Attempts that started before an instant do not restart with those that started since")
    func restartSince() {
        var queue = started(3, 1, 2)
        queue.restart(startedSince: after(1), now: after(50))
        #expect(queue.nextDeadline == after(Self.timeout))
        queue.end(slot: 3)
        #expect(queue.nextDeadline == after(50 + Self.timeout) && queue.firstWaiting == 1)
    }

    @Test("An attempt that needs a permission waits for an offer, then for the permission")
    func offers() {
        var queue = started(3)
        queue.startUnpermitted(slot: 1, now: .start)
        queue.startUnpermitted(slot: 2, now: .start)
        #expect(queue.firstWaiting == 3 && queue.unconnectedCount == 3 && queue.claimCount == 1)
        let isOffered = queue.offer(now: .start)
        #expect(isOffered && queue.state(of: 1) == .offered && queue.hasUnoffered)
        #expect(queue.unconnectedCount == 2 && queue.claimCount == 2)
        let slots = [queue.nextOffered(), queue.nextOffered()]
        #expect(slots == [1, nil] && !queue.hasOffers)
        queue.permit(slot: 1)
        queue.begin(slot: 3, on: 0)
        #expect(queue.firstWaiting == 1 && queue.claimCount == 1)
    }

    @Test("An attempt that ends before its offer is taken is not returned")
    func endedOffer() {
        var queue = started()
        for slot in 1...3 { queue.startUnpermitted(slot: slot, now: .start) }
        for _ in 1...2 { _ = queue.offer(now: .start) }
        queue.end(slot: 1)
        queue.end(slot: 3)
        #expect(queue.claimCount == 1 && !queue.hasUnoffered)
        let slots = [queue.nextOffered(), queue.nextOffered()]
        #expect(slots == [2, nil])
        #expect(queue.firstUnconnected == nil)
    }
}
