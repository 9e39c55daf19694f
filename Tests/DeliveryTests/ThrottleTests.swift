import Testing
import TestSupport
import Time

@testable import Delivery

@Suite("Throttle") struct ThrottleTests {
    /// A throttle whose attempts start and end at `now`, each of a line of its own.
    private struct Driver {
        var throttle: Throttle
        var now = Instant.start
        private var random = SplitMix64(seed: 1)
        private var line: UInt64 = 0

        init(hasSeenServer: Bool = true, _ set: (inout DeliveryOptions) -> Void = { _ in }) {
            var options = DeliveryOptions()
            set(&options)
            throttle = Throttle(options: options, hasSeenServer: hasSeenServer, now: now)
        }

        mutating func advance(_ nanoseconds: Int64) {
            now = now.advanced(byNanoseconds: nanoseconds)
        }

        mutating func start(isRetry: Bool = false, isUncertain: Bool = false) {
            line += 1
            throttle.recordStart(
                of: LineID(file: 1, line: line), isRetry: isRetry, isUncertain: isUncertain,
                now: now)
        }

        /// Ends the attempt that started last; returns whether it counts.
        @discardableResult
        mutating func end(_ result: AttemptResult, app: Int = 1) -> Bool {
            let attempt = Throttle.Attempt(
                line: LineID(file: 1, line: line), app: app, startedAt: now, inFlight: 1)
            return throttle.recordEnd(
                of: attempt, result, fate: Fate(result), now: now, random: &random)
        }

        mutating func attempt(_ result: AttemptResult, app: Int = 1) -> Bool {
            start()
            return end(result, app: app)
        }
    }

    @Test("Nothing delays a start without a rate, a response or a request in flight")
    func nothing() {
        var driver = Driver()
        #expect(driver.throttle.delay(inFlight: 0, now: driver.now) == nil)
        #expect(driver.throttle.requestStart(now: driver.now) == nil)
        #expect(driver.throttle.retryDelay(isUncertain: true, now: driver.now) == nil)
    }

    @Test("A start waits while the maximum of requests is in flight, until one ends")
    func concurrency() {
        let driver = Driver { $0.concurrency = 3 }
        #expect(driver.throttle.maxInFlight == 3)
        #expect(driver.throttle.delay(inFlight: 2, now: driver.now) == nil)
        let delay = driver.throttle.delay(inFlight: 3, now: driver.now)
        #expect(delay == Throttle.Delay(reason: .concurrency))
    }

    @Test("The rate delays a start until the next one conforms")
    func rate() {
        var driver = Driver { $0.rate = Rate(count: 1, perNanoseconds: minute) }
        #expect(driver.throttle.requestStart(now: driver.now) == nil)
        driver.start()
        let delay = driver.throttle.requestStart(now: driver.now)
        let next = driver.now.advanced(byNanoseconds: minute)
        #expect(delay == Throttle.Delay(reason: .rate, until: next))
        driver.now = next
        #expect(driver.throttle.requestStart(now: driver.now) == nil)
    }

    @Test("429s teach a rate, which delays the next start")
    func learnedRate() {
        var driver = Driver()
        for _ in 1...3 { _ = driver.attempt(.status(429)) }
        #expect(driver.throttle.requestStart(now: driver.now) == nil)
        for _ in 1...2 { driver.start() }
        let delay = driver.throttle.requestStart(now: driver.now)
        #expect(delay?.reason == .learnedRate)
        #expect(delay?.until.map { $0 > driver.now } == true)
    }

    @Test("An application that must wait alone teaches no rate, unless another waits too")
    func waitsAlone() {
        for isAlone in [true, false] {
            var driver = Driver()
            _ = driver.attempt(.status(201), app: 2)
            if !isAlone {
                let end = driver.now.advanced(byNanoseconds: minute)
                driver.throttle.pause(app: 3, until: end, now: driver.now)
            }
            for _ in 1...3 { _ = driver.attempt(.status(429, retryAfter: 60), app: 1) }
            for _ in 1...2 { driver.start() }
            let delay = driver.throttle.requestStart(now: driver.now)
            #expect(delay?.reason == (isAlone ? nil : .learnedRate))
        }
    }

    @Test("Retries wait for the budget when its tokens are spent, first attempts do not")
    func budget() {
        var driver = Driver { $0.concurrency = 1 }
        for _ in 0..<RetryBudget.minCapacity {
            #expect(driver.throttle.retryDelay(isUncertain: false, now: driver.now) == nil)
            driver.start(isRetry: true)
        }
        let delay = driver.throttle.retryDelay(isUncertain: false, now: driver.now)
        let next = driver.now.advanced(byNanoseconds: second)
        #expect(delay == Throttle.Delay(reason: .retryBudget, until: next))
        driver.start()
        #expect(driver.throttle.retryDelay(isUncertain: false, now: next) == nil)
    }

    @Test("A retry needs no token while no byte has reached a server")
    func neverReached() {
        var driver = Driver(hasSeenServer: false) { $0.concurrency = 1 }
        for _ in 0..<1_000 { driver.start(isRetry: true) }
        #expect(driver.throttle.retryDelay(isUncertain: false, now: driver.now) == nil)
        #expect(!driver.throttle.hasSeenServer)
        _ = driver.attempt(.status(400))
        #expect(driver.throttle.hasSeenServer)
    }

    @Test("An open circuit lets one probe start at a time, whose end counts against no line")
    func circuit() {
        var driver = Driver()
        var counts: [Bool] = []
        for _ in 1...Circuit.unavailableThreshold { counts.append(driver.attempt(.noConnection)) }
        #expect(counts.allSatisfy { $0 })
        #expect(driver.throttle.outageSince == driver.now)
        let delay = driver.throttle.delay(inFlight: 0, now: driver.now)
        #expect(delay?.reason == .outage)

        driver.now = delay?.until ?? driver.now
        #expect(driver.throttle.delay(inFlight: 0, now: driver.now) == nil)
        driver.start(isRetry: true)
        #expect(
            driver.throttle.delay(inFlight: 0, now: driver.now)
                == Throttle.Delay(reason: .outage))
        #expect(driver.throttle.prefersFirstAttempt)
        #expect(driver.end(.status(201)) == false)
        #expect(driver.throttle.outageSince == nil)
        #expect(driver.throttle.delay(inFlight: 0, now: driver.now) == nil)
        #expect(!driver.throttle.prefersFirstAttempt)
    }

    @Test("A probe that was aborted makes room for another one")
    func abortedProbe() {
        var driver = Driver()
        for _ in 1...Circuit.unavailableThreshold { _ = driver.attempt(.noConnection) }
        driver.advance(minute)
        driver.start()
        #expect(driver.throttle.delay(inFlight: 0, now: driver.now) != nil)
        driver.throttle.recordAborted(LineID(file: 1, line: 6))
        #expect(driver.throttle.delay(inFlight: 0, now: driver.now) == nil)
    }

    @Test("A second application that must wait in the same time pauses the whole run")
    func pause() {
        var driver = Driver()
        let ends = [60, 30, 90].map { driver.now.advanced(byNanoseconds: $0 * second) }
        driver.throttle.pause(app: 1, until: ends[0], now: driver.now)
        #expect(driver.throttle.delay(inFlight: 0, now: driver.now) == nil)
        driver.throttle.pause(app: 2, until: ends[1], now: driver.now)
        let delay = driver.throttle.delay(inFlight: 0, now: driver.now)
        #expect(delay == Throttle.Delay(reason: .retryAfter, until: ends[1]))
        // The same application again does not pause the run for longer.
        driver.throttle.pause(app: 1, until: ends[2], now: driver.now)
        #expect(driver.throttle.delay(inFlight: 0, now: ends[1]) == nil)
    }
}
