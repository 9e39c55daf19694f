import Foundation
import TestSupport
import Testing

@Suite("Files with other columns and members")
struct ForeignFilesTests {
    private static let lines = [
        #"{"tenant":{"id":"acme"},"type":"user.created","data":{"n": 1.10, "n": 2}}"#,
        #"{"tenant":{"id":"acme"},"type":"user.deleted"}"#,
        #"{"tenant":{},"type":"user.deleted"}"#,
    ]
    private static let text = lines.joined(separator: "\n") + "\n"

    private static func send(
        _ sending: Sending, _ server: LoopbackServer, _ flags: [String], input: String = "in.ndjson"
    ) throws -> ProgramResult {
        try sending.program([input], to: server.baseURL, flags).run()
    }

    private static func bodies(_ server: LoopbackServer) -> [String: String] {
        Dictionary(
            server.requests.map { request in
                (String(request.idempotencyKey?.split(separator: "-").last ?? ""), request.bodyText)
            }, uniquingKeysWith: { first, _ in first })
    }

    @Test("--map and --set select the members, and the payload's bytes are sent unchanged")
    func mapped() throws {
        let server = try LoopbackServer()
        let sending = try Sending()
        try sending.folder.write(Self.text, to: "in.ndjson")
        let flags = [
            "--map", "appId=/tenant/id", "--set", "event_type=é", "--map", "payload=/data",
        ]
        #expect(try Self.send(sending, server, flags).exitCode == 1)
        #expect(
            Self.bodies(server) == [
                "1": #"{"event_type":"é","payload":{"n": 1.10, "n": 2}}"#,
                "2": #"{"event_type":"é"}"#,
            ])
        #expect(server.requests.allSatisfy { $0.path == "/v1/applications/acme/messages" })
        let rows = try ReportRow.ndjson(sending.folder.read(sending.report))
        #expect(rows.map(\.outcome) == ["accepted", "accepted", "invalid"])
        #expect(
            rows[2].detail?.hasPrefix("appId is missing: no value at /tenant/id") == true)
        #expect(try sending.folder.text("out.rejected.ndjson") == Self.lines[2] + "\n")
    }

    @Test("--map payload= sends each line whole as the payload")
    func whole() throws {
        let server = try LoopbackServer()
        let sending = try Sending()
        try sending.folder.write(Self.text, to: "in.ndjson")
        let flags = ["--map", "payload=", "--set", "appId=log", "--map", "event_type=/type"]
        #expect(try Self.send(sending, server, flags).exitCode == 0)
        #expect(
            Self.bodies(server)["1"]
                == #"{"event_type":"user.created","payload":\#(Self.lines[0])}"#)
    }

    @Test("--map selects CSV columns by their names, and unknown columns are refused")
    func csv() throws {
        let server = try LoopbackServer()
        let sending = try Sending()
        try sending.folder.write(
            "id,tenant,body\n7,acme,\"{\"\"a\"\":{\"\"b\"\":1.0}}\"\n", to: "in.csv")
        let flags = [
            "--map", "appId=tenant", "--set", "event_type=t", "--map", "payload=/body/a",
        ]
        let sent = try Self.send(sending, server, flags, input: "in.csv")
        #expect(sent.exitCode == 0, "\(sent)")
        #expect(server.requests.map(\.bodyText) == [#"{"event_type":"t","payload":{"b":1.0}}"#])
        let wrong = try Self.send(
            sending, server, ["--map", "appId=nobody", "--fresh"], input: "in.csv")
        #expect(wrong.exitCode == 2)
        #expect(wrong.errorOutput.contains("the CSV header has no columns 'nobody', 'event_type'"))
    }

    @Test(
        "A run is resumed only with the same --map, --set and --skip",
        arguments: ["--map", "--set", "--skip"])
    func meaning(flag: String) throws {
        let server = try LoopbackServer()
        let sending = try Sending()
        try sending.folder.write(String(repeating: Sending.oneLine, count: 9), to: "in.ndjson")
        let flags = [
            "--map": ["--map", "payload="], "--set": ["--set", "payload=null"],
            "--skip": ["--skip", "2"],
        ]
        let given = try #require(flags[flag])
        #expect(try Self.send(sending, server, given + ["--limit", "3"]).exitCode == 3)
        let refused = try Self.send(sending, server, [])
        #expect(refused.exitCode == 2)
        #expect(refused.errorOutput.contains("created with a different \(flag) "), "\(refused)")
        #expect(server.requestCount == 3)
        #expect(try Self.send(sending, server, given).exitCode == 0)
        #expect(server.requestCount == (flag == "--skip" ? 7 : 9))
        let finished = try Self.send(sending, server, [])
        #expect(finished.exitCode == 2, "\(finished)")
        #expect(
            finished.errorOutput.contains("created with a different \(flag) "), "\(finished)")
    }

    @Test("A check accepts the flags of the mapping and counts absent payloads")
    func checked() throws {
        let folder = try TemporaryFolder("foreign")
        try folder.write(Self.text, to: "in.ndjson")
        let words = ["--map", "appId=/tenant/id", "--map", "event_type=type"]
        let result = try Program.run(
            Hookbatch.binary, ["check", "in.ndjson"] + words + ["--map", "payload=/dta"],
            directory: folder.path)
        #expect(result.exitCode == 1)
        #expect(result.output.contains("  no payload       2\n"), "\(result.output)")
        #expect(
            result.output.contains(
                "in.ndjson:3: appId is missing: no value at /tenant/id, at byte"))
        let skipped = try Program.run(
            Hookbatch.binary, ["check", "in.ndjson", "in.ndjson.2", "--skip", "4"] + words,
            directory: folder.path)
        #expect(skipped.errorOutput.contains("'in.ndjson.2' does not exist"))
        try folder.write("\n\n" + Self.text, to: "more.ndjson")
        let two = try Program.run(
            Hookbatch.binary, ["check", "in.ndjson", "more.ndjson", "--skip", "4"] + words,
            directory: folder.path)
        #expect(two.output.contains("  valid            1\n"), "\(two.output)")
        #expect(two.output.contains("  skipped          4\n"), "\(two.output)")
    }

    @Test("--skip omits the first records of all inputs and counts them separately")
    func skip() throws {
        let server = try LoopbackServer()
        let sending = try Sending()
        let lines = (1...6).map { #"{"appId":"a\#($0)","event_type":"t"}"# }
        try sending.folder.write("{}\n\n\(lines[0])\n\(lines[1])\n", to: "one.ndjson")
        try sending.folder.write(lines[2...].joined(separator: "\n") + "\n", to: "two.ndjson")
        let program = sending.program(
            ["one.ndjson", "two.ndjson"], to: server.baseURL, ["--skip", "4"])
        var first = program
        first.arguments += ["--limit", "2"]
        #expect(try first.run().exitCode == 3)
        let sent = try program.run()
        #expect(sent.exitCode == 0, "\(sent)")
        #expect(sent.errorOutput.contains("finished: 3 lines accepted (4 skipped, "), "\(sent)")
        let rows = try ReportRow.ndjson(sending.folder.read(sending.report))
        #expect(rows.map { "\($0.file):\($0.line)" } == (2...4).map { "two.ndjson:\($0)" })
        #expect(server.requestCount == 3)
        #expect(try sending.folder.text("out.summary.json").contains(#""skipped": 4"#))
        let all = try sending.program(
            ["one.ndjson", "two.ndjson"], to: server.baseURL, ["--skip", "100", "--fresh"]
        ).run()
        #expect(all.exitCode == 0, "\(all)")
        #expect(all.errorOutput.contains("finished: no lines to send (7 skipped)"), "\(all)")
    }

    @Test("--skip applies to a stream too, also when it is resumed")
    func skipStream() throws {
        let folder = try TemporaryFolder("foreign")
        let lines = (1...9).map { #"{"appId":"a\#($0)","event_type":"t"}"# + "\n" }
        func send(_ flags: String...) throws -> ProgramResult {
            try Program.run(
                Hookbatch.binary, ["send", "-", "--report", "s.ndjson", "--skip", "3"] + flags,
                directory: folder.path, input: .text(lines.joined()))
        }
        #expect(try send("--limit", "2").exitCode == 3)
        #expect(try folder.text("s.rest") == lines[5...].joined())
        #expect(try send().exitCode == 0)
        #expect(try ReportRow.ndjson(folder.read("s.ndjson")).map(\.line) == Array(4...9))
    }

    @Test("A signal stops a run that reads a line without an end", .ownThread)
    func endlessLine() throws {
        let server = try LoopbackServer()
        let sending = try Sending()
        let file = try sending.folder.write(Sending.oneLine, to: "in.ndjson")
        // Zeros that take no space on disk, and longer to read than any test waits.
        try #require(truncate(file, 4 << 40) == 0)
        let running = try sending.program(to: server.baseURL).start()
        #expect(server.waitForRequests(1))
        running.kill(SIGTERM)
        let result = running.wait()
        #expect(result.exitCode == 143, "\(result)")
    }

    @Test("The output of tail is sent line by line", .ownThread)
    func tail() throws {
        let server = try LoopbackServer()
        let folder = try TemporaryFolder("foreign")
        let log = try folder.write("", to: "log")
        let script =
            #"mkfifo p; tail -n +1 -f log >p & "$0" send - --format ndjson --to "$1" "#
            + "--report out.ndjson --limit 3 <p; code=$?; kill $!; exit $code"
        let running = try Program(
            "sh", ["-c", script, Hookbatch.binary, server.baseURL],
            environment: ["HOOKSTREAM_API_KEY": "k"], directory: folder.path
        ).start()
        let handle = try #require(FileHandle(forWritingAtPath: log))
        for count in 1...3 {
            try handle.write(contentsOf: Data(Sending.oneLine.utf8))
            #expect(server.waitForAcceptances(count))
        }
        let result = running.wait()
        #expect(result.exitCode == 3, "\(result)")
    }
}
