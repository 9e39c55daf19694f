import TestSupport
import Testing

@Suite("Servers that close connections", .sideBySide)
struct ClosingServerTests {
    private static let count = 3000

    private func send(
        to server: LoopbackServer, _ flags: [String]
    ) throws -> [ReportRow] {
        let sent = try Sending().send(
            String(repeating: Sending.oneLine, count: Self.count), to: server.baseURL, flags)
        #expect(sent.exitCode == 0, "\(sent)")
        #expect(server.acceptances.count == Self.count)
        let auditor = Auditor([.init(file: "in.ndjson", count: Self.count)])
        #expect(auditor.violations(rows: try sent.rows, server: server) == [])
        return try sent.rows
    }

    @Test(
        "A server that announces the end of each connection costs no retry", arguments: [1, 10])
    func announced(exchanges: Int) throws {
        let server = try LoopbackServer { request in
            let isLast = (request.number + 1).isMultiple(of: exchanges)
            let reply = Reply.bytes(
                201, headers: isLast ? [("Connection", "close")] : [],
                body: #"{"message":{"id":"msg_1"}}"#)
            return isLast
                ? Reply([.write(reply)], accepts: true).thenClose
                : Reply([.write(reply)], accepts: true)
        }
        let rows = try send(to: server, ["--retries", "0"])
        #expect(rows.allSatisfy { $0.attempts == 1 })
        #expect(server.requestCount == Self.count)
    }

    @Test("A server that closes idle connections at random costs no retry of a request unsent")
    func idle() throws {
        var random = SeededGenerator.fromEnvironment()
        let numbers = (0..<Self.count * 2).map { _ in Int.random(in: 0..<5, using: &random) }
        let server = try LoopbackServer { request in
            let reply = Reply.created(request)
            guard numbers[request.number % numbers.count] == 0 else { return reply }
            return Reply(
                reply.steps + [.pause(.milliseconds(numbers[request.number / 2])), .close],
                accepts: true)
        }
        // At this rate connections are idle for some milliseconds.
        let rows = try send(to: server, ["--rate", "2000/s", "--retries", "1"])
        // A row is marked only if a second request arrived, or could have.
        for row in rows where row.attempts == 1 { #expect(!row.possibleDuplicate) }
        #expect(server.requestCount >= Self.count, "\(random)")
    }
}
