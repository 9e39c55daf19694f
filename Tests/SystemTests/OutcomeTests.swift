import TestSupport
import Testing

/// A server's reply to one line, and the row that must follow from it.
struct OutcomeCase: Sendable, CustomTestStringConvertible {
    var what: String
    var reply: Reply
    var outcome: String
    var status: Int?
    var error: String?
    var exitCode: Int32
    var flags: [String] = []

    var testDescription: String { "\(what): \(outcome)" }

    static let message = #"{"message":{"id":"msg_x"}}"#
    static let created = Reply.bytes(201, body: message)
    static let notTheAPI = "<html>Welcome to the portal</html>"

    static let all = [
        Self(what: "201", reply: .raw(created), outcome: "accepted", status: 201, exitCode: 0),
        Self(
            what: "200 with a message id", reply: .answer(200, body: message), outcome: "accepted",
            status: 200, exitCode: 0),
        Self(
            what: "201 byte by byte", reply: .byteByByte(created, pause: .microseconds(100)),
            outcome: "accepted", status: 201, exitCode: 0),
        Self(
            what: "201 after 100 and 103", reply: .interim([100, 103], .raw(created)),
            outcome: "accepted", status: 201, exitCode: 0),
        Self(
            what: "201 with half of its body", reply: .raw(Array(created.dropLast(9))).thenClose,
            outcome: "accepted", status: 201, exitCode: 0),
        Self(
            what: "201 with a body of 1 GiB", reply: .largeBody(201, mebibytes: 1024),
            outcome: "accepted", status: 201, exitCode: 0),
        Self(
            what: "201 with a body without end", reply: .endlessBody(201), outcome: "accepted",
            status: 201, exitCode: 0),
        ambiguous(201, outcome: "accepted", exitCode: 0),
        ambiguous(
            201, framing: "Content-Length: 2\r\nContent-Length: 3", outcome: "accepted",
            exitCode: 0),
        ambiguous(201, framing: "Content-Length: 2, 3", outcome: "accepted", exitCode: 0),
        ambiguous(422, error: "http_422", outcome: "rejected", exitCode: 1),
        ambiguous(500, error: "malformed_answer", outcome: "unknown", exitCode: 4),
        refusal(400), refusal(404), refusal(405), refusal(409), refusal(413), refusal(422),
        refusal(302), refusal(308),
        refusal(400, "a body of 2 MiB", .largeBody(400, mebibytes: 2)),
        refusal(404, "a body without end", .endlessBody(404)),
        refusal(
            422, "half of its body",
            .raw(Array(Reply.bytes(422, body: message).dropLast(9))).thenClose),
        refusal(
            429, "half of its body",
            .raw(Array(Reply.bytes(429, body: message).dropLast(9))).thenClose, outcome: "failed"),
        refusal(429, outcome: "failed"), refusal(408, outcome: "failed"),
        Self(
            what: "503 with Retry-After", reply: .answer(503, headers: [("Retry-After", "1")]),
            outcome: "failed", status: 503, error: "http_503", exitCode: 1),
        uncertain(500), uncertain(502), uncertain(503), uncertain(504),
        Self(
            what: "200 of another server", reply: .answer(200, body: notTheAPI),
            outcome: "unknown", status: 200, error: "http_200", exitCode: 4),
        Self(
            what: "no answer", reply: .silence, outcome: "unknown", error: "timeout", exitCode: 4,
            flags: ["--timeout", "1s"]),
        Self(
            what: "close", reply: .close, outcome: "unknown", error: "connection_closed",
            exitCode: 4),
        Self(
            what: "reset", reply: .reset, outcome: "unknown", error: "connection_closed",
            exitCode: 4),
        Self(
            what: "garbage", reply: .raw("SSH-2.0-OpenSSH_9.2p1\r\n\r\n").thenClose,
            outcome: "unknown", error: "malformed_answer", exitCode: 4),
        Self(
            what: "half of a head", reply: .raw("HTTP/1.1 201 Created\r\nContent-Le").thenClose,
            outcome: "unknown", error: "connection_closed", exitCode: 4),
    ]

    private static func refusal(_ status: Int, outcome: String = "rejected") -> Self {
        let reply = Reply.answer(status, headers: [("Location", "http://127.0.0.1:1/")])
        return refusal(status, "a whole body", reply, outcome: outcome)
    }

    private static func refusal(
        _ status: Int, _ what: String, _ reply: Reply, outcome: String = "rejected"
    ) -> Self {
        Self(
            what: "\(status) with \(what)", reply: reply, outcome: outcome, status: status,
            error: "http_\(status)", exitCode: 1)
    }

    /// A response whose head is complete, and whose body has no certain length. The connection
    /// stays open, and a second response follows.
    private static func ambiguous(
        _ status: Int, framing: String = "Content-Length: 2\r\nTransfer-Encoding: chunked",
        error: String? = nil, outcome: String, exitCode: Int32
    ) -> Self {
        let text =
            "HTTP/1.1 \(status) X\r\n\(framing)\r\n\r\n0\r\n\r\n"
            + String(decoding: Reply.bytes(422), as: UTF8.self)
        return Self(
            what: "\(status) with \(framing.debugDescription)", reply: .raw(Array(text.utf8)),
            outcome: outcome, status: status, error: error, exitCode: exitCode)
    }

    private static func uncertain(_ status: Int) -> Self {
        Self(
            what: "\(status)", reply: .answer(status), outcome: "unknown", status: status,
            error: "http_\(status)", exitCode: 4)
    }
}

@Suite("Outcomes by the server's reply", .sideBySide)
struct OutcomeTests {
    /// The first line is accepted, so that the run recognizes the server as the API.
    private static let input =
        #"{"appId":"good","event_type":"t"}"# + "\n" + #"{"appId":"tried","event_type":"t"}"# + "\n"

    @Test("The row of one attempt follows from the server's reply", arguments: OutcomeCase.all)
    func outcome(of tried: OutcomeCase) throws {
        let server = try LoopbackServer { request in
            request.path.contains("/good/") ? .created(request) : tried.reply
        }
        let sending = try Sending()
        let sent = try sending.send(
            Self.input, to: server.baseURL, ["--retries", "0", "--concurrency", "1"] + tried.flags)
        let rows = try sent.rows
        try #require(rows.map(\.line) == [1, 2], "\(sent)")
        #expect(rows[0].outcome == "accepted")
        #expect(rows[1].outcome == tried.outcome, "\(rows[1])")
        #expect(rows[1].status == tried.status)
        #expect(rows[1].error == tried.error, "\(rows[1])")
        #expect(rows[1].attempts == 1)
        #expect(!rows[1].possibleDuplicate)
        #expect(sent.exitCode == tried.exitCode, "\(sent)")
        #expect(server.requestCount == 2)
        #expect(!sent.hasJournal)
    }

    @Test("A row has the id that the API gave the message")
    func messageID() throws {
        let server = try LoopbackServer()
        let row = try Sending().send(to: server.baseURL).row
        #expect(row.messageID == server.requests.first.map { Reply.messageID(of: $0) })
        #expect(row.appID == "app_1")
        #expect(row.eventType == "user.created")
        #expect(row.file == "in.ndjson")
    }

    @Test("A redirect to another host is not followed", arguments: [301, 302, 303, 307, 308])
    func redirect(status: Int) throws {
        let other = try LoopbackServer()
        let location = other.baseURL + "/applications/app_1/messages"
        let server = try LoopbackServer { _ in .answer(status, headers: [("Location", location)]) }
        let row = try Sending().send(to: server.baseURL, ["--retries", "0"]).row
        #expect(row.outcome == "rejected")
        #expect(row.status == status)
        #expect(other.connectionCount == 0)
    }

    @Test("A response before the end of the request is received")
    func earlyAnswer() throws {
        let server = try LoopbackServer(onHead: { request in
            request.path.contains("/large/") ? .answer(413) : nil
        })
        let filling = String(repeating: "x", count: 4 << 20)
        let input =
            Sending.oneLine
            + #"{"appId":"large","event_type":"t","payload":"\#(filling)"}"# + "\n"
        let rows = try Sending().send(
            input, to: server.baseURL, ["--retries", "0", "--concurrency", "1"]
        ).rows
        #expect(rows.map(\.outcome) == ["accepted", "rejected"])
        #expect(rows.map(\.status) == [201, 413])
    }

    @Test("A line whose acceptance comes before its end has left is unknown")
    func earlyAcceptance() throws {
        // During the pause the server reads nothing, so that the request can't leave whole.
        let server = try LoopbackServer(onHead: { request in
            request.path.contains("/large/")
                ? Reply([.write(OutcomeCase.created), .pause(.patience)]) : nil
        })
        let filling = String(repeating: "x", count: 48 << 20)
        let input =
            Sending.oneLine
            + #"{"appId":"large","event_type":"t","payload":"\#(filling)"}"# + "\n"
        let sent = try Sending().send(
            input, to: server.baseURL,
            ["--retries", "0", "--concurrency", "1", "--max-record-bytes", "64MiB"])
        let rows = try sent.rows
        #expect(rows.map(\.outcome) == ["accepted", "unknown"])
        #expect(rows.map(\.error) == [nil, "early_answer"])
        #expect(rows.map(\.status) == [201, 201])
        #expect(sent.exitCode == 4, "\(sent)")
    }

    @Test(
        "A 401 stops the run, and the same command with a valid key finishes it",
        arguments: [
            .answer(401), .largeBody(401, mebibytes: 2),
            .raw(Array(Reply.bytes(401, body: "wrong key").dropLast(4))).thenClose,
        ] as [Reply])
    func unauthorized(refusal: Reply) throws {
        var sending = try Sending()
        let server = try LoopbackServer { request in
            request.values(of: "Authorization") == ["Bearer good"]
                ? .created(request) : refusal
        }
        let stopped = try sending.send(to: server.baseURL)
        #expect(stopped.exitCode == 3, "\(stopped)")
        #expect(!stopped.hasReport)
        #expect(stopped.hasJournal)
        #expect(server.requestCount == 1)
        sending.key = "good"
        let finished = try sending.sendAgain(to: server.baseURL)
        #expect(finished.exitCode == 0, "\(finished)")
        #expect(try finished.row.status == 201)
        #expect(!finished.hasJournal)
        #expect(Set(server.requests.map(\.idempotencyKey)).count == 1)
    }

    @Test("A refused connection stops the run, and no line is lost")
    func refusedConnection() throws {
        let server = try LoopbackServer()
        server.goDown()
        let sending = try Sending()
        let stopped = try sending.send(
            to: server.baseURL, ["--retries", "0", "--start-patience", "0s"])
        #expect(stopped.exitCode == 3, "\(stopped)")
        #expect(stopped.hasJournal)
        let alive = try LoopbackServer()
        let finished = try sending.sendAgain(to: alive.baseURL, ["--retries", "0"])
        // A destination other than the journal's may be refused, but never half done silently.
        #expect([0, 2].contains(finished.exitCode), "\(finished)")
        #expect(alive.requestCount == (finished.exitCode == 0 ? 1 : 0))
    }
}
