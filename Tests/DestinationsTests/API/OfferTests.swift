import Delivery
import Destinations
import Platform
import Testing
import Time

/// Attempts that wait for a connection before their requests may leave.
@Suite("Offers of connections")
struct OfferTests {
    private static func connect(_ run: APIRun, _ slots: Range<Int>) {
        for slot in slots {
            run.load(slot)
            run.destination.connect(slot: slot, now: MonotonicClock.now)
        }
    }

    /// Waits until a connection is offered or an attempt has ended; returns the offered slots.
    private static func offers(_ run: APIRun) throws -> [Int] {
        var ends: [AttemptEnd] = []
        var ready: [UInt64] = []
        let limit = MonotonicClock.now.advanced(byNanoseconds: 300_000_000_000)
        var slots: [Int] = []
        while slots.isEmpty, ends.isEmpty, MonotonicClock.now < limit {
            try run.destination.wait(until: limit, ends: &ends, ready: &ready)
            while let slot = run.destination.nextConnected() { slots.append(slot) }
        }
        return slots
    }

    @Test("A request leaves only after its connection was offered and it was let go")
    func offered() throws {
        let server = try ScriptedServer { _ in [.text(Canned.created())] }
        defer { server.stop() }
        let run = try APIRun(port: server.port) { $0.maxConnections = 1 }
        #expect(run.destination.connectionsReady == 0)
        Self.connect(run, 0..<2)
        #expect(try Self.offers(run) == [0])
        #expect(run.destination.connectionsReady == 0)
        for _ in 0..<3 { try run.turn() }
        #expect(run.destination.nextConnected() == nil)
        #expect(server.requests.isEmpty)
        run.destination.send(slot: 0, now: MonotonicClock.now)
        #expect(try run.wait(for: 1).map(\.slot) == [0])
        // The kept connection is offered to the next one.
        #expect(run.destination.nextConnected() == 1)
        #expect(server.requests.count == 1)
        run.destination.send(slot: 1, now: MonotonicClock.now)
        #expect(try run.wait(for: 1)[0].result.response?.status == 201)
        #expect(run.destination.connectionsReady == 1)
        #expect(server.connectionCount == 1)
    }

    @Test("An offered attempt that is aborted sends nothing, and its connection is offered again")
    func aborted() throws {
        let server = try ScriptedServer { _ in [.text(Canned.created())] }
        defer { server.stop() }
        let run = try APIRun(port: server.port) { $0.maxConnections = 1 }
        Self.connect(run, 0..<2)
        #expect(try Self.offers(run) == [0])
        let end = run.destination.abort(slot: 0)
        #expect(end.result == AttemptResult(requestBegan: false, failure: .aborted))
        #expect(try Self.offers(run) == [1])
        run.destination.send(slot: 1, now: MonotonicClock.now)
        #expect(try run.wait(for: 1)[0].result.response?.status == 201)
        #expect(server.requests.count == 1)
    }

    @Test("An attempt whose offered connection was closed ends after one more connect at most")
    func closed() throws {
        let server = try ScriptedServer(greet: { _ in [.close] }, script: { _ in [] })
        defer { server.stop() }
        let run = try APIRun(port: server.port)
        Self.connect(run, 0..<1)
        for slot in try Self.offers(run) {
            run.destination.send(slot: slot, now: MonotonicClock.now)
            #expect(try run.wait(for: 1)[0].result.failure == .connectionClosed)
        }
        #expect(server.connectionCount <= 2)
    }

    @Test("A refused connection ends all attempts that wait for an offer")
    func refused() throws {
        // A port that was free a moment ago.
        let server = try ScriptedServer { _ in [] }
        let port = server.port
        server.stop()
        let run = try APIRun(port: port)
        Self.connect(run, 0..<8)
        for end in try run.wait(for: 8) {
            #expect(end.result == AttemptResult(requestBegan: false, failure: .connect))
        }
        #expect(run.destination.nextConnected() == nil)
    }
}
