import Delivery
import Testing

@Suite("How long an endpoint may fail") struct EndpointHealthTests {
    private static let hour: Int64 = 3_600_000
    private static let day = 24 * hour

    /// Attempts messages by the standard schedule on a virtual clock, a new one each hour, and returns
    /// when the endpoint is disabled.
    private func disabledAt(
        seed: UInt64, until end: Int64, isUp: (Int64) -> Bool
    ) -> (at: Int64, since: Int64?)? {
        var random = SplitMix64(seed: seed)
        var health = EndpointHealth()
        // The time and the failures of each pending delivery.
        var pending: [(due: Int64, failures: Int)] = []
        var now: Int64 = 0
        var nextMessage: Int64 = 0
        while now < end {
            let due = pending.map(\.due).min() ?? .max
            now = min(due, nextMessage)
            if nextMessage == now {
                pending.append((now, 0))
                nextMessage += Self.hour
            }
            for index in pending.indices.reversed() where pending[index].due <= now {
                var delivery = pending.remove(at: index)
                delivery.failures += 1
                let status = isUp(now) ? 200 : 500
                let verdict = DeliverySchedule.standard.verdict(
                    AttemptResult(requestBegan: true, response: .init(status: status)),
                    failures: delivery.failures, now: now, random: &random)
                if health.record(verdict, now: now) == .failedForTooLong {
                    return (now, health.failingSince)
                }
                if case .retry(let at) = verdict { pending.append((at, delivery.failures)) }
            }
        }
        return nil
    }

    @Test("An endpoint that always fails is disabled after 5 days, and not before")
    func alwaysFails() throws {
        for seed in UInt64(0)..<20 {
            let end = try #require(disabledAt(seed: seed, until: 9 * Self.day) { _ in false })
            #expect(end.since == 0)
            // An attempt each hour at least.
            #expect((5 * Self.day...5 * Self.day + Self.hour).contains(end.at), "seed \(seed)")
        }
    }

    @Test("One delivery in 5 days is enough, and the 5 days begin again after it")
    func oneDelivery() throws {
        for seed in UInt64(0)..<20 {
            // Up for an hour each 4 days.
            let up = disabledAt(seed: seed, until: 60 * Self.day) {
                $0 % (4 * Self.day) < Self.hour
            }
            #expect(up == nil, "seed \(seed)")
            let end = try #require(
                disabledAt(seed: seed, until: 60 * Self.day) { $0 < 20 * Self.day })
            #expect(end.since.map { $0 >= 20 * Self.day } == true)
            #expect((25 * Self.day...25 * Self.day + 2 * Self.hour).contains(end.at))
        }
    }

    @Test("A 410 disables at once, and a delivery ends the failing time")
    func changes() {
        var health = EndpointHealth()
        #expect(health.record(.gone, now: 5) == .gone)
        #expect(health.record(.delivered, now: 5) == .none)
        #expect(health.record(.retry(at: 9), now: 5) == .failingSince(5))
        #expect(health.record(.failed, now: 6) == .none)
        #expect(health.record(.delivered, now: 7) == .failingSince(nil))
        #expect(health.failingSince == nil)
        var old = EndpointHealth(failingSince: 0)
        #expect(old.record(.failed, now: 5 * Self.day - 1) == .none)
        #expect(old.record(.failed, now: 5 * Self.day) == .failedForTooLong)
    }
}
