import Testing
import TestSupport

@testable import Delivery

@Suite("Run: wait reasons") struct WaitReasonTests {
    /// Starts all that may start; returns the reason.
    private func reason(_ driver: inout RunDriver) -> Run.WaitReason {
        _ = driver.steps()
        return driver.run.waitReason
    }

    @Test("The reason of a line's wait for its next attempt is the backoff")
    func backoff() {
        var driver = RunDriver()
        driver.admit(1)
        _ = driver.starts()
        _ = driver.end(1, .status(500))
        #expect(reason(&driver) == .backoff)
    }

    @Test("The reason of all waits is the only application's Retry-After, for later lines too")
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
        // The reason is the same when the new line is blocked.
        #expect(reason(&driver) == .retryAfter)
        driver.advance(5 * second)
        #expect(!driver.starts().isEmpty)
    }

    @Test("The reason of waits for --app-rate and --app-concurrency is the application")
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
        // The others wait for its retry.
        #expect(reason(&single) == .backoff)
    }

    @Test("The reason of a retry's wait for --app-rate is the application, not its backoff")
    func ratedRetry() {
        var driver = RunDriver { $0.appRate = Rate(count: 1, perNanoseconds: 60 * second) }
        driver.admit(1)
        _ = driver.starts()
        _ = driver.end(1, .status(500))
        driver.advance(second)
        #expect(driver.starts().isEmpty)
        #expect(driver.run.waitReason == .application)
        // Asking for the reason does not change the pace.
        #expect(driver.waitForStart(of: 1).map { $0 <= 59 * second } == true)
    }

    @Test("The reason of retries without a token is the retry budget")
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
        // The first retries spent the budget, and few tokens were added since.
        while !driver.starts().isEmpty {}
        #expect(driver.run.waitReason == .retryBudget)
    }

    @Test("The reasons rate, concurrency and outage are distinct")
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
