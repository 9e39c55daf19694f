import Foundation
import TestSupport
import Testing

@Suite("Deliveries from a store that others change", .sideBySide) struct DeliverDamageTests {
    private let delivering: Delivering

    init() throws { delivering = try Delivering() }

    /// A server that holds its first response until the test releases it.
    private final class HeldServer: Sendable {
        private let state = Monitor((hasArrived: false, isReleased: false))
        let server: LoopbackServer

        init(_ status: Int) throws {
            server = try LoopbackServer { [state] request in
                guard request.number == 0 else { return .answer(200) }
                state.update { $0.hasArrived = true }
                _ = state.wait { $0.isReleased }
                return .answer(status)
            }
        }

        func waitForFirst() -> Bool { state.wait { $0.hasArrived } }
        func release() { state.update { $0.isReleased = true } }
    }

    @Test(
        "A redelivery during an attempt is not lost, and a success ends one of pending deliveries",
        arguments: [
            (500, ["--status", "pending"], 2), (200, ["--status", "pending"], 1),
            (500, ["--app", "app_1"], 2), (200, ["--app", "app_1"], 2),
        ] as [(Int, [String], Int)])
    func redeliveryInFlight(status: Int, filter: [String], requests: Int) throws {
        let held = try HeldServer(status)
        let server = held.server
        _ = try delivering.addEndpoint(server.url)
        try delivering.send(1)
        // Only the redelivery makes it due before the test ends.
        let program = try delivering.start(["--watch", "--schedule", "23h"])
        #expect(held.waitForFirst())
        let redelivered = try delivering.run(["store", "redeliver"] + filter)
        #expect(redelivered.errorOutput.contains("due again: 1 delivery"), "\(redelivered)")
        held.release()
        #expect(server.waitForRequests(requests))
        program.kill(SIGTERM)
        let end = program.wait()
        #expect(end.errorOutput.contains("delivered 1 with \(requests) request"), "\(end)")
        #expect(server.requestCount == requests && Set(server.ids).count == 1)
        let row = try #require(try delivering.deliveries().first)
        #expect(row["status"] as? String == "delivered")
        #expect(row["attempts"] as? Int == requests)
    }

    @Test("With --ordered, a delivery that is made due again during its attempt stays the first")
    func ordered() throws {
        let held = try HeldServer(500)
        let server = held.server
        let (id, _) = try delivering.addEndpoint(server.url)
        try delivering.send(3)
        let program = try delivering.start(["--watch", "--ordered", "--schedule", "23h"])
        #expect(held.waitForFirst())
        #expect(try delivering.store("redeliver", "--endpoint", id).exitCode == 0)
        held.release()
        #expect(server.waitForRequests(4))
        program.kill(SIGTERM)
        _ = program.wait()
        let bodies = server.requests.map(\.bodyText)
        let numbers = bodies.compactMap { $0.firstMatch(of: /"n":([0-9]+)/).flatMap { Int($0.1) } }
        #expect(numbers == [0, 0, 1, 2])
    }

    @Test("Deliveries without their message become failed, are named once, and the run ends")
    func missing() throws {
        let server = try LoopbackServer { _ in .answer(200) }
        _ = try delivering.addEndpoint(server.url)
        try delivering.send(300)
        try delivering.execute("DELETE FROM messages WHERE rowid % 2 = 0")
        let result = try delivering.deliver()
        #expect(result.exitCode == 1, "\(result)")
        #expect(result.errorOutput.contains("delivered 150 with 150 requests, failed 150"))
        let warnings = result.errorOutput.components(separatedBy: "message_missing").count - 1
        #expect(warnings == 1, "\(result)")
        #expect(server.requestCount == 150)
        let failed = try delivering.deliveries("--status", "failed")
        #expect(failed.count == 150)
        #expect(failed.allSatisfy { $0["error"] as? String == "message_missing" })
        #expect(failed.allSatisfy { $0["attempts"] as? Int == 0 })
        let check = try delivering.store("check")
        #expect(check.exitCode == 1, "\(check)")
        #expect(check.errorOutput.contains("150 deliveries without their message"), "\(check)")
        #expect(try delivering.deliver().exitCode == 0)
    }

    /// Damages of the store, each in another message, its delivery or its endpoint.
    private static let damages: [(sql: String, error: String?)] = [
        ("UPDATE messages SET id = 'a' || char(13, 10) || 'x: y' WHERE ?", "message_missing"),
        (
            """
            UPDATE deliveries SET message_id = 'b' || char(13, 10) || 'x: y' WHERE message_id = !;
            UPDATE messages SET id = 'b' || char(13, 10) || 'x: y' WHERE ?
            """, "message_invalid"
        ),
        ("UPDATE deliveries SET message_id = x'FF' WHERE message_id = !", "message_invalid"),
        ("UPDATE messages SET payload = '1},{\"a\":' WHERE ?", "message_invalid"),
        ("UPDATE messages SET created_at = '\",\"type\":\"x' WHERE ?", "message_invalid"),
        ("UPDATE messages SET event_type = char(27) WHERE ?", "message_invalid"),
        (
            """
            UPDATE deliveries SET attempts = 9223372036854775807, failures = -5
            WHERE message_id = !
            """, nil
        ),
        (
            "UPDATE deliveries SET attempts = 'x', failures = 9223372036854775807 "
                + "WHERE message_id = !", nil
        ),
        ("UPDATE deliveries SET due_at = 'z' || char(27) WHERE message_id = !", nil),
        ("UPDATE deliveries SET due_at = char(27) || '[31m' WHERE message_id = !", nil),
    ]

    @Test(
        "Damaged rows make their own deliveries failed, and everything else is delivered",
        arguments: [[], ["--ordered"], ["--schedule", "1h", "--report", "attempts.ndjson"]])
    func damaged(flags: [String]) throws {
        let server = try LoopbackServer { request in
            // The counters are used in each outcome of an attempt.
            .answer(flags.count > 2 && request.bodyText.contains(#""n":6}"#) ? 500 : 200)
        }
        _ = try delivering.addEndpoint(server.url)
        try delivering.send(20)
        let messages = try Serving.objects(delivering.store("messages").standardOutput)
        let ids = messages.compactMap { $0["id"] as? String }
        #expect(ids.count == 20)
        for ((sql, _), id) in zip(Self.damages, ids) {
            try delivering.execute(
                sql.replacingOccurrences(of: "?", with: "id = '\(id)'")
                    .replacingOccurrences(of: "!", with: "'\(id)'"))
        }
        let result = try delivering.run(["deliver"] + flags)
        let errors = Self.damages.compactMap(\.error)
        let isRetried = flags.count > 2
        #expect(result.exitCode == (isRetried ? 3 : 1), "\(result)")
        #expect(!result.standardError.contains(0x1B), "\(result)")
        let failed = try delivering.deliveries("--status", "failed")
        #expect(
            failed.compactMap { $0["error"] as? String }.sorted() == errors.sorted(), "\(failed)")
        let delivered = try delivering.deliveries("--status", "delivered")
        #expect(delivered.count == 20 - errors.count - (isRetried ? 1 : 0))
        for request in server.requests {
            #expect(try JSONSerialization.jsonObject(with: Data(request.body)) is [String: Any])
            #expect(request.values(of: "x").isEmpty)
        }
        for action in ["apps", "endpoints", "messages", "deliveries", "check"] {
            for format in action == "check" ? [] : ["ndjson", "csv", "table"] {
                let listing = try delivering.store(action, "--format", format)
                #expect(listing.exitCode == 0, "\(listing)")
                #expect(!(listing.standardOutput + listing.standardError).contains(0x1B))
            }
        }
        #expect(try !delivering.store("check").standardError.contains(0x1B))
    }

    @Test("The times and commands of messages about a damaged store are one visible line")
    func messages() throws {
        let server = try LoopbackServer { _ in .answer(500) }
        let (id, _) = try delivering.addEndpoint(server.url)
        try delivering.send(1)
        try delivering.execute(
            """
            UPDATE endpoints SET id = 'ep_$(id);y';
            UPDATE deliveries SET endpoint_id = 'ep_$(id);y';
            DELETE FROM endpoint_secrets;
            UPDATE deliveries SET due_at = '2026' || char(27) || '[31m'
            """)
        let result = try delivering.deliver()
        #expect(result.exitCode == 3, "\(result)")
        #expect(
            result.errorOutput.contains("hookbatch store rotate-secret 'ep_$(id);y''"),
            "\(result)")
        #expect(!result.standardError.contains(0x1B) && !result.errorOutput.contains(id))
        try delivering.execute("UPDATE endpoints SET id = 'ep' || char(27), active = 1")
        try delivering.execute("UPDATE deliveries SET endpoint_id = 'ep' || char(27)")
        let invalid = try delivering.deliver()
        #expect(invalid.errorOutput.contains("ep\\u{001B} is not called"), "\(invalid)")
        #expect(invalid.exitCode == 3 && server.requestCount == 0)
    }

    @Test("A server on a damaged store stores and delivers new messages")
    func served() throws {
        let server = try LoopbackServer { _ in .answer(200) }
        _ = try delivering.addEndpoint(server.url)
        try delivering.send(2)
        try delivering.execute(
            """
            UPDATE deliveries SET message_id = message_id || char(10), attempts = -1, failures = 'x';
            UPDATE messages SET id = id || char(10), org_id = char(27), created_at = x'FF'
            """)
        let serving = try Serving(["--deliver"], in: delivering.folder)
        let client = try TestClient(port: serving.port)
        client.send(messageRequest(key: "k", body: #"{"event_type":"e","payload":{}}"#))
        #expect(client.answer()?.status == 201)
        #expect(server.waitForRequests(1))
        let end = serving.stop()
        #expect(end.exitCode == 0, "\(end)")
        #expect(end.errorOutput.contains("delivered 1 with 1 request, failed 2"), "\(end)")
        #expect(server.requestCount == 1)
    }
}
