import CPosix
import Delivery
import Destinations
import Foundation
import HTTP
import Platform
import Testing
import Time

@Suite("Time limits of API destination connections")
struct ConnectionTimeTests {
    /// A run with a kept connection, to a server that opens the gate after each response.
    private func connected() throws -> (server: ScriptedServer, run: APIRun, answered: Gate) {
        let answered = Gate()
        let server = try ScriptedServer { request in
            [.text(Canned.created("m-\(request.number)")), .run { answered.open() }]
        }
        let run = try APIRun(port: server.port)
        #expect(try run.send().messageID == "m-0")
        #expect(answered.pass())
        return (server, run, answered)
    }

    @Test("A response that arrived in time counts even if the caller waits after the timeout")
    func lateLook() throws {
        let (server, run, answered) = try connected()
        defer { server.stop() }
        run.load(0)
        // By the attempt's clock it started an hour ago.
        run.destination.start(
            slot: 0, now: MonotonicClock.now.advanced(byNanoseconds: -3_600_000_000_000))
        #expect(answered.pass())
        #expect(try run.wait(for: 1)[0].messageID == "m-1")
    }

    @Test(
        "An attempt that a pause of the process delayed has its whole time",
        arguments: [false, true])
    func lateStart(isConnected: Bool) throws {
        let server = try ScriptedServer { _ in
            [.run { Thread.sleep(forTimeInterval: 0.2) }, .text(Canned.created())]
        }
        defer { server.stop() }
        let run = try APIRun(port: server.port) {
            $0.timeout = .seconds(3)
            // A connection that is too old is used no more.
            if !isConnected { $0.maxConnectionAge = .milliseconds(1) }
        }
        _ = try run.send()
        run.load(0)
        let readAt = MonotonicClock.now
        // The pause itself is tested: it is longer than the timeout.
        Thread.sleep(forTimeInterval: 3.2)
        run.destination.start(slot: 0, now: readAt)
        let end = try run.wait(for: 1)[0]
        #expect(Fate(end.result) == .accepted, "\(end)")
    }

    @Test("An attempt that is aborted after its response arrived has the response's result")
    func abortAfterResponse() throws {
        let (server, run, answered) = try connected()
        defer { server.stop() }
        run.load(0)
        run.start(0)
        #expect(answered.pass())
        let end = run.destination.abort(slot: 0)
        #expect(end.result.failure == nil)
        #expect(Fate(end.result) == .accepted)
        #expect(end.messageID.map { run.destination.text($0).elementsEqual("m-1".utf8) } == true)
        run.destination.unload(slot: 0)
        #expect(try run.send().result.response?.status == 201)
        #expect(server.connectionCount == 2)
    }

    @Test(
        "An attempt that is aborted during its response is decided by a complete head",
        arguments: [(201, Fate.accepted), (404, .refused), (500, .uncertain)])
    func abortAfterHead(status: Int, fate: Fate) throws {
        let answered = Gate()
        let server = try ScriptedServer { request in
            request.number == 0
                ? [.text(Canned.created())]
                : [
                    .text("HTTP/1.1 \(status) X\r\nContent-Length: 9\r\n\r\n"),
                    .run { answered.open() }, .silence,
                ]
        }
        defer { server.stop() }
        let run = try APIRun(port: server.port)
        _ = try run.send()
        run.load(0)
        run.start(0)
        #expect(answered.pass())
        let result = run.destination.abort(slot: 0).result
        #expect(result.failure == .aborted)
        #expect(result.response == .init(status: status, isComplete: false))
        #expect(Fate(result) == fate)
    }

    @Test("A connection that was established during a pause of the process is used")
    func establishedDuringPause() throws {
        let (wanted, allowed, established) = (Gate(), Gate(), Gate())
        // libcurl waits for a proxy's response as it does for TCP and TLS.
        let server = try ScriptedServer { request in
            request.number == 0
                ? [
                    .run { wanted.open() }, .run { _ = allowed.pass() },
                    .text("HTTP/1.1 200 Connection established\r\n\r\n"),
                    .run { established.open() },
                ] : [.text(Canned.created())]
        }
        defer { server.stop() }
        let base = try BaseURL("http://192.0.2.1:8080/v1")
        let run = try APIRun(port: 1) {
            $0.base = base
            $0.allowsPlainHTTP = true
            $0.proxy = "http://127.0.0.1:\(server.port)"
            $0.connectTimeout = .seconds(2)
        }
        let started = MonotonicClock.now
        run.load(0)
        run.start(0)
        while server.requests.isEmpty { try run.turn() }
        #expect(wanted.pass())
        allowed.open()
        #expect(established.pass())
        // The time itself is tested: the connect's has elapsed when the process looks again.
        let elapsed = MonotonicClock.now.nanoseconds(since: started)
        Thread.sleep(forTimeInterval: max(0, 2.5 - Double(elapsed) / 1e9))
        #expect(try run.wait(for: 1)[0].messageID == "m-1")
        #expect(server.connectionCount == 1)
    }

    @Test("A connection is not reused if its response may have waited for longer than its limit")
    func idledDuringPause() throws {
        let answered = Gate()
        let server = try ScriptedServer { _ in
            [
                .text(Canned.answer(201, "", fields: ["Keep-Alive: timeout=4"])),
                .run { answered.open() },
            ]
        }
        defer { server.stop() }
        let run = try APIRun(port: server.port)
        _ = try run.send()
        #expect(answered.pass())
        run.load(0)
        run.start(0)
        #expect(answered.pass())
        // The time itself is tested: it is longer than the limit of 3 s.
        Thread.sleep(forTimeInterval: 8.2)
        #expect(try run.wait(for: 1)[0].result.response?.status == 201)
        #expect(server.connectionCount == 1)
        run.destination.unload(slot: 0)
        #expect(try run.send().result.response?.status == 201)
        #expect(server.connectionCount == 2)
    }

    @Test("An attempt that gets no connection in time has sent nothing")
    func noConnectionInTime() throws {
        let server = try ScriptedServer { _ in [.silence] }
        defer { server.stop() }
        let run = try APIRun(port: server.port) {
            $0.maxConnections = 1
            $0.timeout = .milliseconds(150)
        }
        for slot in 0..<2 {
            run.load(slot)
            run.start(slot)
        }
        let ends = try run.wait(for: 2).sorted { $0.slot < $1.slot }
        #expect(ends[0].result == AttemptResult(requestBegan: true, failure: .timeout))
        #expect(ends[1].result.requestBegan == false || ends[1].result.failure == .timeout)
    }

    @Test("A handshake that times out has sent nothing")
    func connectTimeout() throws {
        let server = try ScriptedServer(greet: { _ in [.silence] }, script: { _ in [] })
        defer { server.stop() }
        let base = try BaseURL("https://127.0.0.1:\(server.port)/v1")
        let run = try APIRun(port: 1) {
            $0.base = base
            $0.connectTimeout = .milliseconds(100)
        }
        let end = try run.send()
        #expect(end.result == AttemptResult(requestBegan: false, failure: .connectTimeout))
    }

    @Test("A wait without anything to do ends at its deadline")
    func deadline() throws {
        let run = try APIRun(port: 1)
        var ends: [AttemptEnd] = []
        var ready: [UInt64] = []
        let deadline = MonotonicClock.now.advanced(byNanoseconds: 3_000_000)
        try run.destination.wait(until: deadline, ends: &ends, ready: &ready)
        #expect(MonotonicClock.now >= deadline)
        #expect(ends.isEmpty && ready.isEmpty)
    }

    @Test("A connection is not reused after its idle limit")
    func idledTooLong() throws {
        let server = try ScriptedServer { _ in
            [.text(Canned.answer(201, "", fields: ["Keep-Alive: timeout=5"]))]
        }
        defer { server.stop() }
        let run = try APIRun(port: server.port)
        #expect(try run.send().result.response?.status == 201)
        // The clock is the caller's: after 3.9 s the connection is reused, after 4.1 s it is not.
        for (later, connections) in [(3_900_000_000, 1), (4_100_000_000, 2)] as [(Int64, Int)] {
            run.load(0)
            run.destination.start(
                slot: 0, now: MonotonicClock.now.advanced(byNanoseconds: later))
            #expect(try run.wait(for: 1)[0].result.response?.status == 201)
            run.destination.unload(slot: 0)
            #expect(server.connectionCount == connections)
        }
    }
}
