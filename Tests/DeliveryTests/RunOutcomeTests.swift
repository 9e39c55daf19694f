import Delivery
import Testing
import TestSupport
import Time

@Suite("Run: outcomes") struct RunOutcomeTests {
    static let results: [AttemptResult] = [
        .status(201), .status(400), .status(404), .status(302), .status(429),
        .status(429, retryAfter: 2), .status(503, retryAfter: 1), .status(503), .status(500),
        .status(200, hasID: false), .noConnection, .timeout,
    ]

    private struct Expected: Equatable {
        var resolution: Run.Resolution
        var history = LineHistory()
    }

    /// The contract on outcomes, as a plain function.
    private func expected(
        _ results: [AttemptResult], retries: Int, _ guarantee: DeliveryOptions.Guarantee
    ) -> Expected {
        var expected = Expected(resolution: .retries)
        for (index, result) in results.enumerated() {
            expected.history.attempts += 1
            if expected.history.isUncertain { expected.history.isPossibleDuplicate = true }
            if let status = result.response?.status { expected.history.lastStatus = status }
            let fate = Fate(result)
            if fate == .uncertain { expected.history.isUncertain = true }
            let isUncertain = expected.history.isUncertain
            if fate == .accepted {
                expected.resolution = .finished(.accepted)
                return expected
            }
            if fate == .refused, ![408, 425, 429, 503].contains(result.response?.status ?? 0) {
                expected.resolution = .finished(isUncertain ? .unknown : .rejected)
                return expected
            }
            if fate == .uncertain, guarantee == .atMostOnce {
                expected.resolution = .finished(.unknown)
                return expected
            }
            if index == retries {
                expected.resolution = .finished(isUncertain ? .unknown : .failed)
                return expected
            }
        }
        return expected
    }

    @Test(
        "The outcome of any three attempts follows from their fates",
        arguments: [DeliveryOptions.Guarantee.atLeastOnce, .atMostOnce], [0, 1, 2, 5])
    func table(guarantee: DeliveryOptions.Guarantee, retries: Int) {
        var before = Counts()
        before.accepted = 1
        for first in Self.results {
            for second in Self.results {
                for third in Self.results {
                    let results = [first, second, third]
                    var driver = RunDriver(counts: before) {
                        $0.guarantee = guarantee
                        $0.retries = retries
                    }
                    driver.admit(1)
                    let resolution = driver.deliver(1, results)
                    let history = driver.run.history(slot: 0)
                    let wanted = expected(results, retries: retries, guarantee)
                    #expect(resolution == wanted.resolution, "\(results)")
                    #expect(history.attempts == wanted.history.attempts, "\(results)")
                    #expect(history.lastStatus == wanted.history.lastStatus, "\(results)")
                    #expect(
                        history.isPossibleDuplicate == wanted.history.isPossibleDuplicate,
                        "\(results)")
                    if case .finished(let outcome) = wanted.resolution {
                        #expect(driver.run.counts.total == 2)
                        #expect(
                            driver.run.counts[outcome] == (outcome == .accepted ? 2 : 1))
                    }
                }
            }
        }
    }

    @Test(
        "The status codes that are retried can be replaced",
        arguments: [
            ([429, 503], 429, true), ([429, 503], 408, false), ([404], 404, true),
            ([404], 429, false), ([], 429, false),
        ] as [(Set<Int>, Int, Bool)])
    func retryOn(codes: Set<Int>, status: Int, isRetried: Bool) {
        var driver = RunDriver { $0.retryOn = codes }
        driver.admit(1)
        #expect(driver.starts() == [1])
        let resolution = driver.end(1, .status(status))
        #expect(resolution == (isRetried ? .retries : .finished(.rejected)))
    }

    @Test("A retry waits at most for its backoff, and the wait continues in the next process")
    func backoff() {
        for failures in 1...5 {
            var counts = Counts()
            counts.accepted = 1
            var driver = RunDriver(counts: counts)
            driver.admit(1)
            for attempt in 1...failures {
                #expect(driver.waitForStart(of: 1) != nil)
                #expect(driver.end(1, .status(429)) == .retries)
                #expect(driver.run.history(slot: 0).countedAttempts == attempt)
            }
            let history = driver.run.history(slot: 0)
            let longest = Backoff.ceiling(afterFailures: failures)
            let wait = (history.retryAt ?? 0) - driver.now.wall
            #expect(wait >= 0 && wait <= longest / millisecond)

            var next = RunDriver(counts: counts)
            next.now.wall = driver.now.wall
            next.admit(1, history: history)
            let waited = next.waitForStart(of: 1) ?? -1
            #expect(waited >= wait * millisecond && waited <= longest + millisecond)
        }
    }

    @Test("A line that is uncertain from an earlier process is not sent again under at-most-once")
    func resumeAtMostOnce() {
        var history = LineHistory()
        history.begin()
        history.isUncertain = true
        var once = RunDriver { $0.guarantee = .atMostOnce }
        #expect(once.admit(1, history: history) == .finished(.unknown))
        #expect(once.run.counts.unknown == 1)
        #expect(once.steps().isEmpty)

        var again = RunDriver()
        #expect(again.admit(1, history: history) == .admitted(slot: 0))
        #expect(again.starts() == [1])
        #expect(again.end(1, .status(201)) == .finished(.accepted))
        #expect(again.run.history(slot: 0).isPossibleDuplicate)
        #expect(again.run.history(slot: 0).attempts == 2)
    }

    @Test("Attempts during an outage count against no line")
    func uncounted() {
        var driver = RunDriver { $0.retries = 1 }
        driver.admit(lines: 1...11)
        #expect(driver.starts().count == 11)
        for line in 1...10 as ClosedRange<UInt64> {
            #expect(driver.end(line, .status(500)) == .retries)
            #expect(driver.run.isLastAttemptCounted(slot: Int(line - 1)) == true)
        }
        // The circuit is open; this attempt was in flight.
        #expect(driver.end(11, .status(500)) == .retries)
        #expect(driver.run.isLastAttemptCounted(slot: 10) == false)
        for _ in 0..<50 {
            var started: [UInt64] = []
            while started.isEmpty {
                started = driver.starts()
                if let wake = driver.run.wake, started.isEmpty { driver.advance(to: wake) }
            }
            #expect(started.count == 1)
            #expect(driver.end(started[0], .status(500)) == .retries)
        }
        #expect(driver.run.counts.total == 0)
    }

    @Test("A resume during an outage waits for its end and fails no line")
    func resumeIntoOutage() {
        var counts = Counts()
        counts.accepted = 1
        var driver = RunDriver(counts: counts) { $0.outagePatience = hour }
        driver.admit(lines: 1...100)
        var attempts = 0
        while driver.run.stopCause == nil, attempts < 10_000 {
            for line in driver.starts() {
                attempts += 1
                #expect(driver.end(line, .noConnection) == .retries)
            }
            if let wake = driver.run.wake { driver.advance(to: wake) }
        }
        #expect(driver.run.stopCause == .outage(.connect))
        #expect(driver.run.counts == counts)
        let waited = driver.now.instant.nanoseconds(since: .start)
        #expect(waited >= hour && waited < hour + minute)
    }
}
