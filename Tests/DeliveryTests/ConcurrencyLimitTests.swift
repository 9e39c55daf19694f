import Delivery
import Testing
import TestSupport
import Time

@Suite("ConcurrencyLimit") struct ConcurrencyLimitTests {
    /// The rise of a server's latency with the requests in flight.
    enum Shape: CaseIterable {
        /// Sixteen at once, the others queue.
        case queue
        /// One at a time.
        case single
        /// A hundred at once; beyond them it thrashes.
        case thrashing
        /// It never slows down.
        case flat
        /// A little slower with each request.
        case gentle

        func latency(_ inFlight: Int) -> Int64 {
            let load = Double(inFlight)
            let factor =
                switch self {
                case .queue: max(1, load / 16)
                case .single: load
                case .thrashing: load <= 100 ? 1 : (load / 100) * (load / 100)
                case .flat: 1.0
                case .gentle: 1 + load / 50
                }
            return Int64(factor * 100_000_000)
        }
    }

    private func throughput(_ options: DeliveryOptions, _ shape: Shape) -> (Int, Int) {
        let seed: UInt64 = 7
        var random = SplitMix64(seed: seed)
        let world = RunWorld(options)
        world.advance(to: 20 * second) { _, inFlight in
            // Up to a tenth more or less, as in networks.
            let latency = shape.latency(inFlight)
            let noise = Int64(random.next(upTo: UInt64(latency / 5))) - latency / 10
            return (latency + noise, .status(201))
        }
        return (RunWorld.sum(world.accepted, 10..<20), world.run.concurrencyLimit)
    }

    @Test(
        "The automatic limit reaches half of the best fixed setting's throughput",
        arguments: Shape.allCases)
    func settles(shape: Shape) {
        var best = 0
        for concurrency in [1, 16, 100, 256] {
            var options = DeliveryOptions()
            options.concurrency = concurrency
            best = max(best, throughput(options, shape).0)
        }
        var options = DeliveryOptions()
        options.concurrency = 256
        options.isConcurrencyAutomatic = true
        let (found, limit) = throughput(options, shape)
        #expect(found * 2 >= best, "\(found) of \(best), at \(limit)")
        if shape == .single { #expect(limit <= 32) }
    }

    @Test("A fixed limit of concurrency never changes")
    func fixed() {
        var limit = ConcurrencyLimit(isAutomatic: false, ceiling: 7, now: .start)
        for tick in 1...1_000 as ClosedRange<Int64> {
            let now = Instant.start.advanced(byNanoseconds: tick * 20 * millisecond)
            limit.recordResponse(latency: tick * second, inFlight: 7, now: now)
            limit.recordFailure(startedAt: now, now: now)
        }
        #expect(limit.current == 7)
    }

    @Test("Failures lower the automatic limit once a round, down to one")
    func failures() {
        var limit = ConcurrencyLimit(isAutomatic: true, ceiling: 256, now: .start)
        var now = Instant.start
        for _ in 0..<2_000 {
            now = now.advanced(byNanoseconds: millisecond)
            limit.recordResponse(latency: millisecond, inFlight: limit.current, now: now)
        }
        let high = limit.current
        #expect(high > 30)
        for _ in 0..<100 { limit.recordFailure(startedAt: .start, now: now) }
        #expect(limit.current >= high / 2 && limit.current < high)
        for _ in 0..<100 {
            now = now.advanced(byNanoseconds: second)
            limit.recordFailure(startedAt: now, now: now)
        }
        #expect(limit.current == 1)
    }
}
