import Foundation
import TestSupport
import Testing

@Suite("Runs of records in a window of time", .sideBySide)
struct TimeWindowTests {
    private static let lines = (0..<20).map {
        #"{"appId":"app_1","event_type":"t","ts":"2026-11-02T08:15:\#($0 + 10).5+01:00"}"#
    }

    private func rows(_ sending: Sending) throws -> [ReportRow] {
        try ReportRow.ndjson(sending.folder.read(sending.report))
    }

    private func option(_ name: String, _ sending: Sending) throws -> String {
        let summary = try JSONSerialization.jsonObject(
            with: Data(sending.folder.read("out.summary.json")))
        let options = (summary as? [String: Any])?["options"] as? [String: String]
        return try #require(options?[name])
    }

    @Test("Bounds without an offset are in the zone of --time-zone, else in UTC")
    func zone() throws {
        let folder = try TemporaryFolder("zone")
        try folder.write(Self.lines.joined(separator: "\n"), to: "in.ndjson")
        func plan(_ flags: [String]) throws -> String {
            try Program.run(
                Hookbatch.binary, ["check", "in.ndjson", "--time", "/ts"] + flags,
                directory: folder.path
            ).output
        }
        let local = ["--since", "2026-11-02T08:15:12", "--until", "2026-11-02 08:15:14"]
        let two = "Would send 2 messages"
        let vienna = try plan(local + ["--time-zone", "Europe/Vienna"])
        #expect(vienna.contains(two), "\(vienna)")
        #expect(
            vienna.contains("  since           2026-11-02T07:15:12.000Z (08:15:12 CET)\n"),
            "\(vienna)")
        #expect(
            vienna.contains("  before          2026-11-02T07:15:14.000Z (08:15:14 CET)\n"),
            "\(vienna)")
        #expect(try !plan(local).contains(two))
        let fixed = ["--since", "2026-11-02T07:15:12Z", "--until", "2026-11-02T07:15:14Z"]
        #expect(try plan(fixed + ["--time-zone", "Asia/Tokyo"]).contains(two))
    }

    @Test("A run sends the records of the window, and a row has each unreadable time")
    func window() throws {
        let server = try LoopbackServer()
        let sending = try Sending()
        let text = (Self.lines + [#"{"appId":"app_1","event_type":"t","ts":"soon"}"#])
            .joined(separator: "\n")
        try sending.folder.write(text, to: "in.ndjson")
        let flags = [
            "--time", "/ts", "--since", "2026-11-02T07:15:12Z", "--until", "2026-11-02T07:15:14.5Z",
        ]
        let plan = try Program.run(
            Hookbatch.binary, ["check", "in.ndjson"] + flags, directory: sending.folder.path)
        #expect(plan.exitCode == 1, "\(plan)")
        #expect(plan.output.contains("invalid_time: 1"), "\(plan)")
        #expect(plan.output.contains("Would send 2 messages"), "\(plan)")
        let sent = try sending.sendAgain(to: server.baseURL, flags)
        #expect(sent.exitCode == 1, "\(sent)")
        #expect(try sent.rows.map(\.line) == [3, 4, 21])
        #expect(try sent.rows.map(\.error) == [nil, nil, "invalid_time"])
        #expect(sent.result.errorOutput.contains("18 skipped"), "\(sent)")
        #expect(server.requestCount == 2)
        let rejected = sending.folder.path("out.rejected.ndjson")
        #expect(
            FileManager.default.contents(atPath: rejected).map { $0.contains(Data("soon".utf8)) }
                == true)
        let none = try Program.run(
            Hookbatch.binary,
            ["check", "in.ndjson", "--only", "/ts=*:*", "--time", "ts", "--since", "2030-01-01"],
            directory: sending.folder.path)
        #expect(none.exitCode == 0, "\(none)")
        #expect(
            none.errorOutput.contains("are left out by --only '/ts=*:*' and --since 2030-01-01"),
            "\(none)")
    }

    @Test("A resumed run keeps the times of its first process for relative bounds")
    func resume() throws {
        let server = try LoopbackServer()
        let sending = try Sending()
        try sending.folder.write(Self.lines.joined(separator: "\n"), to: "in.ndjson")
        // Longer than the time since these records.
        let flags = ["--time", "/ts", "--since", "9000d"]
        let stopped = try sending.sendAgain(to: server.baseURL, flags + ["--limit", "5"])
        #expect(stopped.exitCode == 3, "\(stopped)")
        let first = try option("--since (time)", sending)
        let refused = try sending.sendAgain(
            to: server.baseURL, ["--time", "/ts", "--since", "9001d"])
        #expect(refused.exitCode == 2, "\(refused)")
        #expect(refused.result.errorOutput.contains("different --since (9000d)"), "\(refused)")
        let resumed = try sending.sendAgain(to: server.baseURL, flags)
        #expect(resumed.exitCode == 0, "\(resumed)")
        #expect(try option("--since (time)", sending) == first)
        #expect(try rows(sending).count == 20)
        #expect(server.requestCount == 20)
        let again = try sending.sendAgain(to: server.baseURL, flags)
        #expect(again.result.errorOutput.contains("already done"), "\(again)")
    }

    @Test("The times of an access log's column and of a pattern are read")
    func formats() throws {
        let folder = try TemporaryFolder("times")
        try folder.write(
            """
            appId,event_type,at,day
            a,t,02/Nov/2026:08:15:04 +0000,02.11.2026
            a,t,02/Nov/2026:08:15:04 -0100,03.11.2026
            """, to: "in.csv")
        for (flags, count) in [
            (["--time", "at", "--since", "2026-11-02T09:00:00Z"], 1),
            (["--time", "at", "--until", "2026-11-02T09:15:05Z"], 2),
            (["--time", "day", "--time-format", "%d.%m.%Y", "--until", "2026-11-03"], 1),
        ] {
            let plan = try Program.run(
                Hookbatch.binary, ["check", "in.csv"] + flags, directory: folder.path)
            #expect(plan.exitCode == 0, "\(plan)")
            #expect(plan.output.contains("Would send \(count) message"), "\(plan)")
        }
    }

    @Test(
        "A log with several names of the time is read whole, and resumed only with the same order")
    func severalNames() throws {
        let server = try LoopbackServer()
        let sending = try Sending()
        let names = ["time", "ts", "@timestamp"]
        let values = [#""2026-11-02T08:15:00Z""#, #""02/Nov/2026:08:15:00 +0000""#, "1793607300"]
        let text = (0..<12).map {
            #"{"appId":"app_1","event_type":"t","\#(names[$0 % 3])":\#(values[$0 % 3])}"# + "\n"
        }.joined()
        try sending.folder.write("INFO started\n" + text, to: "in.ndjson")
        let fields = names.flatMap { ["--time", "/" + $0] }
        let window = ["--since", "2026-11-02T08:00:00Z", "--until", "2026-11-02T09:00:00Z"]
        let plan = try Program.run(
            Hookbatch.binary, ["check", "in.ndjson", "--pace", "recorded"] + fields + window,
            directory: sending.folder.path)
        #expect(plan.output.contains("Would send 12 messages"), "\(plan)")
        #expect(plan.output.contains("out of order    0 records"), "\(plan)")
        #expect(plan.output.contains("not_json: 1"), "\(plan)")
        let stopped = try sending.sendAgain(
            to: server.baseURL, fields + window + ["--limit", "5"])
        #expect(stopped.exitCode == 3, "\(stopped)")
        #expect(try option("--time", sending) == "--time /time --time /ts --time /@timestamp")
        let refused = try sending.sendAgain(
            to: server.baseURL, fields.suffix(4) + fields.prefix(2) + window)
        #expect(refused.exitCode == 2, "\(refused)")
        #expect(refused.result.errorOutput.contains("different --time"), "\(refused)")
        let resumed = try sending.sendAgain(to: server.baseURL, fields + window)
        #expect(resumed.exitCode == 1, "\(resumed)")
        #expect(try rows(sending).map(\.error) == ["not_json"] + Array(repeating: nil, count: 12))
        #expect(server.requestCount == 12)
    }

    @Test("An offset is a time zone, and the rules' opposite sign is not taken for one")
    func offsets() throws {
        let folder = try TemporaryFolder("zone")
        try folder.write(Self.lines.joined(separator: "\n"), to: "in.ndjson")
        func check(_ zone: String) throws -> ProgramResult {
            try Program.run(
                Hookbatch.binary,
                [
                    "check", "in.ndjson", "--time", "/ts", "--since", "2026-11-02 09:45",
                    "--time-zone", zone,
                ], directory: folder.path)
        }
        #expect(try check("+02:30").output.contains("2026-11-02T07:15:00.000Z (09:45 +0230)"))
        #expect(try check("-01:00").output.contains("2026-11-02T10:45:00.000Z (09:45 -0100)"))
        let opposite = try check("UTC+1")
        #expect(
            opposite.exitCode == 2 && opposite.errorOutput.contains("write +01:00"), "\(opposite)")
    }

    @Test("If no time can be read, the next step has the format to fill in, and works")
    func format() throws {
        let server = try LoopbackServer()
        let sending = try Sending()
        try sending.folder.write(
            "appId,event_type,at\na,t,24.11.2026 14:05\nb,t,24.11.2026 15:05\n", to: "in.csv")
        let sent = try Program.run(
            Hookbatch.binary,
            [
                "send", "in.csv", "--to", server.baseURL, "--time", "at", "--since",
                "2026-11-24 15:00",
            ],
            environment: ["HOOKSTREAM_API_KEY": Sending.apiKey], directory: sending.folder.path)
        #expect(sent.exitCode == 1, "\(sent)")
        let command = try #require(
            sent.errorOutput.split(separator: "\n").first { $0.contains("--time-format FORMAT") })
        let again = try Hookbatch.paste(
            String(command).replacing("FORMAT", with: "'%d.%m.%Y %H:%M'"), in: sending.folder,
            key: Sending.apiKey)
        #expect(again.exitCode == 0, "\(again)")
        #expect(server.requestCount == 1)
    }
}
