import Delivery
import Testing
import TestSupport
import Time

@Suite("Circuit") struct CircuitTests {
    private struct Driver {
        var circuit: Circuit
        var random = SplitMix64(seed: 1)
        var now = Instant.start

        init(hasSeenServer: Bool = true) { circuit = Circuit(hasSeenServer: hasSeenServer) }

        mutating func end(_ line: UInt64, _ result: AttemptResult) {
            let fate = Fate(result)
            let isAlive =
                fate == .accepted || (fate == .refused && result.response?.status != 503)
            circuit.recordEnd(
                of: LineID(file: 1, line: line), isAlive: isAlive, result: result, now: now,
                random: &random)
        }

        mutating func probe(_ line: UInt64, _ result: AttemptResult) {
            now = max(now, circuit.nextProbe)
            #expect(circuit.allowsStart(now: now))
            circuit.recordStart(of: LineID(file: 1, line: line))
            end(line, result)
        }
    }

    @Test(
        "Five consecutive attempts without a connection or with a 503 open the circuit",
        arguments: [AttemptResult.noConnection, .status(503), .status(503, retryAfter: 1)])
    func unavailable(result: AttemptResult) {
        var driver = Driver()
        for _ in 0..<4 { driver.end(1, result) }
        #expect(!driver.circuit.isOpen)
        driver.end(1, result)
        #expect(driver.circuit.isOpen)
        #expect(driver.circuit.openSince == .start)
    }

    @Test("An open circuit has the connect failure of the last probe, nil after a response")
    func connectFailure() {
        var driver = Driver()
        for _ in 0..<5 { driver.end(1, .noConnection) }
        #expect(driver.circuit.connectFailure == .connect)
        driver.probe(1, AttemptResult(requestBegan: false, failure: .dns))
        #expect(driver.circuit.connectFailure == .dns)
        driver.probe(2, .status(503))
        #expect(driver.circuit.isOpen && driver.circuit.connectFailure == nil)
        driver.probe(3, .noConnection)
        driver.probe(4, .timeout)
        #expect(driver.circuit.connectFailure == nil)
    }

    @Test(
        "Ten failed lines without a sign of life open the circuit", arguments: [500, 502, 504, 200])
    func lines(status: Int) {
        var driver = Driver()
        for line in 1...9 { driver.end(UInt64(line), .status(status, hasID: false)) }
        #expect(!driver.circuit.isOpen)
        driver.end(10, .status(status, hasID: false))
        #expect(driver.circuit.isOpen)
    }

    @Test("Up to nine lines that always fail never open the circuit", arguments: [1, 2, 9])
    func poisoned(lines: UInt64) {
        var driver = Driver()
        for attempt in 0..<200 { driver.end(UInt64(attempt) % lines, .status(500)) }
        #expect(!driver.circuit.isOpen)
    }

    @Test(
        "A sign of life between failures resets the circuit's counts",
        arguments: [AttemptResult.status(201), .status(400), .status(404), .status(429)])
    func life(result: AttemptResult) {
        var driver = Driver()
        for line in 1...9 { driver.end(UInt64(line), .status(502)) }
        driver.end(100, result)
        for line in 11...19 { driver.end(UInt64(line), .status(502)) }
        #expect(!driver.circuit.isOpen)
        for _ in 0..<4 { driver.end(1, .noConnection) }
        #expect(driver.circuit.isOpen)
    }

    @Test("A server that never responded does not open the circuit")
    func neverSeen() {
        var driver = Driver(hasSeenServer: false)
        for line in 1...100 { driver.end(UInt64(line), .noConnection) }
        #expect(!driver.circuit.isOpen)
        driver.end(101, .status(500))
        #expect(driver.circuit.hasSeenServer)
        #expect(driver.circuit.isOpen)
    }

    @Test("An open circuit has one probe in flight at a time, and the next one waits")
    func probes() {
        var driver = Driver()
        for line in 1...10 { driver.end(UInt64(line), .status(500)) }
        #expect(!driver.circuit.allowsStart(now: driver.now))
        driver.now = driver.circuit.nextProbe
        #expect(driver.circuit.allowsStart(now: driver.now))
        driver.circuit.recordStart(of: LineID(file: 1, line: 11))
        #expect(driver.circuit.isProbing)
        let muchLater = driver.now.advanced(byNanoseconds: hour)
        #expect(!driver.circuit.allowsStart(now: muchLater))
        // A request that was in flight when it opened is not a probe.
        let planned = driver.circuit.nextProbe
        driver.end(5, .status(500))
        #expect(driver.circuit.nextProbe == planned)
        #expect(driver.circuit.isProbing)
        driver.end(11, .status(500))
        #expect(!driver.circuit.isProbing)
        #expect(driver.circuit.nextProbe > driver.now)
    }

    @Test("The interval of probes grows up to ten seconds")
    func spacing() {
        var driver = Driver()
        for line in 1...10 { driver.end(UInt64(line), .status(500)) }
        for probe in 0..<50 {
            let wait = driver.circuit.nextProbe.nanoseconds(since: driver.now)
            #expect(wait <= Circuit.maxProbeInterval)
            #expect(wait >= min(125 * millisecond << min(Int64(probe), 6), 5 * second))
            driver.probe(100 + UInt64(probe), .noConnection)
        }
    }

    @Test("A probe with a sign of life closes the circuit", arguments: [201, 404, 429])
    func closes(status: Int) {
        var driver = Driver()
        for line in 1...10 { driver.end(UInt64(line), .status(500)) }
        driver.probe(11, .timeout)
        driver.probe(12, .status(status))
        #expect(!driver.circuit.isOpen)
        #expect(driver.circuit.allowsStart(now: driver.now))
    }

    @Test("An aborted probe makes room for another one")
    func aborted() {
        var driver = Driver()
        for line in 1...10 { driver.end(UInt64(line), .status(500)) }
        driver.now = driver.circuit.nextProbe
        driver.circuit.recordStart(of: LineID(file: 1, line: 11))
        driver.circuit.recordAborted(LineID(file: 1, line: 11))
        #expect(driver.circuit.isOpen)
        #expect(driver.circuit.allowsStart(now: driver.now))
    }
}
