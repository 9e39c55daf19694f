import Destinations
import Glibc
import HTTP
import TestSupport
import Testing

@testable import LocalAPI

@Suite("The local API's server") struct ServerTests: RequestTexts {
    @Test("Requests on one connection get their responses in order, in any pieces")
    func pipelining() throws {
        let server = try RunningServer()
        var generator = SeededGenerator.fromEnvironment()
        let count = 300
        let client = try server.connect()
        var bytes: [UInt8] = []
        for number in 0..<count {
            bytes += request(number).bytes
            // Some clients send an extra line end after a body.
            if number % 7 == 0 { bytes += "\r\n".utf8 }
        }
        while !bytes.isEmpty {
            let piece = min(bytes.count, Int.random(in: 1...4000, using: &generator))
            client.send(bytes[..<piece])
            bytes.removeFirst(piece)
        }
        for number in 0..<count {
            let answer = try #require(client.answer())
            #expect(answer.status == 201)
            #expect(answer.message["event_type"] == "e\(number)")
        }
        #expect(try server.messageCount() == count)
    }

    @Test("A client that sends before it reads gets all its responses")
    func backPressure() throws {
        let server = try RunningServer()
        let client = try server.connect()
        let payload = String(repeating: "p", count: 20_000)
        let body = #"{"event_type":"e","payload":"\#(payload)"}"#
        let requests = (0..<400).flatMap { _ in Request(body: body).bytes }
        // More than fits into the buffers of both sockets and the server: the sender must block.
        let sender = Sender(client, requests)
        for _ in 0..<400 { #expect(try #require(client.answer()).status == 201) }
        sender.join()
        #expect(try server.messageCount() == 400)
    }

    @Test("Chunked bodies are read, with extensions and trailers")
    func chunked() throws {
        let server = try RunningServer()
        let client = try server.connect()
        client.send(
            head(["Transfer-Encoding: chunked"])
                + "5;a=b\r\n{\"eve\r\nF\r\nnt_type\":\"chunk\r\n3\r\ns\"}\r\n0\r\nTrailer: x\r\n\r\n"
        )
        #expect(client.answer()?.message["event_type"] == "chunks")
    }

    @Test("A client that expects 100 Continue gets it once, unless it is refused")
    func expectContinue() throws {
        let server = try RunningServer()
        let client = try server.connect()
        let body = #"{"event_type":"e"}"#
        client.send(head(["Expect: 100-continue", "Content-Length: \(body.utf8.count)"]))
        #expect(client.answer()?.status == 100)
        client.send(body)
        #expect(client.answer()?.status == 201)
        client.send(head(["Expect: 100-continue", "Content-Length: 100"], key: "no"))
        #expect(client.answer()?.status == 401)
        #expect(client.end().0 == .closed)
    }

    @Test("A client that closes its direction still gets its response")
    func halfClosed() throws {
        let server = try RunningServer(faults: FaultSettings(latency: 20_000_000...20_000_000))
        let client = try server.connect()
        client.send(request(1).bytes + request(2).bytes)
        client.endInput()
        #expect(client.answer()?.message["event_type"] == "e1")
        #expect(client.answer()?.message["event_type"] == "e2")
        #expect(client.end() == (.closed, []))
    }

    @Test("A request truncated by the client gets 400")
    func cutShort() throws {
        let server = try RunningServer()
        for cut in [
            "POST /v1", "POST / HTTP/1.1\r\nHost: a\r\n", head(["Content-Length: 9"]) + "{",
        ] {
            let client = try server.connect()
            client.send(cut)
            client.endInput()
            #expect(client.answer()?.status == 400)
            #expect(client.end() == (.closed, []))
        }
    }

    @Test("A connection closes after the response if the client requests it")
    func connectionClose() throws {
        let server = try RunningServer()
        let client = try server.connect()
        client.send(request(1, close: true).bytes + request(2).bytes)
        let answer = client.answer()
        #expect(answer?.status == 201)
        #expect(answer?.fields["connection"] == "close")
        #expect(client.end() == (.closed, []))
        #expect(try server.messageCount() == 1)
    }

    @Test(
        "An ambiguous request is refused, and nothing after it is read",
        arguments: [
            ("Content-Length: 5\r\nTransfer-Encoding: chunked", 400),
            ("Transfer-Encoding: chunked\r\nContent-Length: 5", 400),
            ("Content-Length: 5\r\nContent-Length: 6", 400), ("Content-Length: 5, 6", 400),
            ("Content-Length: +5", 400), ("Content-Length: -5", 400), ("Content-Length: 0x5", 400),
            ("Content-Length : 5", 400), ("Content-Length: 5\r\n folded", 400),
            ("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", 400),
            ("Transfer-Encoding: chunked, identity", 501), ("Transfer-Encoding: gzip", 501),
            ("Transfer-Encoding: xchunked", 501), ("Transfer-Encoding:\u{B}chunked", 400),
            ("Content-Length: 5\r\nHost: other", 400), ("X: a\rContent-Length: 5", 400),
            ("X: a\u{0}b", 400), ("no colon", 400), (": no name", 400),
            ("X-API-Key: a\r\nX-API-Key: b", 400),
            ("Content-Length: 99999999999999999999", 400), ("Content-Length: 8388609", 413),
        ])
    func smuggling(fields: String, status: Int) throws {
        let server = try RunningServer()
        let client = try server.connect()
        client.send(head([fields]) + "0\r\n\r\n")
        client.send(request(1).bytes)
        #expect(client.answer()?.status == status)
        #expect(client.end() == (.closed, []))
        #expect(try server.messageCount() == 0)
    }

    @Test("A stopping server responds to the requests in flight and exits")
    func stopping() throws {
        let server = try RunningServer(faults: FaultSettings(latency: 50_000_000...50_000_000))
        let idle = try server.connect()
        let busy = try server.connect()
        let halfway = try server.connect()
        let bytes = request(2).bytes
        halfway.send(bytes[..<40])
        busy.send(request(1).bytes)
        #expect(busy.answer()?.status == 201)
        busy.send(request(3).bytes)
        server.stop()
        #expect(idle.end() == (.closed, []))
        halfway.send(bytes[40...])
        let last = halfway.answer()
        #expect(last?.status == 201)
        #expect(last?.fields["connection"] == "close")
        let answer = busy.answer()
        #expect(answer == nil || answer?.status == 201)
        _ = (busy.end(), halfway.end())
        halfway.endInput()
        busy.endInput()
        let counts = try #require(server.waitForEnd())
        #expect(try server.messageCount() == Int(counts.messages))
    }

    @Test("A second stop ends the server after it has stored the messages of that turn")
    func secondStop() throws {
        let next = Monitor<(@Sendable () -> Void)?>(nil)
        let server = try RunningServer(committed: {
            let found = next.update { action in
                defer { action = nil }
                return action
            }
            found?()
        })
        let (first, second, idle) = (
            try server.connect(), try server.connect(), try server.connect()
        )
        let bytes = (1...2).map { request($0).bytes }
        first.send(bytes[0][..<40])
        second.send(bytes[1][..<40])
        idle.send(request(3).bytes)
        // The server has read the halves too.
        #expect(idle.answer()?.status == 201)
        server.stop()
        #expect(idle.end() == (.closed, []))
        // After the first commit both become readable, the request before the stop.
        let (descriptor, rest) = (second.descriptor, Array(bytes[1][40...]))
        next.update { action in
            action = {
                _ = Glibc.send(descriptor, rest, rest.count, Int32(MSG_NOSIGNAL))
                server.stop()
            }
        }
        first.send(bytes[0][40...])
        let counts = try #require(server.waitForEnd())
        #expect(counts.messages == 3)
        #expect(try server.messageCount() == 3)
    }

    @Test("A dropped connection is reset before or after its message is stored")
    func drops() throws {
        let server = try RunningServer(faults: FaultSettings(dropShare: 1, seed: 4))
        for number in 0..<20 {
            let client = try server.connect()
            client.send(request(number).bytes)
            #expect(client.end() == (.reset, []))
        }
        #expect((1..<20).contains(try server.messageCount()))
    }

    @Test("A failing store gets 500, and 201 after it works again")
    func storeFailure() throws {
        let server = try RunningServer(prepare: { store in
            try store.database.execute("PRAGMA max_page_count = 40")
        })
        let client = try server.connect()
        let body = #"{"event_type":"e","payload":"\#(pad(300_000))"}"#
        client.send(Request(body: body).bytes)
        let answer = client.answer()
        #expect(answer?.status == 500)
        #expect(answer?.error == "The message could not be stored.")
        #expect(client.end() == (.closed, []))
        #expect(server.failures == 1)
        let other = try server.connect()
        other.send(request(1).bytes)
        #expect(other.answer()?.status == 201)
        #expect(try server.messageCount() == 1)
    }

    @Test(
        "Randomly corrupted requests get a response or a refusal, without effect on other clients")
    func mutations() throws {
        let server = try RunningServer()
        var generator = SeededGenerator.fromEnvironment()
        let head = head(["Transfer-Encoding: chunked"])
        let seeds = [request(1).bytes, Array((head + "2\r\n{}\r\n0\r\n\r\n").utf8)]
        for round in 0..<300 {
            var bytes = seeds[round % 2] + request(2).bytes
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let index = Int.random(in: bytes.indices, using: &generator)
                bytes[index] = UInt8.random(in: 0...255, using: &generator)
            }
            let client = try server.connect()
            client.send(bytes)
            client.endInput()
            let (end, received) = client.end()
            #expect(end != .silent, "\(generator), round \(round)")
            for answer in Response.all(in: received) {
                #expect(
                    (200...204).contains(answer.status) || (400...505).contains(answer.status),
                    "\(generator), round \(round): \(answer.status)")
            }
        }
        let client = try server.connect()
        // Its key is too long to come from a changed byte of the others: that would be a 422.
        client.send(request(1_000_003).bytes)
        #expect(client.answer()?.status == 201)
    }

    @Test("A client that disconnects at any point does not affect others")
    func vanishing() throws {
        let server = try RunningServer(faults: FaultSettings(latency: 1_000_000...1_000_000))
        var generator = SeededGenerator.fromEnvironment()
        let bytes = request(1).bytes + request(2).bytes
        for _ in 0..<200 {
            let client = try server.connect()
            client.send(bytes[..<Int.random(in: 0...bytes.count, using: &generator)])
            if Bool.random(using: &generator) {
                var now = linger(l_onoff: 1, l_linger: 0)
                setsockopt(
                    client.descriptor, SOL_SOCKET, SO_LINGER, &now,
                    socklen_t(MemoryLayout<linger>.size))
            }
        }
        let client = try server.connect()
        client.send(request(3).bytes)
        #expect(client.answer()?.status == 201)
    }
}
