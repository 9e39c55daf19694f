import Delivery
import Testing
import TestSupport

/// A run through outages of the whole server.
@Suite("Outage") struct OutageTests {
    private func options(_ set: (inout DeliveryOptions) -> Void) -> DeliveryOptions {
        var options = DeliveryOptions()
        set(&options)
        return options
    }

    static let failures: [AttemptResult] = [
        .status(503), .status(503, retryAfter: 1), .status(502), .noConnection,
    ]

    @Test(
        "A minute of failures costs few retries, and the rate recovers soon after",
        arguments: failures, [64, 1_000])
    func minute(failure: AttemptResult, concurrency: Int) {
        let world = RunWorld(
            lines: 20_000,
            options {
                $0.concurrency = concurrency
                $0.rate = Rate(count: 150, perNanoseconds: second)
            })
        world.advance(to: 1_000 * second) { now, _ in
            let isDown = (10 * second..<70 * second).contains(now)
            return (20 * millisecond, isDown ? failure : .status(201))
        }
        // Its probes included.
        let retries = RunWorld.sum(world.retries, 10..<70)
        #expect(retries <= 50 + 60 + RunWorld.sum(world.starts, 0..<70) / 10)
        #expect(RunWorld.sum(world.starts, 15..<70) < 150)
        #expect(RunWorld.sum(world.accepted, 100..<110) >= 1_470)
        #expect(world.run.isFinished == true)
        #expect(world.run.counts.accepted == 20_000)
        #expect(world.run.counts.total == 20_000)
    }

    @Test("An outage of an hour delays lines and fails none", arguments: failures)
    func hour(failure: AttemptResult) {
        let world = RunWorld(lines: 10_000, options { $0.retries = 2 })
        world.advance(to: 10 * 3600 * second) { now, _ in
            let isDown = (second..<3601 * second).contains(now)
            return (50 * millisecond, isDown ? failure : .status(201))
        }
        #expect(world.run.isFinished == true)
        #expect(world.run.counts.accepted == 10_000)
        #expect(RunWorld.sum(world.starts, 60..<3600) < 1_000)
        #expect(RunWorld.sum(world.accepted, 3601..<3640) > 7_500)
    }

    @Test("An outage that outlasts the patience stops the run, and fails no line")
    func patience() {
        let world = RunWorld(lines: 20_000, options { $0.outagePatience = 600 * second })
        world.advance(to: 10 * 3600 * second) { now, _ in
            (50 * millisecond, now < second ? .status(201) : .status(502))
        }
        #expect(world.run.stopCause == .outage(nil))
        #expect(world.clock >= 600 * second && world.clock < 640 * second)
        #expect(world.run.counts.total == world.run.counts.accepted)
    }

    @Test(
        "After a pause longer than the patience a probe decides whether the run stops",
        arguments: [(AttemptResult.status(201), nil), (.noConnection, StopCause.outage(.connect))])
    func paused(probe: AttemptResult, cause: StopCause?) throws {
        var counts = Counts()
        counts.accepted = 1
        var driver = RunDriver(counts: counts) { $0.outagePatience = 60 * second }
        driver.admit(lines: 1...10)
        for line in driver.starts() { _ = driver.end(line, .noConnection) }
        driver.admit(11)
        driver.advance(3600 * second)
        let probes = driver.starts()
        #expect(driver.run.stopCause == nil)
        try #require(probes.count == 1)
        _ = driver.end(probes[0], probe)
        _ = driver.steps()
        #expect(driver.run.stopCause == cause)
    }

    @Test("Consecutive lines that always fail do not hold up the others")
    func poisonedStretch() {
        let world = RunWorld(lines: 5_000, options { $0.concurrency = 4 })
        var index = 0
        // After a hundred requests, lines on which the server fails every time follow each other.
        var poisoned = 0
        world.advance(to: 3_600 * second) { _, _ in
            index += 1
            if index > 100, poisoned < 60, index % 2 == 0 || index < 140 {
                poisoned += 1
                return (5 * millisecond, .status(500))
            }
            return (5 * millisecond, .status(201))
        }
        #expect(world.run.isFinished == true)
        #expect(world.clock < 300 * second)
    }

    @Test("Retries stay within the budget for any share of failures", arguments: [2, 5, 10, 50])
    func share(percent: UInt64) {
        let seed = TestSeed.next()
        var random = SplitMix64(seed: seed)
        let world = RunWorld(
            options {
                $0.concurrency = 32
                // With six attempts a line would fail in one of ten runs.
                $0.retries = 50
            })
        world.advance(to: 30 * second) { _, _ in
            let fails = random.next(upTo: 99) < percent
            // A refusal does not open the circuit, whose probes need no budget.
            return (10 * millisecond, fails ? .status(408) : .status(201))
        }
        let retries = RunWorld.sum(world.retries, 0..<30)
        let accepted = RunWorld.sum(world.accepted, 0..<30)
        #expect(retries <= 50 + 31 + accepted / 10, "seed \(seed)")
        #expect(world.run.counts.total == world.run.counts.accepted, "seed \(seed)")
    }
}
