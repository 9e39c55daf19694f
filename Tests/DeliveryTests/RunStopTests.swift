import Delivery
import Testing
import TestSupport
import Time

@Suite("Run: stops") struct RunStopTests {
    struct Start: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var accepted: UInt64 = 0
        /// The responses to the first lines, of `apps` applications in turns.
        var results: [AttemptResult]
        var apps: UInt64 = 1000
        var cause: StopCause?
    }

    @Test("Responses that concern every line stop the run, others do not", arguments: starts)
    func causes(start: Start) {
        var counts = Counts()
        counts.accepted = start.accepted
        var driver = RunDriver(counts: counts)
        for (index, result) in start.results.enumerated() {
            let line = UInt64(index + 1)
            driver.admit(line, app: 1 + line % start.apps)
            #expect(driver.starts().contains(line))
            let resolution = driver.end(line, result)
            let isLast = index == start.results.count - 1
            if isLast, start.cause != nil {
                #expect(resolution == .unfinished)
            } else {
                #expect(resolution != .unfinished)
            }
        }
        #expect(driver.run.stopCause == start.cause)
        if start.cause != nil {
            #expect(driver.run.isDone && !driver.run.isFinished)
            #expect(driver.run.wantsRecord == false)
            #expect(driver.steps().isEmpty)
        }
    }

    @Test(
        "A server that never responds stops the run after the first line's retries",
        arguments: [AttemptResult.noConnection, .timeout], [0, 2, 5])
    func unreachable(result: AttemptResult, retries: Int) {
        var driver = RunDriver { $0.retries = retries }
        driver.admit(1)
        let resolution = driver.deliver(1, Array(repeating: result, count: retries + 1))
        #expect(resolution == .unfinished)
        #expect(driver.run.stopCause == result.failure.map { .unreachable($0) })
        #expect(driver.run.isLastAttemptCounted(slot: 0) == false)
        #expect(driver.run.counts.total == 0)
    }

    @Test("The retries of other lines than the first do not stop the run")
    func unreachableByTheFirst() {
        var driver = RunDriver { $0.retries = 2 }
        driver.admit(1)
        driver.admit(2)
        #expect(driver.starts() == [1, 2])
        #expect(driver.end(2, .noConnection) == .retries)
        #expect(driver.deliver(2, Array(repeating: .noConnection, count: 9)) == .retries)
        #expect(driver.run.stopCause == nil)
        #expect(driver.end(1, .noConnection) == .retries)
        #expect(driver.deliver(1, Array(repeating: .noConnection, count: 2)) == .unfinished)
        #expect(driver.run.stopCause == .unreachable(.connect))
    }

    @Test("A server that never responds stops an at-most-once run after one unknown line")
    func unreachableAtMostOnce() {
        var driver = RunDriver { $0.guarantee = .atMostOnce }
        driver.admit(1)
        #expect(driver.starts() == [1])
        #expect(driver.end(1, .timeout) == .finished(.unknown))
        driver.admit(2)
        #expect(driver.starts().isEmpty)
        #expect(driver.run.stopCause == .unreachable(.timeout))
    }

    @Test(
        "A line without attempts left waits for the first response of the requests in flight",
        arguments: [AttemptResult.timeout, .noConnection])
    func responseInFlight(failure: AttemptResult) {
        var driver = RunDriver { $0.retries = 0 }
        driver.admit(lines: 1...3)
        #expect(driver.starts() == [1, 2, 3])
        #expect(driver.end(1, failure) == .retries)
        driver.admit(4)
        #expect(driver.starts().isEmpty)
        #expect(driver.run.waitReason == .outage)
        #expect(driver.end(2, failure) == .retries)
        #expect(driver.end(3, .status(201)) == .finished(.accepted))
        #expect(driver.starts() == [4])
        #expect(driver.deliver(1, [.status(201)]) == .finished(.accepted))
        #expect(driver.run.stopCause == nil)
        #expect(driver.run.counts.accepted == 2)
    }

    @Test("A line that had arrived in an earlier run is no sign of the server")
    func arrivedBefore() {
        var driver = RunDriver { $0.retries = 0 }
        driver.run.recordArrived()
        driver.admit(1)
        #expect(driver.starts() == [1])
        #expect(driver.end(1, .timeout) == .unfinished)
        #expect(driver.run.stopCause == .unreachable(.timeout))
        #expect(driver.run.counts.accepted == 1)
    }

    @Test("If the requests in flight fail too, the run stops, and no line has an outcome")
    func noResponseInFlight() {
        var driver = RunDriver { $0.retries = 0 }
        driver.admit(lines: 1...3)
        #expect(driver.starts() == [1, 2, 3])
        #expect(driver.end(1, .timeout) == .retries)
        #expect(driver.end(2, .timeout) == .retries)
        #expect(driver.end(3, .timeout) == .unfinished)
        #expect(driver.run.stopCause == .unreachable(.timeout))
        #expect(driver.run.isDone == true)
        #expect(driver.run.counts.total == 0)
    }

    @Test("A run whose last line ended unknown without a response is finished")
    func unreachableAtTheEnd() {
        var driver = RunDriver { $0.guarantee = .atMostOnce }
        driver.admit(1)
        driver.run.recordInputEnd()
        #expect(driver.starts() == [1])
        #expect(driver.end(1, .timeout) == .finished(.unknown))
        #expect(driver.starts().isEmpty)
        let isFinished = driver.run.isFinished
        #expect(isFinished)
    }

    @Test("--max-errors stops the run at its count, and requests in flight still end")
    func maxErrors() {
        var driver = RunDriver { $0.maxErrors = .count(3) }
        driver.admit(lines: 1...10)
        #expect(driver.starts().count == 10)
        for line in 1...3 as ClosedRange<UInt64> { _ = driver.end(line, .status(400)) }
        #expect(driver.steps().isEmpty)
        #expect(driver.run.stopCause == .maxErrors)
        #expect(driver.run.isDone == false)
        for line in 4...10 as ClosedRange<UInt64> {
            #expect(driver.end(line, .status(201)) == .finished(.accepted))
        }
        #expect(driver.run.isDone == true)
    }

    @Test(
        "--max-errors as a percentage stops the run from a thousand lines on",
        arguments: [(999, 999, false), (1000, 49, false), (1000, 50, true), (2000, 99, false)])
    func maxErrorsPercent(finished: Int, errors: Int, stops: Bool) {
        var driver = RunDriver { $0.maxErrors = .percent(5) }
        driver.admit(0)
        for line in 1...UInt64(finished) {
            driver.admit(line, app: 1 + line)
            _ = driver.starts()
            _ = driver.end(line, line > UInt64(finished - errors) ? .status(400) : .status(201))
        }
        _ = driver.steps()
        #expect((driver.run.stopCause == .maxErrors) == stops)
    }

    @Test("Errors on the very last lines leave the run finished, not stopped")
    func lastErrors() {
        var driver = RunDriver { $0.maxErrors = .count(1) }
        driver.admit(1)
        driver.run.recordInputEnd()
        _ = driver.starts()
        _ = driver.end(1, .status(400))
        _ = driver.steps()
        #expect(driver.run.stopCause == nil)
        #expect(driver.run.isFinished == true)
    }

    @Test("--max-duration wakes the run and stops it")
    func maxDuration() {
        var driver = RunDriver { $0.maxDuration = minute }
        driver.admit(1)
        #expect(driver.starts() == [1])
        #expect(driver.run.wake == .start.advanced(byNanoseconds: minute))
        driver.advance(minute - 1)
        _ = driver.steps()
        #expect(driver.run.stopCause == nil)
        driver.advance(1)
        _ = driver.steps()
        #expect(driver.run.stopCause == .maxDuration)
    }

    @Test("--limit counts invalid lines too")
    func limit() {
        var driver = RunDriver { $0.limit = 3 }
        driver.run.recordInvalid()
        driver.admit(lines: 2...3)
        #expect(driver.run.wantsRecord == false)
        #expect(driver.starts() == [2, 3])
        _ = driver.end(2, .status(201))
        _ = driver.steps()
        #expect(driver.run.stopCause == nil)
        _ = driver.end(3, .status(201))
        _ = driver.steps()
        #expect(driver.run.stopCause == .limit)
    }

    @Test("After a signal requests in flight may end within the grace")
    func grace() {
        var driver = RunDriver { $0.grace = 20 * second }
        driver.admit(lines: 1...3)
        #expect(driver.starts().count == 3)
        driver.admit(4)
        driver.run.stop(.signal(15), now: driver.now.instant)
        #expect(driver.steps().isEmpty)
        #expect(driver.run.wake == driver.now.instant.advanced(byNanoseconds: 20 * second))
        #expect(driver.end(1, .status(201)) == .finished(.accepted))
        #expect(driver.end(2, .status(429)) == .unfinished)
        #expect(driver.run.isDone == false)
        #expect(driver.run.shouldAbort(now: driver.now.instant) == false)
        driver.advance(20 * second)
        #expect(driver.run.shouldAbort(now: driver.now.instant) == true)
        #expect(driver.end(3, .aborted) == .unfinished)
        #expect(driver.run.isDone && !driver.run.isFinished)
        #expect(driver.run.history(slot: 2).isUncertain)
    }

    @Test("The first cause of a stop is kept, unless a storage failure replaces it")
    func causesOrder() {
        var driver = RunDriver()
        driver.admit(1)
        _ = driver.starts()
        driver.run.stop(.signal(2), now: driver.now.instant)
        driver.run.stop(.maxErrors, now: driver.now.instant)
        #expect(driver.run.stopCause == .signal(2))
        driver.run.endGrace(now: driver.now.instant)
        #expect(driver.run.shouldAbort(now: driver.now.instant) == true)

        var full = RunDriver()
        full.admit(1)
        _ = full.starts()
        full.run.stop(.signal(2), now: full.now.instant)
        #expect(full.run.shouldAbort(now: full.now.instant) == false)
        full.run.stop(.storage, now: full.now.instant)
        #expect(full.run.stopCause == .storage)
        #expect(full.run.shouldAbort(now: full.now.instant) == true)
    }

    @Test(
        "An aborted attempt whose response has a complete head has the outcome of the head",
        arguments: [(201, Outcome.accepted), (404, .rejected)])
    func abortedAfterHead(status: Int, outcome: Outcome) {
        var driver = RunDriver()
        driver.admit(1)
        _ = driver.starts()
        driver.run.stop(.signal(15), now: driver.now.instant)
        var result = AttemptResult.status(status, isComplete: false)
        result.failure = .aborted
        #expect(driver.end(1, result) == .finished(outcome))
    }

    @Test(
        "An aborted attempt is uncertain only if a byte of it may have left",
        arguments: [
            (DeliveryOptions.Guarantee.atLeastOnce, true, Run.Resolution.unfinished),
            (.atLeastOnce, false, .unfinished), (.atMostOnce, true, .finished(.unknown)),
            (.atMostOnce, false, .unfinished),
        ])
    func aborts(
        guarantee: DeliveryOptions.Guarantee, began: Bool, resolution: Run.Resolution
    ) {
        var driver = RunDriver { $0.guarantee = guarantee }
        driver.admit(1)
        _ = driver.starts()
        driver.run.stop(.signal(15), now: driver.now.instant)
        #expect(driver.end(1, began ? .aborted : .abortedUnsent) == resolution)
        #expect(driver.run.history(slot: 0).isUncertain == began)
        #expect(driver.run.history(slot: 0).countedAttempts == 0)
        #expect(driver.run.isLastAttemptCounted(slot: 0) == false)
    }
}
