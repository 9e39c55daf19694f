import Delivery
import Testing
import TestSupport
import Time

/// A run whose server is not there when it starts.
@Suite("Start patience") struct StartPatienceTests {
    private static func unsent(_ failure: TransportFailure) -> AttemptResult {
        AttemptResult(requestBegan: false, failure: failure)
    }

    /// What a server that is not there yet looks like, of the API or of the proxy.
    static let absences = [unsent(.dns), unsent(.connect), unsent(.connectTimeout)]

    private func options(_ set: (inout DeliveryOptions) -> Void = { _ in }) -> DeliveryOptions {
        var options = DeliveryOptions()
        options.startPatience = 120 * second
        set(&options)
        return options
    }

    private func driver(_ set: (inout DeliveryOptions) -> Void = { _ in }) -> RunDriver {
        let options = options(set)
        return RunDriver { $0 = options }
    }

    @Test(
        "A server that comes within the patience gets every line, after few single attempts",
        arguments: absences, [0, 5])
    func late(absence: AttemptResult, retries: Int) {
        let world = RunWorld(lines: 1_000, options { $0.retries = retries })
        var firstFailure = Int64.max
        world.advance(to: hour) { now, inFlight in
            if now >= 100 * second { return (20 * millisecond, .status(201)) }
            #expect(now < firstFailure || inFlight == 1)
            firstFailure = min(firstFailure, now + 10 * millisecond)
            return (10 * millisecond, absence)
        }
        #expect(world.run.isFinished == true)
        #expect(world.run.counts.accepted == 1_000)
        #expect(RunWorld.sum(world.starts, 0..<100) < 64 + 40)
        #expect(world.clock >= 100 * second && world.clock < 150 * second)
    }

    @Test(
        "A server that does not come stops the run at the end of the patience, and fails no line",
        arguments: absences)
    func absent(absence: AttemptResult) {
        let world = RunWorld(lines: 1_000, options())
        world.advance(to: hour) { _, _ in (10 * millisecond, absence) }
        #expect(world.run.stopCause == absence.failure.map { .unreachable($0) })
        #expect(world.clock >= 120 * second && world.clock < 122 * second)
        #expect(world.run.counts.total == 0)
        #expect(world.run.isDone == true)
    }

    @Test("Attempts that find no server do not count against the retries", arguments: absences)
    func uncounted(absence: AttemptResult) {
        var driver = driver { $0.retries = 0 }
        driver.admit(1)
        #expect(driver.deliver(1, Array(repeating: absence, count: 5)) == .retries)
        #expect(driver.run.history(slot: 0).attempts == 5)
        #expect(driver.run.history(slot: 0).countedAttempts == 0)
        #expect(driver.run.isLastAttemptCounted(slot: 0) == false)
        #expect(driver.run.awaitsServer == true)
    }

    @Test("Without the patience, a name that does not resolve stops the run at once")
    func none() {
        var driver = driver { $0.startPatience = 0 }
        driver.admit(1)
        #expect(driver.deliver(1, [Self.unsent(.dns)]) == .unfinished)
        #expect(driver.run.stopCause == .unreachable(.dns))
    }

    @Test(
        "An answer that needs a person stops a waiting run at once",
        arguments: [
            (unsent(.certificate), StopCause.unreachable(.certificate)),
            (unsent(.proxyAuthentication), .proxyAuthentication),
            (.status(401), .unauthorized), (.status(403), .forbidden),
            (.status(407), .proxyAuthentication),
        ])
    func wrong(result: AttemptResult, cause: StopCause) {
        var driver = driver()
        driver.admit(1)
        #expect(driver.deliver(1, [Self.absences[1], result]) == .unfinished)
        #expect(driver.run.stopCause == cause)
    }

    @Test(
        "A server that is found and does not respond stops the run after the first line's retries",
        arguments: [
            unsent(.tls), .timeout, AttemptResult(requestBegan: true, failure: .malformedResponse),
        ])
    func mute(result: AttemptResult) {
        for start in [[], [Self.absences[1]]] {
            var driver = driver { $0.retries = 2 }
            driver.admit(1)
            let resolution = driver.deliver(1, start + Array(repeating: result, count: 4))
            #expect(resolution == .unfinished)
            #expect(driver.run.stopCause == result.failure.map { .unreachable($0) })
            #expect(driver.now.instant < .start.advanced(byNanoseconds: 10 * second))
        }
    }

    @Test("A server that is found and lost again is waited for no longer than the patience")
    func flapping() {
        let world = RunWorld(lines: 1_000, options { $0.retries = 100 })
        var count = 0
        world.advance(to: hour) { _, _ in
            count += 1
            return (10 * millisecond, count.isMultiple(of: 2) ? .timeout : .noConnection)
        }
        #expect(world.run.stopCause != nil)
        #expect(world.clock < 122 * second)
        #expect(world.run.counts.total == 0)
    }

    @Test("A server that comes with a 503 and is lost again is an outage", arguments: absences)
    func outage(absence: AttemptResult) {
        var driver = driver()
        driver.admit(1)
        let results = [absence, .status(503)] + Array(repeating: absence, count: 40)
        #expect(driver.deliver(1, results) == .retries)
        #expect(driver.run.stopCause == nil)
        #expect(driver.now.instant > .start.advanced(byNanoseconds: 120 * second))
        #expect(driver.run.awaitsServer == false)
    }

    @Test(
        "After a pause longer than the patience a probe decides whether the run stops",
        arguments: [(AttemptResult.status(201), nil), (absences[0], StopCause.unreachable(.dns))])
    func paused(probe: AttemptResult, cause: StopCause?) {
        var driver = driver()
        driver.admit(lines: 1...2)
        for line in driver.starts() { _ = driver.end(line, Self.absences[0]) }
        driver.advance(hour)
        let probes = driver.starts()
        #expect(driver.run.stopCause == nil)
        #expect(probes.count == 1)
        for line in probes { _ = driver.end(line, probe) }
        _ = driver.steps()
        #expect(driver.run.stopCause == cause)
    }

    @Test("A signal and --max-duration end the wait")
    func ends() {
        for byDuration in [false, true] {
            var driver = driver { $0.maxDuration = byDuration ? 60 * second : nil }
            driver.admit(1)
            #expect(driver.deliver(1, [Self.absences[1]]) == .retries)
            if byDuration {
                driver.advance(60 * second)
            } else {
                driver.run.stop(.signal(15), now: driver.now.instant)
            }
            #expect(driver.starts().isEmpty)
            #expect(driver.run.stopCause == (byDuration ? .maxDuration : .signal(15)))
            #expect(driver.run.isDone == true)
        }
    }
}
