import Foundation
import TestSupport
import Testing

@Suite("Payloads that are built of columns and members", .sideBySide)
struct FlatInputTests {
    private static let flags = [
        "--map", "appId=tenant", "--set", "event_type=t", "--map", "payload/n=n:number", "--map",
        "payload/to/mail=mail", "--map", "payload=*", "--set", #"payload/src="crm""#, "--null",
        #"\N"#,
    ]

    private static func row(_ number: Int, n: String? = nil) -> String {
        "app_\(number % 3),\(n ?? String(number)),m\(number)@example.com,\"say \"\"\(number)\"\"\",\\N\n"
    }

    private static func payload(_ number: Int) -> String {
        #"{"n":\#(number),"to":{"mail":"m\#(number)@example.com"},"note":"say \"\#(number)\"","#
            + #""extra":null,"src":"crm"}"#
    }

    private static let header = "tenant,n,mail,note,extra\n"

    private static func body(_ number: Int) -> String {
        #"{"event_type":"t","payload":\#(payload(number))}"#
    }

    @Test("A flat CSV is checked and sent with the payloads that its columns make")
    func sent() throws {
        let server = try LoopbackServer()
        let sending = try Sending()
        try sending.folder.write(
            Self.header + (1...5).map { Self.row($0) }.joined(), to: "in.csv")
        let checked = try Program.run(
            Hookbatch.binary, ["check", "in.csv"] + Self.flags, directory: sending.folder.path)
        #expect(checked.exitCode == 0, "\(checked)")
        #expect(
            checked.output.contains(
                "  POST /applications/app_1/messages\n  \(Self.body(1))\n"), "\(checked.output)")
        let sent = try sending.program(["in.csv"], to: server.baseURL, Self.flags).run()
        #expect(sent.exitCode == 0, "\(sent)")
        #expect(Set(server.requests.map(\.bodyText)) == Set((1...5).map(Self.body)))
    }

    @Test("A flat JSON log is sent with the payloads that its members make")
    func json() throws {
        let server = try LoopbackServer()
        let sending = try Sending()
        let line = #"{"tenant":"a","user":{"id": 1.10},"tags":[ "x" ],"level":"info"}"#
        try sending.folder.write(line + "\n", to: "in.ndjson")
        let sent = try sending.program(
            to: server.baseURL,
            [
                "--map", "appId=/tenant", "--set", "event_type=t", "--map",
                "payload/user_id=/user/id",
                "--map", "payload=*",
            ]
        ).run()
        #expect(sent.exitCode == 0, "\(sent)")
        #expect(
            server.requests.map(\.bodyText) == [
                #"{"event_type":"t","payload":{"user_id":1.10,"tags":[ "x" ],"level":"info"}}"#
            ])
    }

    @Test("A killed run of a flat CSV resumes, and builds the same payloads")
    func killed() throws {
        let server = try LoopbackServer { .delay(.milliseconds(20), .created($0)) }
        let sending = try Sending()
        try sending.folder.write(
            Self.header + (1...40).map { Self.row($0) }.joined(), to: "in.csv")
        let flags = Self.flags + ["--concurrency", "3"]
        let running = try sending.program(["in.csv"], to: server.baseURL, flags).start()
        #expect(server.waitForRequests(12))
        running.kill(SIGKILL)
        _ = running.wait()
        let other = try sending.program(
            ["in.csv"], to: server.baseURL, flags + ["--empty-cells", "null"]
        ).run()
        #expect(other.exitCode == 2 && other.errorOutput.contains("--empty-cells"), "\(other)")
        let result = try sending.program(["in.csv"], to: server.baseURL, flags).run()
        #expect(result.exitCode == 0, "\(result)")
        #expect(Set(server.requests.map(\.bodyText)) == Set((1...40).map(Self.body)))
        #expect(server.requestCount <= 40 + 3)
        let rows = try ReportRow.ndjson(sending.folder.read(sending.report))
        #expect(rows.count == 40 && rows.allSatisfy { $0.outcome == "accepted" })
    }

    @Test(
        "Rejected rows come back as they were, and the proposed command builds their payloads",
        arguments: [false, true])
    func rejected(isStream: Bool) throws {
        let isFixed = Monitor(false)
        let server = try LoopbackServer { request in
            request.bodyText.contains("\"n\":2,") && !isFixed.read { $0 }
                ? .answer(400) : .created(request)
        }
        let sending = try Sending()
        let text = Self.header + Self.row(1) + Self.row(2) + Self.row(3, n: "x") + Self.row(4)
        try sending.folder.write(text, to: "in.csv")
        var program = sending.program(
            [isStream ? "-" : "in.csv"], to: server.baseURL, Self.flags + ["--format", "csv"])
        if isStream { program.input = .text(text) }
        let sent = try program.run()
        #expect(sent.exitCode == 1, "\(sent)")
        let rows = try ReportRow.ndjson(sending.folder.read(sending.report))
        #expect(rows.map(\.error) == [nil, "http_400", "invalid_payload", nil])
        #expect(
            rows[2].detail
                == "payload/n is not a JSON number such as 1.5 (mapped from 'n'), in column 2, "
                + "at byte \((Self.header + Self.row(1) + Self.row(2)).utf8.count + 6)")
        let name = "out.rejected.csv"
        #expect(
            try sending.folder.text(name) == Self.header + Self.row(2) + Self.row(3, n: "x"))
        try sending.folder.write(
            sending.folder.text(name).replacingOccurrences(of: ",x,", with: ",3,"), to: name)
        isFixed.update { $0 = true }
        let command = try #require(ProposedRun.command(in: sent.errorOutput), "\(sent)")
        let bin = try Hookbatch.folderNamingIt(in: sending.folder)
        let again = try Program.run(
            "sh", ["-c", command],
            environment: ["PATH": bin + ":/usr/bin:/bin", "HOOKSTREAM_API_KEY": Sending.apiKey],
            directory: "/")
        #expect(again.exitCode == 0, "\(command): \(again)")
        #expect(
            server.requests.suffix(2).map(\.bodyText).sorted() == [Self.body(2), Self.body(3)])
    }

    @Test("A large payload of members of a stream is sent whole, and its rejected row comes back")
    func large() throws {
        let text = String(repeating: "a \"\"b\"\" \u{1} ", count: 50_000)
        let server = try LoopbackServer { $0.appID == "bad" ? .answer(400) : .created($0) }
        let sending = try Sending()
        let rows = ["good,t,\"\(text)\",1\n", "bad,t,\"\(text)\",2\n"]
        let input = "appId,event_type,big,n\n" + rows.joined()
        var program = sending.program(
            ["-"], to: server.baseURL,
            [
                "--format", "csv", "--map", "payload/a=big", "--map", "payload/b=big", "--map",
                "payload=*",
            ])
        program.input = .text(input)
        let sent = try program.run()
        #expect(sent.exitCode == 1, "\(sent)")
        let literal =
            "\""
            + text.replacingOccurrences(of: "\"\"", with: #"\""#)
            .replacingOccurrences(of: "\u{1}", with: #"\u0001"#) + "\""
        let bodies = [1, 2].map {
            #"{"event_type":"t","payload":{"a":\#(literal),"b":\#(literal),"n":"\#($0)"}}"#
        }
        #expect(Set(server.requests.map(\.bodyText)) == Set(bodies))
        #expect(
            try sending.folder.text("out.rejected.csv") == "appId,event_type,big,n\n" + rows[1])
    }
}
