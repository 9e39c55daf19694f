import Foundation
import HTTP
import TestSupport
import Testing

@Suite("Deliveries to endpoints", .sideBySide) struct DeliverTests {
    private let delivering: Delivering

    init() throws { delivering = try Delivering() }

    @Test("Each due message reaches its endpoint once, signed, and a second run sends nothing")
    func delivered() throws {
        let server = try LoopbackServer { _ in .answer(200) }
        let (id, secret) = try delivering.addEndpoint(server.url)
        try delivering.send(150)
        let result = try delivering.deliver()
        #expect(result.exitCode == 0, "\(result)")
        #expect(result.errorOutput.contains("delivered 150 with 150 requests"), "\(result)")
        let messages = try Serving.objects(delivering.store("messages").standardOutput)
        #expect(Set(server.ids) == Set(messages.compactMap { $0["id"] as? String }))
        #expect(server.requestCount == 150)
        for request in server.requests {
            #expect(request.path == "/hook?a=1")
            func value(_ name: String) -> [UInt8] {
                Array((request.values(of: name).first ?? "").utf8)
            }
            let verdict = try request.body.withUnsafeBytes {
                WebhookSignature.verify(
                    id: value("webhook-id"), timestamp: value("webhook-timestamp"),
                    signature: value("webhook-signature"), body: $0,
                    secrets: [try WebhookSecret(parsing: secret.utf8)],
                    now: Int64(Date().timeIntervalSince1970))
            }
            #expect(verdict == .good)
            let body = try #require(
                try JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any])
            #expect(body["type"] as? String == "user.created")
            #expect((body["data"] as? [String: Int])?["n"] != nil)
        }
        let rows = try delivering.deliveries("--status", "delivered", "--endpoint", id)
        #expect(rows.count == 150)
        #expect(rows.allSatisfy { $0["attempts"] as? Int == 1 })
        #expect(rows.allSatisfy { $0["response_status"] as? Int == 200 })
        #expect(try delivering.deliver().exitCode == 0)
        #expect(server.requestCount == 150)
    }

    @Test("After a rotation, a request has a signature by each of the two secrets")
    func rotation() throws {
        let server = try LoopbackServer { _ in .answer(200) }
        let (id, _) = try delivering.addEndpoint(server.url)
        #expect(try delivering.store("rotate-secret", id).exitCode == 0)
        try delivering.send(1)
        #expect(try delivering.deliver("--body", "payload").exitCode == 0)
        let request = try #require(server.requests.first)
        let signatures = request.values(of: "webhook-signature")[0].split(separator: " ")
        #expect(signatures.count == 2 && Set(signatures).count == 2)
        #expect(request.bodyText == #"{"n":0}"#)
    }

    @Test(
        "A response that is not 2xx leaves a delivery pending until its schedule ends",
        arguments: [
            (302, [("Location", "/other")]), (404, []), (500, []), (429, [("Retry-After", "0")]),
        ]
            as [(Int, [(String, String)])])
    func retried(status: Int, fields: [(String, String)]) throws {
        let server = try LoopbackServer { _ in .answer(status, headers: fields, body: "no\u{1B}[1m")
        }
        _ = try delivering.addEndpoint(server.url)
        try delivering.send(1)
        let first = try delivering.deliver("--schedule", "1h")
        #expect(first.exitCode == 3, "\(first)")
        #expect(first.errorOutput.contains("pending 1"), "\(first)")
        let row = try #require(try delivering.deliveries().first)
        #expect(row["status"] as? String == "pending" && row["attempts"] as? Int == 1)
        #expect(row["response_status"] as? Int == status)
        #expect(row["response"] as? String == "no\u{1B}[1m")
        #expect(try !delivering.store("deliveries", "--format", "table").output.contains("\u{1B}"))
        // Not due yet.
        #expect(try delivering.deliver().exitCode == 3)
        #expect(server.requestCount == 1)
        #expect(try delivering.store("redeliver", "--status", "pending").exitCode == 0)
        let last = try delivering.deliver("--schedule", "0ms")
        #expect(last.exitCode == 1, "\(last)")
        #expect(try delivering.deliveries("--status", "failed").count == 1)
        #expect(server.requestCount == 3 && Set(server.ids).count == 1)
        #expect(Set(server.requests.map(\.path)) == ["/hook?a=1"])
    }

    @Test("A 410 disables its endpoint, which is named, and other endpoints get their messages")
    func gone() throws {
        let server = try LoopbackServer { _ in .answer(410) }
        let healthy = try LoopbackServer { _ in .answer(200) }
        let (id, _) = try delivering.addEndpoint(server.url)
        _ = try delivering.addEndpoint(healthy.url)
        try delivering.send(30)
        let result = try delivering.deliver("--endpoint-concurrency", "1")
        #expect(result.exitCode == 1, "\(result)")
        #expect(result.errorOutput.contains("\(id) is now disabled: it responded with 410"))
        #expect(server.requestCount == 1)
        #expect(healthy.requestCount == 30)
        let endpoints = try Serving.objects(delivering.store("endpoints").standardOutput)
        let row = try #require(endpoints.first { $0["id"] as? String == id })
        #expect(row["active"] as? Bool == false && row["disabled_reason"] as? String == "gone")
        #expect(try delivering.deliver().exitCode == 0)
    }

    @Test("An endpoint that hangs and one that refuses connections hold up no other")
    func deadEndpoints() throws {
        let hanging = try LoopbackServer { _ in Reply([.hang]) }
        let down = try LoopbackServer { _ in .answer(200) }
        down.goDown()
        let healthy = try LoopbackServer { _ in .answer(200) }
        for server in [hanging, down, healthy] { _ = try delivering.addEndpoint(server.url) }
        try delivering.send(300)
        let result = try delivering.deliver(
            "--timeout", "2s", "--concurrency", "24", "--schedule", "1h,1h")
        #expect(result.exitCode == 3, "\(result)")
        #expect(healthy.requestCount == 300)
        #expect(hanging.requestCount <= 24)
        #expect(try delivering.deliveries("--status", "delivered").count == 300)
        #expect(try delivering.deliveries("--status", "pending").count == 600)
        down.comeBack()
        #expect(try delivering.store("redeliver", "--status", "pending").exitCode == 0)
        _ = try delivering.deliver("--timeout", "2s", "--schedule", "1h")
        #expect(down.requestCount == 300)
        #expect(healthy.requestCount == 300)
    }

    @Test("Endpoints that hang and could hold all requests in flight hold up no other")
    func manyHanging() throws {
        let hanging = try (0..<3).map { _ in try LoopbackServer { _ in Reply([.hang]) } }
        let healthy = try LoopbackServer { _ in .answer(200) }
        for server in hanging + [healthy] { _ = try delivering.addEndpoint(server.url) }
        try delivering.send(100)
        // Each of them may have all eight requests, for much longer than the others take.
        let running = try delivering.start(
            ["--timeout", "10m", "--concurrency", "8", "--schedule", "1h"])
        #expect(healthy.waitForRequests(100))
        #expect(hanging.reduce(0) { $0 + $1.requestCount } <= 4)
        #expect(Set(healthy.ids).count == 100)
        running.kill(SIGKILL)
        _ = running.wait()
    }

    @Test("A name that leads to this machine is refused before a connection is opened")
    func privateAddress() throws {
        let server = try LoopbackServer { _ in .answer(200) }
        // libcurl reads the number as 127.0.0.1, as a resolver may for a name.
        let (id, _) = try delivering.addEndpoint(
            "http://2130706433:\(server.port)/", "--allow-plain-http")
        try delivering.send(1)
        let refused = try delivering.deliver()
        #expect(refused.exitCode == 3 && refused.errorOutput.contains("\(id) is not called"))
        let result = try delivering.deliver("--allow-plain-http", "--schedule", "")
        #expect(result.exitCode == 2, "\(result)")
        #expect(try delivering.deliver("--allow-plain-http", "--schedule", "1h").exitCode == 3)
        #expect(server.connectionCount == 0)
        let row = try #require(try delivering.deliveries().first)
        #expect(row["error"] as? String == "address_not_public")
        #expect(try delivering.store("redeliver", "--endpoint", id).exitCode == 0)
        let flags = ["--allow-plain-http", "--allow-private-addresses"]
        #expect(try delivering.deliver(flags[0], flags[1]).exitCode == 0)
        #expect(server.requestCount == 1)
    }

    @Test("An endpoint without a secret is named and gets nothing")
    func withoutSecret() throws {
        let server = try LoopbackServer { _ in .answer(200) }
        let (id, _) = try delivering.addEndpoint(server.url)
        try delivering.send(1)
        // As an endpoint of version 1 has none.
        try delivering.execute("DELETE FROM endpoint_secrets")
        let result = try delivering.deliver()
        #expect(result.exitCode == 3, "\(result)")
        #expect(result.errorOutput.contains("hookbatch store rotate-secret \(id)"))
        #expect(server.requestCount == 0)
    }

    @Test("A second deliver on one store does nothing, and a stop signal lets requests end")
    func oneProcess() throws {
        let server = try LoopbackServer { _ in
            Reply([.pause(.milliseconds(700))] + Reply.answer(200).steps)
        }
        _ = try delivering.addEndpoint(server.url)
        try delivering.send(4)
        let program = try Program(
            Hookbatch.binary, ["deliver", "--watch", "--endpoint-concurrency", "1"],
            directory: delivering.folder.path
        ).start()
        #expect(server.waitForRequests(1))
        let second = try delivering.deliver()
        #expect(second.exitCode == 75 && second.errorOutput.contains("another process delivers"))
        program.kill(SIGTERM)
        let result = program.wait()
        #expect(result.exitCode == 143, "\(result)")
        let delivered = try delivering.deliveries("--status", "delivered").count
        #expect(delivered >= 1 && delivered == server.requestCount)
        #expect(try delivering.deliver().exitCode == 0)
        #expect(server.requestCount == 4)
    }

    @Test("A watching deliver sends a message that is stored while it runs")
    func watch() throws {
        let server = try LoopbackServer { _ in .answer(200) }
        _ = try delivering.addEndpoint(server.url)
        let program = try Program(
            Hookbatch.binary, ["deliver", "--watch"], directory: delivering.folder.path
        ).start()
        try delivering.send(3)
        #expect(server.waitForRequests(3))
        try delivering.send(2, from: 3)
        #expect(server.waitForRequests(5))
        program.kill(SIGINT)
        #expect(program.wait().exitCode == 130)
        #expect(try delivering.deliveries("--status", "delivered").count == 5)
    }
}
