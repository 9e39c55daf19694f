import CPosix
import Delivery
import Destinations
import Foundation
import HTTP
import Platform
import Testing
import Time

@Suite("API destination connections")
struct ConnectionTests {
    @Test("Consecutive requests share one connection")
    func keepAlive() throws {
        let server = try ScriptedServer { _ in [.text(Canned.created())] }
        defer { server.stop() }
        let run = try APIRun(port: server.port)
        for slot in 0..<50 { #expect(try run.send(slot).result.response?.status == 201) }
        #expect(server.connectionCount == 1)
        #expect(server.requests.map(\.number) == Array(0..<50))
    }

    @Test(
        "A connection is not reused after a response that forbids it",
        arguments: [
            Canned.answer(201, "", fields: ["Connection: close"]),
            "HTTP/1.0 201 X\r\nContent-Length: 0\r\n\r\n",
            Canned.answer(201, "") + "surplus",
            Canned.answer(201, "", fields: ["Keep-Alive: timeout=0"]),
        ])
    func notReused(answer: String) throws {
        let server = try ScriptedServer { _ in [.text(answer)] }
        defer { server.stop() }
        let run = try APIRun(port: server.port)
        for slot in 0..<3 { #expect(try run.send(slot).result.response?.status == 201) }
        #expect(server.connectionCount == 3)
    }

    @Test(
        "An idle connection that the server closed is replaced silently",
        arguments: [false, true])
    func closedWhileIdle(waitsBetween: Bool) throws {
        let gone = Gate()
        let server = try ScriptedServer { request in
            request.connection == 0
                ? [.text(Canned.created()), .closeAndThen { gone.open() }]
                : [.text(Canned.created("second"))]
        }
        defer { server.stop() }
        let run = try APIRun(port: server.port)
        #expect(try run.send().messageID == "m-1")
        #expect(gone.pass())
        // Detected by the poller, or only by the check before a write.
        if waitsBetween { try run.turn() }
        let end = try run.send()
        #expect(end.messageID == "second")
        #expect(end.result.failure == nil)
        #expect(server.connectionCount == 2)
    }

    @Test(
        "A second response on an idle connection is not taken for the next request's",
        arguments: [false, true])
    func secondResponse(waitsBetween: Bool) throws {
        let (read, sent) = (Gate(), Gate())
        let server = try ScriptedServer { request in
            request.connection == 0
                ? [
                    .text(Canned.created("first")), .run { _ = read.pass() },
                    .text(Canned.created("stray")), .run { sent.open() },
                ] : [.text(Canned.created("second"))]
        }
        defer { server.stop() }
        let run = try APIRun(port: server.port)
        #expect(try run.send().messageID == "first")
        read.open()
        #expect(sent.pass())
        if waitsBetween { try run.turn() }
        #expect(try run.send().messageID == "second")
        #expect(server.connectionCount == 2)
    }

    @Test("A second response that follows one of exactly a read's size is not taken for the next")
    func secondResponseBehindFullRead() throws {
        let body = #"{"message":{"id":"first"}}"#
        let padding = 16 * 1024 - Canned.answer(201, body, fields: ["X: "]).utf8.count
        let field = "X: " + String(repeating: "x", count: padding)
        let first = Canned.answer(201, body, fields: [field])
        #expect(first.utf8.count == 16 * 1024)
        let server = try ScriptedServer { request in
            [.text(request.connection == 0 ? first + Canned.created("stray") : first)]
        }
        defer { server.stop() }
        let run = try APIRun(port: server.port)
        for _ in 0..<2 { #expect(try run.send().messageID == "first") }
        #expect(server.connectionCount == 2)
    }

    @Test("A second response during the next request is not taken for an acceptance")
    func secondResponseDuringRequest() throws {
        let server = try ScriptedServer { request in
            request.connection == 0
                ? [
                    .text(Canned.created("first")), .read(1000), .text(Canned.created("stray")),
                    .silence,
                ] : [.text(Canned.created("third"))]
        }
        defer { server.stop() }
        let run = try APIRun(port: server.port)
        #expect(try run.send().messageID == "first")
        let end = try run.send(payload: APIRun.payload(bytes: 32_000_000))
        #expect(end.result.failure == .earlyResponse)
        #expect(end.messageID == nil)
        #expect(try run.send().messageID == "third")
        #expect(server.connectionCount == 2)
    }

    @Test("A reused connection that is closed after the request leaves the attempt uncertain")
    func closedAfterRequest() throws {
        let server = try ScriptedServer { request in
            request.connection == 0 && request.number == 1 ? [.close] : [.text(Canned.created())]
        }
        defer { server.stop() }
        let run = try APIRun(port: server.port)
        #expect(try run.send().result.response?.status == 201)
        let end = try run.send()
        #expect(
            end.result == AttemptResult(requestBegan: true, failure: .connectionClosed))
        #expect(server.requests.count == 2, "the request is not sent again")
        #expect(try run.send().result.response?.status == 201)
    }

    @Test("64 messages are in flight at the same time on 64 connections")
    func concurrent() throws {
        let everyone = DispatchGroup()
        for _ in 0..<64 { everyone.enter() }
        let server = try ScriptedServer { request in
            if request.number == 0 {
                everyone.leave()
                // No request gets a response before all have arrived.
                guard everyone.wait(timeout: .now() + 300) == .success else { return [.close] }
            }
            return [.text(Canned.created())]
        }
        defer { server.stop() }
        let run = try APIRun(port: server.port)
        for round in 0..<5 {
            for slot in 0..<64 {
                if round == 0 { run.load(slot) }
                run.start(slot)
            }
            let ends = try run.wait(for: 64)
            #expect(Set(ends.map(\.slot)) == Set(0..<64))
            #expect(ends.allSatisfy { $0.result.response?.status == 201 })
        }
        #expect(server.connectionCount == 64)
        #expect(server.requests.count == 320)
    }

    @Test("No more connections are opened than allowed, and the attempts share them")
    func limit() throws {
        let server = try ScriptedServer { _ in [.text(Canned.created())] }
        defer { server.stop() }
        let run = try APIRun(port: server.port) { $0.maxConnections = 3 }
        for slot in 0..<40 {
            run.load(slot)
            run.start(slot)
        }
        #expect(try run.wait(for: 40).allSatisfy { $0.result.response?.status == 201 })
        #expect(server.connectionCount <= 3)
    }

    @Test("A refused connection ends all attempts that wait for it, with nothing sent")
    func refused() throws {
        // A port that was free a moment ago.
        let server = try ScriptedServer { _ in [] }
        let port = server.port
        server.stop()
        let run = try APIRun(port: port)
        for slot in 0..<8 {
            run.load(slot)
            run.start(slot)
        }
        for end in try run.wait(for: 8) {
            #expect(end.result == AttemptResult(requestBegan: false, failure: .connect))
            #expect(end.detail == "connection refused")
        }
        // The next attempt connects again.
        run.start(0)
        #expect(try run.wait(for: 1)[0].result.failure == .connect)
    }

    @Test("A name that does not resolve is a DNS failure")
    func unknownName() throws {
        let base = try BaseURL("https://no-such-host.invalid/v1")
        let run = try APIRun(port: 1) { $0.base = base }
        let end = try run.send()
        #expect(end.result == AttemptResult(requestBegan: false, failure: .dns))
        #expect(end.detail == "the host's name does not resolve")
    }

    @Test("Connecting to a server that closes every connection at once ends")
    func closesAtOnce() throws {
        let server = try ScriptedServer(greet: { _ in [.close] }, script: { _ in [] })
        defer { server.stop() }
        let run = try APIRun(port: server.port)
        let end = try run.send()
        #expect(end.result.response == nil)
        #expect(end.result.failure == .connectionClosed)
        #expect(server.connectionCount <= 2)
    }

    @Test("Plain text instead of TLS is one TLS failure for all waiting attempts")
    func notTLS() throws {
        let server = try ScriptedServer(
            greet: { _ in [.text("HTTP/1.1 400 Bad\r\n\r\n"), .close] }, script: { _ in [] })
        defer { server.stop() }
        let base = try BaseURL("https://127.0.0.1:\(server.port)/v1")
        let run = try APIRun(port: 1) { $0.base = base }
        for slot in 0..<8 {
            run.load(slot)
            run.start(slot)
        }
        for end in try run.wait(for: 8) {
            #expect(end.result == AttemptResult(requestBegan: false, failure: .tls))
        }
        #expect(server.connectionCount == 1, "a server that is down gets a single connection")
    }

    @Test("An aborted attempt ends at once and is not reported again")
    func abort() throws {
        let asked = Gate()
        let server = try ScriptedServer { request in
            request.text.contains("hb-run-0-1")
                ? [.run { asked.open() }, .silence]
                : [.text(Canned.created())]
        }
        defer { server.stop() }
        let run = try APIRun(port: server.port)
        _ = try run.send(0)
        run.load(1)
        run.start(1)
        #expect(asked.pass())
        #expect(run.destination.abort(slot: 1).result.requestBegan)
        run.destination.unload(slot: 1)

        run.load(2)
        run.start(2)
        // No connection is idle, so no byte can have been sent.
        #expect(!run.destination.abort(slot: 2).result.requestBegan)
        run.start(2)
        let ends = try run.wait(for: 1)
        #expect(ends.map(\.slot) == [2])
        #expect(ends[0].result.response?.status == 201)
        try run.destination.close()
    }

    @Test(
        "A caller's descriptor ends a wait, also during a connect",
        arguments: [false, true])
    func callersDescriptor(connects: Bool) throws {
        let greeted = Gate()
        let server = try ScriptedServer(
            greet: { _ in [.run { greeted.open() }, .silence] }, script: { _ in [] })
        defer { server.stop() }
        let base = try BaseURL("https://127.0.0.1:\(server.port)/v1")
        let run = try APIRun(port: 1) { $0.base = base }
        let event = hb_eventfd()
        defer { close(event) }
        let token = Poller.callerBit | 42
        try run.poller.add(event, interest: .readable, token: token)
        if connects {
            run.load(0)
            run.start(0)
            try run.turn()
            #expect(greeted.pass())
        }
        // From another thread, so that the wait is in flight or about to be.
        Thread.detachNewThread {
            var one: UInt64 = 1
            write(event, &one, 8)
        }
        var ends: [AttemptEnd] = []
        var ready: [UInt64] = []
        let limit = MonotonicClock.now.advanced(byNanoseconds: 20_000_000_000)
        while ready.isEmpty && MonotonicClock.now < limit {
            try run.destination.wait(until: limit, ends: &ends, ready: &ready)
        }
        #expect(ready == [token])
        #expect(ends.isEmpty)
        if connects { #expect(!run.destination.abort(slot: 0).result.requestBegan) }
        try run.destination.close()
    }
}
