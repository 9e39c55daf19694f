import TestSupport
import Testing

@Suite("Retries and possible duplicates", .sideBySide)
struct RetryTests {
    /// Starts a server that gives `reply` to the first request and 201 to every other.
    private func server(first reply: Reply) throws -> LoopbackServer {
        try LoopbackServer { $0.number == 0 ? reply : .created($0) }
    }

    @Test(
        "A retried refusal is not a possible duplicate",
        arguments: [
            Reply.answer(429, headers: [("Retry-After", "0")]), .answer(408),
            .answer(503, headers: [("Retry-After", "0")]),
        ])
    func refused(reply: Reply) throws {
        let server = try server(first: reply)
        let row = try Sending().send(to: server.baseURL).row
        #expect(row.outcome == "accepted")
        #expect(row.attempts == 2)
        #expect(!row.possibleDuplicate)
        #expect(Set(server.requests.map(\.idempotencyKey)).count == 1)
        #expect(server.requests.map(\.body).dropFirst().first == server.requests.first?.body)
    }

    @Test(
        "A retry after an uncertain attempt is a possible duplicate",
        arguments: [Reply.answer(500), .acceptThenClose, .acceptThenReset, .close, .raw("?")])
    func uncertain(reply: Reply) throws {
        let server = try server(first: reply.steps.count == 1 ? reply.thenClose : reply)
        let sent = try Sending().send(to: server.baseURL)
        let row = try sent.row
        #expect(row.outcome == "accepted")
        #expect(row.attempts == 2)
        #expect(row.possibleDuplicate)
        #expect(sent.exitCode == 0)
        let auditor = Auditor([.init(file: "in.ndjson", count: 1)])
        #expect(auditor.violations(rows: [row], server: server) == [])
    }

    @Test(
        "Under at-most-once an uncertain line is never sent again",
        arguments: [Reply.answer(500), .acceptThenClose, .acceptThenReset, .close])
    func atMostOnce(reply: Reply) throws {
        let server = try server(first: reply)
        let sent = try Sending().send(to: server.baseURL, ["--delivery", "at-most-once"])
        let row = try sent.row
        #expect(row.outcome == "unknown")
        #expect(sent.exitCode == 4)
        #expect(server.requestCount == 1)
        let auditor = Auditor([.init(file: "in.ndjson", count: 1)], isAtMostOnce: true)
        #expect(auditor.violations(rows: [row], server: server) == [])
    }

    @Test(
        "A rejected line with an uncertain attempt before says so, and has the server's words",
        arguments: ["ndjson", "csv"])
    func rejectedAfterUncertain(format: String) throws {
        let server = try LoopbackServer { request in
            request.number == 0
                ? .close : .answer(400, body: #"{"message":"No such application"}"#)
        }
        let sent = try Sending(report: "out.report.\(format)").send(to: server.baseURL)
        let row = try sent.row
        #expect(row.outcome == "unknown" && row.error == "http_400" && row.attempts == 2)
        let detail = try #require(row.detail)
        #expect(
            detail.hasPrefix("an earlier attempt may have arrived; the last one was rejected: "))
        #expect(detail.contains("No such application"), "\(detail)")
        #expect(sent.exitCode == 4)
    }

    @Test("A line that was rejected at its only attempt has the server's words alone")
    func rejectedAtOnce() throws {
        let server = try LoopbackServer { _ in .answer(400, body: #"{"message":"Inactive"}"#) }
        let row = try Sending().send(to: server.baseURL).row
        #expect(row.outcome == "rejected")
        #expect(row.detail?.contains("an earlier attempt") == false)
    }

    @Test("A connection that the server closed while idle is replaced without a retry")
    func idleClose() throws {
        let server = try LoopbackServer { .created($0).thenClose }
        let input = String(repeating: Sending.oneLine, count: 20)
        let sent = try Sending().send(
            input, to: server.baseURL, ["--retries", "0", "--concurrency", "1", "--rate", "20/s"])
        #expect(try sent.rows.map(\.outcome) == Array(repeating: "accepted", count: 20))
        #expect(server.requestCount == 20)
    }

    @Test("A server that closes each connection unannounced costs few unknown lines")
    func unannouncedClose() throws {
        let server = try LoopbackServer { .created($0).thenClose }
        try expectFewUnknown(server)
    }

    @Test("A server that closes each connection at its second request costs few unknown lines")
    func closeAtSecondRequest() throws {
        let used = Monitor(Set<Int>())
        let server = try LoopbackServer { request in
            used.update { $0.insert(request.connection).inserted } ? .created(request) : .close
        }
        try expectFewUnknown(server)
    }

    /// Sends 400 lines at most once, of which at most 10 may be unknown and all others accepted.
    private func expectFewUnknown(_ server: LoopbackServer) throws {
        let sent = try Sending().send(
            Sending.lines(400), to: server.baseURL,
            ["--delivery", "at-most-once", "--concurrency", "8"])
        let rows = try sent.rows
        #expect(rows.count { $0.outcome == "unknown" } <= 10, "\(sent)")
        #expect(rows.allSatisfy { ["accepted", "unknown"].contains($0.outcome) }, "\(sent)")
        let auditor = Auditor([.init(file: "in.ndjson", count: 400)], isAtMostOnce: true)
        #expect(auditor.violations(rows: rows, server: server) == [])
    }
}
