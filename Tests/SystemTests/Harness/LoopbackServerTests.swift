import Foundation
import TestSupport
import Testing

@Suite("The loopback server", .sideBySide)
struct LoopbackServerTests {
    @Test(
        "The loopback server responds with 201 and the documented body, and records requests")
    func created() throws {
        let server = try LoopbackServer()
        let client = try TestClient(port: server.port)
        client.send(TestClient.post(key: "k-1", body: "{\"event_type\":\"a\"}"))
        client.send(TestClient.post(key: "k-2", body: ""))
        let answers = client.receive(answers: 2)
        let requests = server.requests
        try #require(requests.count == 2)
        #expect(answers.map(\.status) == [201, 201])
        #expect(answers.map(\.messageID) == requests.map { Reply.messageID(of: $0) })
        #expect(answers[0].message.keys.sorted() == TestClient.documentedMembers)
        #expect(requests[0].method == "POST")
        #expect(requests[0].path == "/v1/applications/a/messages")
        #expect(requests[0].values(of: "HOST") == ["h"])
        #expect(requests[0].bodyText == "{\"event_type\":\"a\"}")
        #expect(requests[0].raw == TestClient.post(key: "k-1", body: requests[0].bodyText))
        #expect(requests.map(\.connection) == [0, 0])
        #expect(requests[0].arrivedNanoseconds <= requests[1].arrivedNanoseconds)
        #expect(server.acceptances == ["k-1": 1, "k-2": 1])
        #expect(server.connectionCount == 1)
    }

    @Test(
        "The loopback server parses requests from any split of their bytes",
        arguments: [1, 2, 3, 7, 64])
    func splits(size: Int) throws {
        let server = try LoopbackServer()
        let client = try TestClient(port: server.port)
        let first = TestClient.post(key: "k-1", body: "{\"event_type\":\"a\"}")
        let both = first + TestClient.post(key: "k-2", body: "x")
        for start in stride(from: 0, to: both.count, by: size) {
            client.send(both[start..<min(start + size, both.count)])
        }
        #expect(client.receive(answers: 2).count == 2)
        #expect(server.requests.flatMap(\.raw) == both)
    }

    @Test("The loopback server counts an acceptance before it sends a byte of the response")
    func acceptanceComesFirst() throws {
        let server = try LoopbackServer { _ in .acceptThenClose }
        let client = try TestClient(port: server.port)
        client.send(TestClient.post(key: "k", body: ""))
        #expect(client.receiveAll() == [])
        #expect(server.acceptances == ["k": 1])
        #expect(server.requestsByKey == ["k": 1])
    }

    @Test(
        "The loopback server writes exactly the scripted bytes",
        arguments: [
            (Reply.raw("half"), "half"),
            (.byteByByte([UInt8]("garbage".utf8), pause: .zero), "garbage"),
            (.delay(.milliseconds(5), .raw("late")), "late"),
            (.close, ""),
            (
                .interim([100, 103], .raw("!")),
                "HTTP/1.1 100 Interim\r\nLink: </style.css>\r\n\r\n"
                    + "HTTP/1.1 103 Interim\r\nLink: </style.css>\r\n\r\n!"
            ),
            (
                .answer(404, body: "{}"),
                "HTTP/1.1 404 Scripted\r\nContent-Type: application/json\r\n"
                    + "Content-Length: 2\r\n\r\n{}"
            ),
        ])
    func replies(reply: Reply, expected: String) throws {
        let server = try LoopbackServer { _ in reply.thenClose }
        let client = try TestClient(port: server.port)
        client.send(TestClient.post(key: "k", body: "b"))
        #expect(String(decoding: client.receiveAll() ?? [], as: UTF8.self) == expected)
        #expect(server.acceptances == [:])
    }

    @Test("The loopback server can reset a connection instead of closing it")
    func reset() throws {
        let server = try LoopbackServer { _ in .reset }
        let client = try TestClient(port: server.port)
        client.send(TestClient.post(key: "k", body: ""))
        #expect(client.receiveAll() == nil)
    }

    @Test("The loopback server keeps silent connections open until stop() closes them")
    func silence() throws {
        let server = try LoopbackServer { _ in .silence }
        let client = try TestClient(port: server.port)
        client.send(TestClient.post(key: "k", body: ""))
        #expect(server.waitForRequests(1))
        server.stop()
        #expect((client.receiveAll() ?? []).isEmpty)
        #expect(throws: SystemFailure.self) { try TestClient(port: server.port) }
        server.stop()
    }

    @Test("The loopback server sends a body of a gibibyte without buffering it")
    func largeBody() throws {
        let server = try LoopbackServer { _ in .largeBody(200, mebibytes: 1024).thenClose }
        let client = try TestClient(port: server.port)
        client.send(TestClient.post(key: "k", body: ""))
        #expect(client.countAll() > 1 << 30)
    }

    @Test(
        "The loopback server can respond to a head alone, and leaves other requests to the script")
    func early() throws {
        let server = try LoopbackServer(onHead: { request in
            request.path.contains("large") ? .answer(413) : nil
        })
        let client = try TestClient(port: server.port)
        let whole = TestClient.post(key: "k-1", body: "body")
        client.send(whole.dropLast())
        client.send(whole.suffix(1))
        #expect(client.receive(answers: 1).map(\.status) == [201])
        client.send(TestClient.post(path: "/large", key: "k-2", body: "body").dropLast())
        #expect(client.receive(answers: 1).map(\.status) == [413])
        #expect(client.receiveAll() == [])
        #expect(server.acceptances == ["k-1": 1])
        #expect(server.requestsByKey == ["k-1": 1, "k-2": 1])
    }

    @Test(
        "The loopback server keeps a connection for further requests, unless the reply closes it")
    func keepsAlive() throws {
        let server = try LoopbackServer { request in
            request.number < 3 ? .created(request) : .answer(500)
        }
        let client = try TestClient(port: server.port)
        for status in [201, 201, 201, 500, 500] {
            client.send(TestClient.post(key: "k", body: ""))
            #expect(client.receive(answers: 1).map(\.status) == [status])
        }
        #expect(server.connectionCount == 1)
        #expect(server.acceptances == ["k": 3])
    }

    @Test("A wait for requests that do not arrive returns false after its timeout")
    func waiting() throws {
        let server = try LoopbackServer()
        #expect(server.waitForRequests(0, timeout: .zero))
        #expect(!server.waitForRequests(1, timeout: .milliseconds(10)))
    }

    @Test("The loopback server serves 96 connections at once, and counts every key once")
    func many() throws {
        let server = try LoopbackServer(keeping: 10)
        let clients = try (0..<96).map { _ in try TestClient(port: server.port) }
        let rounds = 50
        for round in 0..<rounds {
            for (index, client) in clients.enumerated() {
                client.send(TestClient.post(key: "k-\(index)-\(round)", body: "{}"))
            }
            for client in clients { #expect(client.receive(answers: 1).map(\.status) == [201]) }
        }
        #expect(server.requestCount == 96 * rounds)
        #expect(server.requests.count == 10)
        #expect(server.acceptances.count == 96 * rounds)
        #expect(server.acceptances.values.allSatisfy { $0 == 1 })
        #expect(server.connectionCount == 96)
    }
}
