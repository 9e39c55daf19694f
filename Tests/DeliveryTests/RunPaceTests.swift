import Delivery
import Testing
import TestSupport
import Time

@Suite("Run: Retry-After and the retry budget") struct RunPaceTests {
    /// Starts lines for a second: after a 429, not all of them start at once.
    private func startsInASecond(_ driver: inout RunDriver) -> Set<UInt64> {
        var started: Set<UInt64> = []
        for _ in 1...10 {
            started.formUnion(driver.starts())
            driver.advance(100 * millisecond)
        }
        return started
    }

    @Test("Retry-After pauses its application, and others continue")
    func pausesApplication() {
        var driver = RunDriver()
        driver.admit(1, app: 1)
        _ = driver.starts()
        #expect(driver.end(1, .status(429, retryAfter: 60)) == .retries)
        driver.admit(2, app: 1)
        driver.admit(3, app: 2)
        #expect(driver.starts() == [3])
        driver.advance(60 * second - 1)
        #expect(driver.starts().isEmpty)
        driver.advance(1)
        #expect(startsInASecond(&driver) == [1, 2])
    }

    @Test("Retry-After to a second application in the same time pauses the whole run")
    func pausesRun() {
        var driver = RunDriver()
        driver.admit(1, app: 1)
        driver.admit(2, app: 2)
        _ = driver.starts()
        _ = driver.end(1, .status(429, retryAfter: 60))
        _ = driver.end(2, .status(503, retryAfter: 30))
        driver.admit(3, app: 3)
        #expect(driver.starts().isEmpty)
        #expect(driver.run.waitReason == .retryAfter)
        #expect(driver.run.wake == driver.now.instant.advanced(byNanoseconds: 30 * second))
        driver.advance(30 * second)
        #expect(startsInASecond(&driver) == [2, 3])
    }

    @Test("Retry-After to one application teaches no rate, to a second one it does")
    func teachesNoRate() {
        var driver = RunDriver { $0.concurrency = 1000 }
        driver.admit(1, app: 1)
        driver.admit(2, app: 2)
        _ = driver.starts()
        _ = driver.end(2, .status(201))
        _ = driver.end(1, .status(429, retryAfter: 60))
        driver.admit(lines: 3...40, app: 3)
        #expect(driver.starts() == Array(3...40))
        for line in 3...37 as ClosedRange<UInt64> { _ = driver.end(line, .status(201)) }
        for line in 38...40 as ClosedRange<UInt64> {
            _ = driver.end(line, .status(429, retryAfter: 1))
        }
        driver.advance(second)
        driver.admit(lines: 41...80, app: 4)
        #expect(driver.starts().count < 10)
        #expect(driver.run.waitReason == .learnedRate)
    }

    @Test("Three 429s without Retry-After teach a rate, and two do not")
    func teachesRate() {
        var driver = RunDriver { $0.concurrency = 1000 }
        driver.admit(lines: 1...3, app: 1)
        driver.admit(4, app: 2)
        _ = driver.starts()
        _ = driver.end(4, .status(201))
        for line in 1...2 as ClosedRange<UInt64> { _ = driver.end(line, .status(429)) }
        driver.admit(lines: 5...40, app: 3)
        #expect(driver.starts() == Array(5...40))
        _ = driver.end(3, .status(429))
        driver.admit(lines: 41...80, app: 3)
        #expect(driver.starts().count < 10)
        #expect(driver.run.waitReason == .learnedRate)
    }

    @Test("Retry-After to two applications at different times pauses only them")
    func pausesApart() {
        var driver = RunDriver()
        driver.admit(1, app: 1)
        _ = driver.starts()
        _ = driver.end(1, .status(429, retryAfter: 5))
        driver.advance(6 * second)
        driver.admit(2, app: 2)
        #expect(startsInASecond(&driver) == [1, 2])
        _ = driver.end(2, .status(429, retryAfter: 60))
        driver.admit(3, app: 3)
        #expect(startsInASecond(&driver) == [3])
    }

    @Test("A line waits at least for its Retry-After, in the next process too")
    func lineWaits() {
        var driver = RunDriver()
        driver.admit(1)
        _ = driver.starts()
        _ = driver.end(1, .status(429, retryAfter: 100))
        let history = driver.run.history(slot: 0)
        #expect(history.retryAt == driver.now.wall + 100_000)
        var next = RunDriver()
        next.now.wall = driver.now.wall + 40_000
        next.admit(1, history: history)
        #expect(next.waitForStart(of: 1) == 60 * second)
    }

    @Test("A wall clock that was set back does not make a resumed line wait endlessly")
    func clockSetBack() {
        var history = LineHistory()
        history.begin()
        history.retryAt = .max
        var driver = RunDriver()
        driver.admit(1, history: history)
        let waited = driver.waitForStart(of: 1)
        #expect(waited == driver.run.options.maxRetryAfter)
    }

    @Test("With an empty retry budget retries wait, first attempts continue, and no line fails")
    func budget() {
        var driver = RunDriver { $0.concurrency = 50 }
        // Each line is refused once; an application each, and no circuit: 429 is a sign of life.
        var line: UInt64 = 0
        var refused: Set<UInt64> = []
        var retries = 0
        var attempts = 0
        for _ in 0..<4_000 {
            while driver.run.wantsRecord {
                line += 1
                driver.admit(line, app: line)
            }
            for started in driver.starts() {
                attempts += 1
                if refused.insert(started).inserted {
                    #expect(driver.end(started, .status(408)) == .retries)
                } else {
                    retries += 1
                    #expect(driver.end(started, .status(201)) == .finished(.accepted))
                }
            }
            driver.advance(10 * millisecond)
        }
        let seconds = 40.0
        #expect(Double(retries) <= 50 + seconds + Double(retries) / 10 + 1)
        #expect(retries >= 80)
        #expect(driver.run.counts.failed == 0)
        #expect(driver.run.retries == UInt64(retries))
        #expect(driver.run.attempts == UInt64(attempts))
    }
}
