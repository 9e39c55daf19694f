import Foundation
import TestSupport
import Testing

@Suite("The report of deliveries", .sideBySide) struct DeliverReportTests {
    private let delivering: Delivering

    init() throws { delivering = try Delivering() }

    private func rows() throws -> [[String: Any]] {
        try Serving.objects(delivering.folder.read("attempts.ndjson"))
    }

    private func report(_ arguments: String...) throws -> ProgramResult {
        try delivering.run(["report", "attempts.ndjson"] + arguments)
    }

    @Test("Each attempt has a row, also those of the next process, and report reads them")
    func attempts() throws {
        let server = try LoopbackServer { request in
            switch request.number {
            case 0: Reply.answer(503, body: "busy\u{1B}[1m \"x\"").thenClose
            case 1: .reset
            default: .answer(200)
            }
        }
        let (id, _) = try delivering.addEndpoint(server.url)
        try delivering.send(2)
        let flags = ["--report", "attempts.ndjson", "--endpoint-concurrency", "1"]
        let first = try delivering.run(["deliver", "--schedule", "1h"] + flags)
        #expect(first.exitCode == 3, "\(first)")
        #expect(try delivering.store("redeliver", "--status", "pending").exitCode == 0)
        #expect(try delivering.run(["deliver"] + flags).exitCode == 0)
        let rows = try rows()
        #expect(rows.map { $0["line"] as? Int } == [1, 2, 3, 4])
        #expect(
            rows.map { $0["outcome"] as? String } == ["failed", "unknown", "accepted", "accepted"])
        #expect(rows.map { $0["attempts"] as? Int } == [1, 1, 2, 2])
        #expect(rows.map { $0["possible_duplicate"] as? Bool } == [false, false, true, true])
        #expect(
            rows.map { $0["error"] as? String } == ["http_503", "connection_closed", nil, nil])
        #expect(rows.map { $0["status"] as? Int } == [503, nil, 200, 200])
        #expect(rows[0]["detail"] as? String == "busy\u{1B}[1m \"x\"")
        #expect(rows.allSatisfy { $0["endpoint_id"] as? String == id })
        #expect(rows.allSatisfy { $0["appId"] as? String == "app_1" })
        #expect(Set(rows.compactMap { $0["message_id"] as? String }) == Set(server.ids))
        // Nothing in it can change a terminal.
        #expect(!(try delivering.folder.read("attempts.ndjson")).contains(0x1B))

        let summary = try report()
        #expect(summary.exitCode == 4, "\(summary)")
        for text in ["a report of 4 attempts", "http_503", id, "endpoints with the most failures"] {
            #expect(summary.output.contains(text), "\(summary)")
        }
        #expect(try Serving.objects(report("--outcome", "failed").standardOutput).count == 1)
        #expect(try Serving.objects(report("--endpoint", id).standardOutput).count == 4)
        #expect(try report("--endpoint", "ep_other").output == "")
        let made = try report("--html", "page.html", "--merge", "attempts.csv")
        #expect(made.exitCode == 0, "\(made)")
        let page = try delivering.folder.text("page.html")
        #expect(page.contains("Endpoints with the most failures") && page.contains("4 attempts"))
        let back = try delivering.run(["report", "attempts.csv", "--rows", "ndjson"])
        #expect(back.standardOutput == (try delivering.folder.read("attempts.ndjson")))
    }

    @Test("A request that is sent again because its idle connection broke is a possible duplicate")
    func repeated() throws {
        let server = try LoopbackServer { request in request.number == 1 ? .reset : .answer(200) }
        _ = try delivering.addEndpoint(server.url)
        try delivering.send(2)
        let flags = ["--report", "attempts.ndjson", "--endpoint-concurrency", "1"]
        #expect(try delivering.run(["deliver"] + flags).exitCode == 0)
        #expect(server.requestCount == 3 && Set(server.ids).count == 2)
        #expect(try rows().map { $0["possible_duplicate"] as? Bool } == [false, true])
    }

    @Test("The end of a row that a killed process left is removed, and the rows continue")
    func torn() throws {
        let server = try LoopbackServer { _ in .answer(200) }
        _ = try delivering.addEndpoint(server.url)
        try delivering.send(2)
        #expect(try delivering.deliver("--report", "attempts.ndjson").exitCode == 0)
        let whole = try delivering.folder.read("attempts.ndjson")
        let first = try #require(whole.firstIndex(of: 0x0A))
        for cut in [1, 30, first] {
            try delivering.folder.write(whole + whole.prefix(cut), to: "attempts.ndjson")
            #expect(try delivering.store("redeliver", "--status", "delivered").exitCode == 0)
            #expect(try delivering.deliver("--report", "attempts.ndjson").exitCode == 0)
            #expect(try rows().compactMap { $0["line"] as? Int } == [1, 2, 3, 4])
        }
        try delivering.folder.write(whole.prefix(20), to: "attempts.ndjson")
        #expect(try delivering.store("redeliver", "--status", "delivered").exitCode == 0)
        #expect(try delivering.deliver("--report", "attempts.ndjson").exitCode == 0)
        #expect(try rows().compactMap { $0["line"] as? Int } == [1, 2])
    }

    @Test(
        "A file that is not a report of attempts is refused and unchanged, and nothing is sent",
        arguments: ["hello\n", "{}\n", "x", "{\"file\":\"a\",\"line\":1}\n"])
    func foreign(text: String) throws {
        let server = try LoopbackServer { _ in .answer(200) }
        _ = try delivering.addEndpoint(server.url)
        try delivering.send(1)
        try delivering.folder.write(text, to: "other.ndjson")
        let result = try delivering.deliver("--report", "other.ndjson")
        #expect(result.exitCode == 2 && result.errorOutput.contains("--report: "), "\(result)")
        #expect(try delivering.folder.text("other.ndjson") == text)
        // Nor is the report of a send one.
        #expect(try delivering.deliver("--report", "in0.report.ndjson").exitCode == 2)
        #expect(try delivering.deliver("--report", "none/a.ndjson").exitCode == 2)
        try FileManager.default.createSymbolicLink(
            atPath: delivering.folder.path("link.ndjson"), withDestinationPath: "target")
        #expect(try delivering.deliver("--report", "link.ndjson").exitCode == 2)
        #expect(server.requestCount == 0)
    }

    @Test("The status of a message follows its deliveries")
    func messageStatus() throws {
        let server = try LoopbackServer { request in
            .answer(request.bodyText.contains(#""n":1}"#) ? 500 : 200)
        }
        try delivering.send(1, from: 9)
        _ = try delivering.addEndpoint(server.url)
        try delivering.send(3)
        func statuses(_ filter: String...) throws -> [String?] {
            try Serving.objects(
                delivering.run(["store", "messages"] + filter).standardOutput
            ).map { $0["status"] as? String }
        }
        #expect(try statuses() == ["pending", "pending", "pending", "pending"])
        _ = try delivering.deliver("--schedule", "1h")
        // The first one has no delivery.
        #expect(try statuses() == ["pending", "delivered", "pending", "delivered"])
        try delivering.execute("UPDATE deliveries SET due_at = '' WHERE status = 'pending'")
        #expect(try delivering.deliver("--schedule", "0ms").exitCode == 1)
        #expect(try statuses() == ["pending", "delivered", "failed", "delivered"])
        #expect(try statuses("--status", "failed") == ["failed"])
        #expect(try statuses("--status", "delivered", "--limit", "1") == ["delivered"])
        let rows = try Serving.objects(delivering.store("messages").standardOutput)
        for row in rows.dropFirst() {
            #expect((row["updated_at"] as? String ?? "") > (row["created_at"] as? String ?? ""))
        }
        let listed = try delivering.store("list-endpoints")
        let endpoints = try delivering.store("endpoints")
        #expect(listed.exitCode == 0 && listed.output == endpoints.output)
    }
}
