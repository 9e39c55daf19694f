import Testing

@testable import Delivery

@Suite("Why nothing starts") struct WaitReasonTests {
    /// The reason, after all that can start has started.
    private func reason(_ driver: inout RunDriver) -> Run.WaitReason {
        _ = driver.steps()
        return driver.run.waitReason
    }

    @Test("a line in its backoff waits for its next attempt")
    func backoff() {
        var driver = RunDriver()
        driver.admit(1)
        _ = driver.starts()
        _ = driver.end(1, .status(500))
        #expect(reason(&driver) == .backoff)
    }

    @Test("the only application's Retry-After is what all wait for, its later lines too")
    func retryAfter() {
        var driver = RunDriver()
        driver.admit(lines: 1...3)
        #expect(driver.starts() == [1, 2, 3])
        #expect(driver.run.waitReason == .nothing)
        _ = driver.end(1, .status(429, retryAfter: 5))
        _ = driver.end(2, .status(201))
        _ = driver.end(3, .status(201))
        #expect(reason(&driver) == .retryAfter)
        driver.admit(4)
        #expect(reason(&driver) == .retryAfter)
        // And again, now that the new line is put aside.
        #expect(reason(&driver) == .retryAfter)
        driver.advance(5 * second)
        #expect(!driver.starts().isEmpty)
    }

    @Test("--app-rate and --app-concurrency hold back an application's lines")
    func application() {
        var rated = RunDriver { $0.appRate = Rate(count: 1, perNanoseconds: second) }
        rated.admit(lines: 1...3)
        #expect(rated.starts() == [1])
        #expect(rated.run.waitReason == .application)
        _ = rated.end(1, .status(201))
        #expect(reason(&rated) == .application)

        var single = RunDriver { $0.appConcurrency = 1 }
        single.admit(lines: 1...3)
        #expect(single.starts() == [1])
        #expect(reason(&single) == .application)
        _ = single.end(1, .status(500))
        // Its retry is what the others wait for, in turn.
        #expect(reason(&single) == .backoff)
    }

    @Test("a retry that its application's rate holds back waits for that, not for its backoff")
    func ratedRetry() {
        var driver = RunDriver { $0.appRate = Rate(count: 1, perNanoseconds: 60 * second) }
        driver.admit(1)
        _ = driver.starts()
        _ = driver.end(1, .status(500))
        driver.advance(second)
        #expect(driver.starts().isEmpty)
        #expect(driver.run.waitReason == .application)
        // Asking why takes nothing from the rate.
        #expect(driver.waitForStart(of: 1).map { $0 <= 59 * second } == true)
    }

    @Test("an empty retry budget is told apart from the waits that are over")
    func retryBudget() {
        var driver = RunDriver { $0.concurrency = 50 }
        driver.admit(lines: 1...50)
        for _ in 1...2 {
            while driver.run.inFlight < 50 {
                _ = driver.starts()
                driver.advance(millisecond)
            }
            for line in 1...50 as ClosedRange<UInt64> { _ = driver.end(line, .status(408)) }
        }
        driver.advance(500 * millisecond)
        // The first retries took what the budget held, and little has come in since.
        while !driver.starts().isEmpty {}
        #expect(driver.run.waitReason == .retryBudget)
    }

    @Test("the rate, the server's own limit and an outage are told apart")
    func wholeRun() {
        var rated = RunDriver { $0.rate = Rate(count: 1, perNanoseconds: second) }
        rated.admit(lines: 1...2)
        #expect(rated.starts() == [1])
        #expect(rated.run.waitReason == .rate)

        var down = RunDriver { $0.concurrency = 10 }
        down.admit(lines: 1...20)
        #expect(down.starts().count == 10)
        #expect(down.run.waitReason == .concurrency)
        _ = down.end(1, .status(201))
        for line in 2...10 as ClosedRange<UInt64> { _ = down.end(line, .status(503)) }
        #expect(reason(&down) == .outage)
    }
}
