import Delivery
import Destinations
import TestSupport
import Testing
import Time

@Suite("Connection reuse")
struct ConnectionReuseTests {
    /// The decision in a class, since `#expect` calls nothing that mutates a value.
    private final class Driver {
        private var reuse = ConnectionReuse()

        func mayKeep(_ connection: Int, now: Instant) -> Bool {
            reuse.mayKeep(connection, now: now)
        }

        func recordResponse(on connection: Int) { reuse.recordResponse(on: connection) }

        func recordBreak(of connection: Int, now: Instant) -> Bool {
            reuse.recordBreak(of: connection, now: now)
        }

        func recordClose(of connection: Int) { reuse.recordClose(of: connection) }
    }

    /// Returns a value that keeps no connection, whose pause begins at the start.
    private func distrusting() -> Driver {
        let reuse = Driver()
        #expect(!reuse.recordBreak(of: 1, now: .start))
        #expect(reuse.recordBreak(of: 2, now: .start))
        return reuse
    }

    private func after(_ nanoseconds: Int64) -> Instant {
        Instant.start.advanced(byNanoseconds: nanoseconds)
    }

    @Test("Two broken connections among the last 20 reused ones end reuse, and not among 21")
    func window() {
        for (between, ends) in [(0, true), (18, true), (19, false)] {
            let reuse = Driver()
            #expect(!reuse.recordBreak(of: 1, now: .start))
            for _ in 0..<between { reuse.recordResponse(on: 2) }
            #expect(reuse.recordBreak(of: 3, now: .start) == ends)
            #expect(reuse.mayKeep(4, now: .start) == !ends)
        }
    }

    @Test("After the pause one connection is tried, and a good one ends the pause")
    func trial() {
        let reuse = distrusting()
        #expect(!reuse.mayKeep(1, now: after(ConnectionReuse.firstPause - 1)))
        let later = after(ConnectionReuse.firstPause)
        #expect(reuse.mayKeep(1, now: later))
        #expect(!reuse.mayKeep(2, now: later))
        for _ in 1..<ConnectionReuse.window { reuse.recordResponse(on: 1) }
        #expect(reuse.mayKeep(1, now: later) && !reuse.mayKeep(2, now: later))
        reuse.recordResponse(on: 1)
        #expect(reuse.mayKeep(1, now: later) && reuse.mayKeep(2, now: later))
        #expect(!reuse.recordBreak(of: 1, now: later))
    }

    @Test("A server that closes each connection at its second request breaks two of them")
    func closesAtSecondRequest() throws {
        let server = try ScriptedServer { request in
            request.number == 0 ? [.text(Canned.created())] : [.close]
        }
        defer { server.stop() }
        let run = try APIRun(port: server.port)
        let statuses = try (0..<10).map { try run.send($0).result.response?.status }
        #expect(statuses == [201, nil, 201, nil, 201, 201, 201, 201, 201, 201])
        #expect(server.connectionCount == 8)
    }

    @Test("A tried connection that is closed before its reuse makes room for another one")
    func closedTrial() {
        let reuse = distrusting()
        let later = after(ConnectionReuse.firstPause)
        #expect(reuse.mayKeep(1, now: later))
        reuse.recordClose(of: 2)
        #expect(!reuse.mayKeep(2, now: later))
        reuse.recordClose(of: 1)
        #expect(reuse.mayKeep(2, now: later))
    }

    @Test("The pause doubles each time that the tried connection breaks, up to an hour")
    func growth() {
        let reuse = distrusting()
        var (now, pause) = (Instant.start, ConnectionReuse.firstPause)
        for _ in 0..<12 {
            #expect(!reuse.mayKeep(1, now: now.advanced(byNanoseconds: pause - 1)))
            now = now.advanced(byNanoseconds: pause)
            #expect(reuse.mayKeep(1, now: now))
            // A connection that was in flight when the pause began proves nothing new.
            #expect(!reuse.recordBreak(of: 2, now: now))
            #expect(reuse.recordBreak(of: 1, now: now))
            pause = min(pause * 2, ConnectionReuse.maxPause)
        }
        #expect(pause == hour)
    }
}
