import Delivery
import TestSupport
import Testing

@Suite("LearnedRate") struct LearnedRateTests {
    /// A server that accepts `perSecond` requests in each second of its clock.
    private struct FixedWindows {
        var perSecond: Int
        var second: Int64 = -1
        var count = 0

        mutating func allows(_ now: Int64) -> Bool {
            // Its seconds do not start when ours do.
            let tick = (now + 370_000_000) / 1_000_000_000
            if tick != second { (second, count) = (tick, 0) }
            count += 1
            return count <= perSecond
        }
    }

    private struct TokenBucket {
        var perSecond: Double
        var capacity: Double
        var tokens: Double
        var last: Int64 = 0

        init(perSecond: Double, capacity: Double) {
            self.perSecond = perSecond
            self.capacity = capacity
            tokens = capacity
        }

        mutating func allows(_ now: Int64) -> Bool {
            tokens = min(capacity, tokens + Double(now - last) * perSecond / 1e9)
            last = now
            guard tokens >= 1 else { return false }
            tokens -= 1
            return true
        }
    }

    private func options(concurrency: Int) -> DeliveryOptions {
        var options = DeliveryOptions()
        options.concurrency = concurrency
        return options
    }

    private func check(_ world: RunWorld, limit: Int, from: Int = 3, seconds: Int = 63) {
        let range = from..<seconds
        let requests = RunWorld.sum(world.starts, range)
        let refused = RunWorld.sum(world.refused, range)
        let accepted = RunWorld.sum(world.accepted, range)
        #expect(refused * 100 < requests * 5, "\(refused) of \(requests) refused")
        #expect(accepted * 100 >= limit * range.count * 85, "\(accepted) accepted")
    }

    @Test(
        "A server's limit per second is used up, with few 429s",
        arguments: [(200, 64, 20), (200, 8, 5), (50, 64, 100), (500, 64, 10), (10, 16, 40)]
            as [(Int, Int, Int64)])
    func fixedWindows(limit: Int, concurrency: Int, latency: Int64) {
        var server = FixedWindows(perSecond: limit)
        let world = RunWorld(options(concurrency: concurrency))
        world.advance(to: 63 * second) { now, _ in
            (latency * millisecond, server.allows(now) ? .status(201) : .status(429))
        }
        check(world, limit: limit)
    }

    @Test("A server's limit below --rate is learned and used up")
    func belowSetRate() {
        var server = FixedWindows(perSecond: 200)
        var options = options(concurrency: 64)
        options.rate = Rate(count: 500, perNanoseconds: second)
        let world = RunWorld(options)
        world.advance(to: 63 * second) { now, _ in
            (20 * millisecond, server.allows(now) ? .status(201) : .status(429))
        }
        check(world, limit: 200)
    }

    @Test(
        "A server's token bucket is used up, with few 429s",
        arguments: [
            (20, 1, 64, 20), (20, 2, 8, 50), (200, 10, 64, 20), (200, 200, 64, 20),
            (500, 100, 64, 10),
        ]
            as [(Int, Double, Int, Int64)])
    func tokenBucket(limit: Int, capacity: Double, concurrency: Int, latency: Int64) {
        var server = TokenBucket(perSecond: Double(limit), capacity: capacity)
        let world = RunWorld(options(concurrency: concurrency))
        world.advance(to: 63 * second) { now, _ in
            (latency * millisecond, server.allows(now) ? .status(201) : .status(429))
        }
        check(world, limit: limit)
    }

    @Test("A few 429s at the start are soon forgotten")
    func recovery() {
        let world = RunWorld(options(concurrency: 64))
        var requests = 0
        world.advance(to: 30 * second) { _, _ in
            requests += 1
            return (50 * millisecond, requests <= 3 ? .status(429) : .status(201))
        }
        // 64 at a time for 50 ms each is 1,280 a second.
        #expect(RunWorld.sum(world.accepted, 20..<30) >= 12_000)
    }

    @Test(
        "429s that come at any rate do not keep the rate low",
        arguments: [12, 20, 40, 100, 150, 400])
    func independentOfRate(oneIn: Int) {
        let world = RunWorld(options(concurrency: 64))
        var requests = 0
        world.advance(to: 60 * second) { _, _ in
            requests += 1
            // Three consecutive ones are no chance.
            let isRefused = requests % (3 * oneIn) >= 3 * (oneIn - 1)
            return (50 * millisecond, isRefused ? .status(429) : .status(201))
        }
        // 64 at a time for 50 ms each is 1,280 a second.
        let most = 40 * 1280 * (oneIn - 1) / oneIn
        #expect(RunWorld.sum(world.accepted, 20..<60) * 20 >= most * 19)
    }

    @Test("A server's limit is kept although 429s come at any rate too", arguments: [20, 50])
    func independentAtALimit(oneIn: Int) {
        var server = FixedWindows(perSecond: 300)
        let world = RunWorld(options(concurrency: 64))
        var requests = 0
        world.advance(to: 60 * second) { now, _ in
            requests += 1
            let isRefused = requests.isMultiple(of: oneIn) || !server.allows(now)
            return (20 * millisecond, isRefused ? .status(429) : .status(201))
        }
        let (accepted, refused) = (
            RunWorld.sum(world.accepted, 20..<60), RunWorld.sum(world.refused, 20..<60)
        )
        print("1 in \(oneIn): \(accepted) accepted, \(refused) refused")
        #expect(accepted >= 40 * 300 * 3 / 4)
        #expect(refused * 6 <= accepted)
    }

    @Test(
        "Random 429s from the first responses on do not keep the rate low",
        arguments: [15, 30, 100, 200], [8, 32])
    func byChance(oneIn: Int, concurrency: Int) {
        // The same in every run: a few random sequences are too bad for the limit below.
        var choices = SeededGenerator(seed: 1)
        let rounds = 6
        var accepted = 0
        for _ in 0..<rounds {
            let world = RunWorld(options(concurrency: concurrency))
            // Meanwhile the server slows down to few responses a second, and recovers.
            world.advance(to: 90 * second) { now, _ in
                let latency = (20..<30).contains(now / second) ? 2000 : 20
                return (
                    Int64(latency) * millisecond,
                    Int.random(in: 0..<oneIn, using: &choices) == 0 ? .status(429) : .status(201)
                )
            }
            accepted += RunWorld.sum(world.accepted, 60..<90)
        }
        // 20 ms each.
        let most = rounds * 30 * concurrency * 50
        #expect(accepted >= most / 4, "\(accepted) of \(most)")
    }

    @Test("A limit that is raised is used up within half a minute")
    func raised() {
        var server = FixedWindows(perSecond: 50)
        let world = RunWorld(options(concurrency: 64))
        world.advance(to: 90 * second) { now, _ in
            if now >= 30 * second { server.perSecond = 500 }
            return (20 * millisecond, server.allows(now) ? .status(201) : .status(429))
        }
        check(world, limit: 50, from: 3, seconds: 30)
        check(world, limit: 500, from: 62, seconds: 90)
    }
}
