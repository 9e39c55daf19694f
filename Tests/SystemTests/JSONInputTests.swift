import Foundation
import TestSupport
import Testing

@Suite("JSON inputs", .sideBySide)
struct JSONInputTests {
    private static func element(_ number: Int) -> String {
        #"{"appId":"app_1","event_type":"t","payload":{"n":\#(number)}}"#
    }

    /// An array of 40 elements that all begin on line 1.
    private static let array =
        "[" + (1...40).map { element($0) }.joined(separator: ",") + "]\n"

    /// Numbers at the end of the keys of all accepted requests.
    private static func numbers(_ server: LoopbackServer) -> [Int] {
        server.acceptances.keys.compactMap { $0.split(separator: "-").last.flatMap { Int($0) } }
            .sorted()
    }

    private static func report(_ sending: Sending) throws -> [ReportRow] {
        try ReportRow.ndjson(sending.folder.read(sending.report))
    }

    @Test("Formatted payloads are sent byte for byte, and records of one line have own keys")
    func sent() throws {
        let payload =
            "{\n    \"n\": 1.10,\n\t\"big\": 12345678901234567890123, \"s\": \"}]\\\"\"\r\n  }"
        let text =
            "[\n  {\n  \"appId\": \"a\", \"event_type\": \"t\", \"payload\": \(payload)\n  }, "
            + #"{"appId":"b","event_type":"t"},{"appId":"c","event_type":"t","payload":null}]"#
        let server = try LoopbackServer()
        let sending = try Sending()
        try sending.folder.write(text, to: "in.json")
        let checked = try Program.run(
            Hookbatch.binary, ["check", "in.json"], directory: sending.folder.path)
        #expect(checked.exitCode == 0 && checked.output.contains("Would send 3 messages."))
        let sent = try sending.program(["in.json"], to: server.baseURL).run()
        #expect(sent.exitCode == 0, "\(sent)")
        #expect(
            Set(server.requests.map(\.bodyText)) == [
                "{\"event_type\":\"t\",\"payload\":\(payload)}", #"{"event_type":"t"}"#,
                #"{"event_type":"t","payload":null}"#,
            ])
        #expect(Self.numbers(server) == [1, 2, 3])
        let rows = try Self.report(sending)
        #expect(rows.map(\.line) == [2, 7, 7])
        let offsets = [#"{"# + "\n", #"{"appId":"b""#, #"{"appId":"c""#].map { start in
            text.utf8.count - (text.range(of: start).map { text[$0.lowerBound...].utf8.count } ?? 0)
        }
        #expect(rows.map(\.detail) == offsets.map { "at byte \($0)" })
    }

    @Test("What is not accepted comes back as it was, and the file is sent like the array")
    func rejected() throws {
        let bad = "{\n  \"appId\": \"gone\",\n  \"event_type\": \"t\"\n}"
        let invalid = "{\n\"appId\":\"b c\" }"
        let text = "[\(Self.element(1)),\n\(Self.element(2)), \(bad),\(invalid)]"
        let server = try LoopbackServer { request in
            request.appID == "gone" ? .answer(404) : .created(request)
        }
        let sending = try Sending()
        try sending.folder.write(text, to: "in.json")
        let sent = try sending.program(["in.json"], to: server.baseURL).run()
        #expect(sent.exitCode == 1, "\(sent)")
        #expect(try sending.folder.text("out.rejected.json") == "\(bad)\n\(invalid)\n")
        let rows = try Self.report(sending)
        #expect(rows.map(\.error) == [nil, nil, "http_404", "invalid_app_id"])
        #expect(rows.map(\.line) == [1, 2, 2, 5])
        #expect(rows[2].detail?.hasPrefix("at byte ") == true, "\(rows)")
        // The first line of a file of undelivered records may be a whole value.
        let fixed = try sending.folder.text("out.rejected.json")
            .replacingOccurrences(of: "b c\"", with: "bc\",\"event_type\":\"t\"")
            .replacingOccurrences(of: "gone", with: "here")
        try sending.folder.write(Self.element(3) + "\n" + fixed, to: "out.rejected.json")
        let again = try Program.run(
            Hookbatch.binary,
            [
                "send", "out.rejected.json", "--to", server.baseURL, "--report", "again.ndjson",
                "--fresh",
            ],
            environment: ["HOOKSTREAM_API_KEY": "k"], directory: sending.folder.path)
        #expect(again.exitCode == 0, "\(again)")
        #expect(server.acceptances.count == 5)
    }

    @Test("A killed run of records on one line resumes, and sends each of them once")
    func killed() throws {
        let server = try LoopbackServer { .delay(.milliseconds(20), .created($0)) }
        let sending = try Sending()
        try sending.folder.write(Self.array, to: "in.json")
        let running = try sending.program(["in.json"], to: server.baseURL, ["--concurrency", "3"])
            .start()
        #expect(server.waitForRequests(12))
        running.kill(SIGKILL)
        _ = running.wait()
        let before = server.requestCount
        let result = try sending.program(["in.json"], to: server.baseURL).run()
        #expect(result.exitCode == 0, "\(result)")
        #expect(Self.numbers(server) == Array(1...40))
        // Only lines in flight are sent again.
        #expect(server.requestCount <= 40 + 3, "\(before) before the kill")
        let rows = try Self.report(sending)
        #expect(rows.count == 40 && rows.allSatisfy { $0.line == 1 && $0.outcome == "accepted" })
        #expect(Set(rows.map(\.detail)).count == 40)
        #expect(rows.count { $0.possibleDuplicate } <= 3)
        #expect(
            rows.filter { $0.possibleDuplicate }.count == rows.count { $0.attempts > 1 }, "\(rows)")
    }

    @Test("Records of one line are retried on their own, also after a stop")
    func retried() throws {
        let server = try LoopbackServer { request in
            request.number <= 5 ? .answer(503) : .created(request)
        }
        let sending = try Sending()
        try sending.folder.write(Self.array, to: "in.json")
        let stopped = try sending.program(["in.json"], to: server.baseURL, ["--limit", "10"]).run()
        #expect(stopped.exitCode == 3, "\(stopped)")
        let sent = try sending.program(["in.json"], to: server.baseURL).run()
        #expect(sent.exitCode == 0, "\(sent)")
        #expect(Self.numbers(server) == Array(1...40))
        #expect(server.acceptances.values.allSatisfy { $0 == 1 })
    }

    @Test(
        "After a syntax error nothing is sent, and check finds it before",
        arguments: [false, true])
    func syntaxError(isStream: Bool) throws {
        let broken = #"{"appId":"a","event_type":"t","payload":{"n":tru}}"#
        let rest = ",\(Self.element(2)),\(Self.element(3))]\n"
        let text = "[\n\(Self.element(1)),\n\(broken)\(rest)"
        let server = try LoopbackServer()
        let sending = try Sending()
        try sending.folder.write(text, to: "in.json")
        let plan = try Program.run(
            Hookbatch.binary, ["check", "in.json"], directory: sending.folder.path)
        #expect(plan.exitCode == 1 && plan.output.contains("incomplete_input: 1"), "\(plan)")
        var program = sending.program([isStream ? "-" : "in.json"], to: server.baseURL)
        if isStream { program.input = .text(text) }
        let sent = try program.run()
        #expect(sent.exitCode == 1, "\(sent)")
        #expect(server.requests.map(\.bodyText) == [#"{"event_type":"t","payload":{"n":1}}"#])
        let rows = try Self.report(sending)
        #expect(rows.map(\.error) == [nil, "invalid_json", "incomplete_input"])
        #expect(rows.map(\.line) == [2, 3, 3])
        let offset = text.utf8.count - rest.utf8.count
        #expect(
            rows[2].detail == "the JSON before is invalid: reading ended, and "
                + "\(rest.utf8.count) bytes were left out, at byte \(offset)")
        #expect(try sending.folder.text("out.rejected.json") == broken + "\n")
    }

    @Test("An array that is cut off has a row for its end, and all whole elements are sent")
    func cutOff() throws {
        let server = try LoopbackServer()
        let sending = try Sending()
        try sending.folder.write(String(Self.array.dropLast(2)), to: "in.json")
        let sent = try sending.program(["in.json"], to: server.baseURL).run()
        #expect(sent.exitCode == 1, "\(sent)")
        #expect(Self.numbers(server) == Array(1...40))
        #expect(try Self.report(sending).last?.error == "incomplete_input")
        #expect(!sending.folder.contains("out.rejected.json"))
    }

    @Test("A stopped run of a JSON stream leaves its records in a file that is read as JSON")
    func rest() throws {
        let server = try LoopbackServer()
        let sending = try Sending()
        var program = sending.program(["-"], to: server.baseURL, ["--limit", "7"])
        program.input = .text(Self.array)
        let stopped = try program.run()
        #expect(stopped.exitCode == 3, "\(stopped)")
        let plan = try Program.run(
            Hookbatch.binary, ["check", "out.rest"], directory: sending.folder.path)
        #expect(plan.exitCode == 0 && plan.output.contains("Would send 33 messages."), "\(plan)")
        // A stream that ends before a finished record is another one.
        var other = sending.program(["-"], to: server.baseURL)
        other.input = .text("[\(Self.element(1))]")
        let refused = try other.run()
        #expect(refused.exitCode == 2, "\(refused)")
        #expect(refused.errorOutput.contains("ends before finished record 2"), "\(refused)")
        program = sending.program(["-"], to: server.baseURL)
        program.input = .text(Self.array)
        let resumed = try program.run()
        #expect(resumed.exitCode == 0, "\(resumed)")
        #expect(Self.numbers(server) == Array(1...40))
        #expect(server.acceptances.values.allSatisfy { $0 == 1 })
        #expect(!sending.folder.contains("out.rest"))
    }

    @Test("--records names the array in an object, and a resume needs the same one")
    func wrapper() throws {
        let text = "{\"next\": {\"events\": [1]},\n\"data\": {\"events\": \(Self.array)},\"n\":3}\n"
        let server = try LoopbackServer()
        let sending = try Sending()
        try sending.folder.write(text, to: "in.json")
        let flags = ["--records", "/data/events"]
        let stopped = try sending.program(
            ["in.json"], to: server.baseURL, flags + ["--limit", "3"]
        ).run()
        #expect(stopped.exitCode == 3, "\(stopped)")
        let refused = try sending.program(["in.json"], to: server.baseURL).run()
        #expect(refused.exitCode == 2, "\(refused)")
        #expect(refused.errorOutput.contains("a different --records"), "\(refused)")
        let sent = try sending.program(["in.json"], to: server.baseURL, flags).run()
        #expect(sent.exitCode == 0, "\(sent)")
        #expect(Self.numbers(server) == Array(1...40))
        #expect(try Self.report(sending).allSatisfy { $0.line == 2 })
    }

    @Test("The next step after a wrapper sends the rejected records without --records")
    func nextStep() throws {
        let folder = try TemporaryFolder("json")
        try folder.write(#"{"events":[{"appId":"a"}]}"#, to: "in.json")
        let sent = try Program.run(
            Hookbatch.binary, ["send", "--records", "/events", "in.json"], directory: folder.path)
        #expect(sent.exitCode == 1, "\(sent)")
        #expect(try folder.text("in.rejected.json") == "{\"appId\":\"a\"}\n")
        let summary = try folder.text("in.summary.json")
        #expect(!summary.contains("--records /events in.rejected.json"), "\(summary)")
    }

    @Test("A resend reads rejected records by themselves although HOOKBATCH_RECORDS is set")
    func recordsVariable() throws {
        let server = try LoopbackServer { $0.number == 0 ? .answer(400) : .created($0) }
        let sending = try Sending()
        try sending.folder.write("{\"events\":[\(Sending.oneLine)]}", to: "in.json")
        var environment = [
            "HOOKSTREAM_API_KEY": Sending.apiKey, "HOOKBATCH_RECORDS": "/events",
        ]
        let first = try Program.run(
            Hookbatch.binary, ["send", "in.json", "--to", server.baseURL],
            environment: environment, directory: sending.folder.path)
        #expect(first.exitCode == 1, "\(first)")
        let command = try #require(ProposedRun.command(in: first.errorOutput))
        environment["PATH"] = try Hookbatch.folderNamingIt(in: sending.folder) + ":/usr/bin:/bin"
        let resent = try Program.run("sh", ["-c", command], environment: environment)
        #expect(resent.exitCode == 0, "\(resent)")
        #expect(server.acceptances.count == 1)
    }

    @Test("A resume is refused if the input is read in another format than before")
    func otherFormat() throws {
        let server = try LoopbackServer()
        let sending = try Sending()
        let lines = (1...5).map { Self.element($0) + "\n" }.joined()
        try sending.folder.write("\n" + lines, to: "in.json")
        let stopped = try sending.program(["in.json"], to: server.baseURL, ["--limit", "2"]).run()
        #expect(stopped.exitCode == 3, "\(stopped)")
        try sending.folder.write("[" + lines, to: "in.json")
        let refused = try sending.program(["in.json"], to: server.baseURL).run()
        #expect(refused.exitCode == 2, "\(refused)")
        #expect(refused.errorOutput.contains("looked like another format"), "\(refused)")
        #expect(server.requestCount == 2)
    }

    @Test("Reports of parts of one line are merged in the order of the input")
    func merged() throws {
        let folder = try TemporaryFolder("json")
        try folder.write(Self.array, to: "in.json")
        #expect(
            try Program.run(Hookbatch.binary, ["send", "in.json"], directory: folder.path).exitCode
                == 0)
        let rows = try folder.text("in.report.ndjson").split(separator: "\n").map { $0 + "\n" }
        try folder.write(
            rows.enumerated().filter { $0.0 % 3 == 0 }.map(\.1).joined(), to: "a.ndjson")
        try folder.write(
            rows.enumerated().filter { $0.0 % 3 != 0 }.map(\.1).joined(), to: "b.ndjson")
        let merged = try Program.run(
            Hookbatch.binary, ["report", "b.ndjson", "a.ndjson", "--merge", "out.ndjson"],
            directory: folder.path)
        #expect(
            merged.exitCode == 0 && !merged.errorOutput.contains("same file and line"), "\(merged)")
        #expect(try folder.read("out.ndjson") == folder.read("in.report.ndjson"))
    }
}
