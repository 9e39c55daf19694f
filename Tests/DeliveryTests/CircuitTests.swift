import Delivery
import Testing
import Time

@Suite("Circuit") struct CircuitTests {
    private struct Watched {
        var circuit: Circuit
        var random = SplitMix64(seed: 1)
        var now = Instant.start

        init(hasSeenServer: Bool = true) { circuit = Circuit(hasSeenServer: hasSeenServer) }

        mutating func end(_ line: UInt64, _ result: AttemptResult) {
            let fate = Fate(result)
            let isAlive =
                fate == .accepted || (fate == .refused && result.answer?.status != 503)
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
        "five attempts in a row without a connection or with a 503 open it, of however few lines",
        arguments: [AttemptResult.noConnection, .status(503), .status(503, retryAfter: 1)])
    func unavailable(result: AttemptResult) {
        var watched = Watched()
        for _ in 0..<4 { watched.end(1, result) }
        #expect(!watched.circuit.isOpen)
        watched.end(1, result)
        #expect(watched.circuit.isOpen)
        #expect(watched.circuit.openSince == .start)
    }

    @Test("ten failed lines in a row open it", arguments: [500, 502, 504, 200])
    func lines(status: Int) {
        var watched = Watched()
        for line in 1...9 { watched.end(UInt64(line), .status(status, hasID: false)) }
        #expect(!watched.circuit.isOpen)
        watched.end(10, .status(status, hasID: false))
        #expect(watched.circuit.isOpen)
    }

    @Test("a poisoned line never opens it, nor do nine that fail in turns", arguments: [1, 2, 9])
    func poisoned(lines: UInt64) {
        var watched = Watched()
        for attempt in 0..<200 { watched.end(UInt64(attempt) % lines, .status(500)) }
        #expect(!watched.circuit.isOpen)
    }

    @Test(
        "a sign of life between failures starts the count again",
        arguments: [AttemptResult.status(201), .status(400), .status(404), .status(429)])
    func life(result: AttemptResult) {
        var watched = Watched()
        for line in 1...9 { watched.end(UInt64(line), .status(502)) }
        watched.end(100, result)
        for line in 11...19 { watched.end(UInt64(line), .status(502)) }
        #expect(!watched.circuit.isOpen)
        for _ in 0..<4 { watched.end(1, .noConnection) }
        #expect(watched.circuit.isOpen)
    }

    @Test("a server that was never seen is a wrong address, not an outage")
    func neverSeen() {
        var watched = Watched(hasSeenServer: false)
        for line in 1...100 { watched.end(UInt64(line), .noConnection) }
        #expect(!watched.circuit.isOpen)
        watched.end(101, .status(500))
        #expect(watched.circuit.hasSeenServer)
        #expect(watched.circuit.isOpen)
    }

    @Test("while it is open one probe is under way at a time, and the next waits its time")
    func probes() {
        var watched = Watched()
        for line in 1...10 { watched.end(UInt64(line), .status(500)) }
        #expect(!watched.circuit.allowsStart(now: watched.now))
        watched.now = watched.circuit.nextProbe
        #expect(watched.circuit.allowsStart(now: watched.now))
        watched.circuit.recordStart(of: LineID(file: 1, line: 11))
        #expect(watched.circuit.isProbing)
        let muchLater = watched.now.advanced(byNanoseconds: hour)
        #expect(!watched.circuit.allowsStart(now: muchLater))
        // What was in flight when it opened is no probe.
        let planned = watched.circuit.nextProbe
        watched.end(5, .status(500))
        #expect(watched.circuit.nextProbe == planned)
        #expect(watched.circuit.isProbing)
        watched.end(11, .status(500))
        #expect(!watched.circuit.isProbing)
        #expect(watched.circuit.nextProbe > watched.now)
    }

    @Test("probes come ever more rarely, yet at least every ten seconds")
    func spacing() {
        var watched = Watched()
        for line in 1...10 { watched.end(UInt64(line), .status(500)) }
        for probe in 0..<50 {
            let wait = watched.circuit.nextProbe.nanoseconds(since: watched.now)
            #expect(wait <= Circuit.maxProbeInterval)
            #expect(wait >= min(125 * millisecond << min(Int64(probe), 6), 5 * second))
            watched.probe(100 + UInt64(probe), .noConnection)
        }
    }

    @Test("a probe that meets life closes it", arguments: [201, 404, 429])
    func closes(status: Int) {
        var watched = Watched()
        for line in 1...10 { watched.end(UInt64(line), .status(500)) }
        watched.probe(11, .timeout)
        watched.probe(12, .status(status))
        #expect(!watched.circuit.isOpen)
        #expect(watched.circuit.allowsStart(now: watched.now))
    }

    @Test("a probe that we gave up makes room for another one")
    func aborted() {
        var watched = Watched()
        for line in 1...10 { watched.end(UInt64(line), .status(500)) }
        watched.now = watched.circuit.nextProbe
        watched.circuit.recordStart(of: LineID(file: 1, line: 11))
        watched.circuit.recordAborted(LineID(file: 1, line: 11))
        #expect(watched.circuit.isOpen)
        #expect(watched.circuit.allowsStart(now: watched.now))
    }
}
