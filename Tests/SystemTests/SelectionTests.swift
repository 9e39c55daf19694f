import Foundation
import TestSupport
import Testing

@Suite("Runs of selected records", .sideBySide)
struct SelectionTests {
    /// Lines of `acme` and `globex` in turn.
    private static func lines(_ count: Int) -> String {
        (1...count).map {
            #"{"appId":"\#($0 % 2 == 0 ? "acme" : "globex")","event_type":"t","payload":{"n":\#($0)}}"#
                + "\n"
        }.joined()
    }

    @Test("check and send select the same records, and both count the others")
    func counts() throws {
        let server = try LoopbackServer()
        let sending = try Sending()
        try sending.folder.write(Self.lines(30) + "not JSON\n", to: "in.ndjson")
        let flags = ["--skip", "4", "--only", "appId=ac*", "--except", "/payload/n=6,*0"]
        let plan = try Program.run(
            Hookbatch.binary, ["check", "--output", "json", "in.ndjson"] + flags,
            directory: sending.folder.path)
        #expect(plan.exitCode == 1, "\(plan)")
        for member in ["records": 10, "valid": 9, "invalid": 1, "skipped": 21] {
            #expect(plan.output.contains("\"\(member.key)\": \(member.value),"), "\(plan)")
        }
        let sent = try sending.sendAgain(to: server.baseURL, flags)
        #expect(sent.exitCode == 1, "\(sent)")
        #expect(sent.result.errorOutput.contains("21 skipped"), "\(sent)")
        let expected = [8, 12, 14, 16, 18, 22, 24, 26, 28, 31]
        #expect(try sent.rows.map(\.line) == expected)
        #expect(server.requestCount == 9)
        let summary = String(
            decoding: try sending.folder.read("out.summary.json"), as: UTF8.self)
        #expect(summary.contains(#""read": 10,"#) && summary.contains(#""skipped": 21,"#))
    }

    @Test(
        "A killed run of selected records resumes with each of them sent", arguments: [false, true])
    func killed(isStream: Bool) throws {
        let server = try LoopbackServer { .delay(.milliseconds(10), .created($0)) }
        let sending = try Sending()
        let text = Self.lines(80)
        try sending.folder.write(text, to: "in.ndjson")
        func program(_ flags: [String]) -> Program {
            var program = sending.program(
                [isStream ? "-" : "in.ndjson"], to: server.baseURL,
                ["--only", "appId=acme", "--concurrency", "3"] + flags)
            if isStream { program.input = .text(text) }
            return program
        }
        let running = try program([]).start()
        #expect(server.waitForRequests(14))
        running.kill(SIGKILL)
        _ = running.wait()
        let refused = try program(["--only", "event_type=t"]).run()
        #expect(refused.exitCode == 2, "\(refused)")
        #expect(refused.errorOutput.contains("--only"), "\(refused)")
        let result = try program([]).run()
        #expect(result.exitCode == 0, "\(result)")
        let rows = try ReportRow.ndjson(sending.folder.read(sending.report))
        #expect(rows.map(\.line) == (1...40).map { $0 * 2 })
        #expect(rows.allSatisfy { $0.outcome == "accepted" })
        #expect(server.acceptances.values.count == 40)
    }

    @Test("The rejected lines of selected records are sent again by the proposed command")
    func rejected() throws {
        let server = try LoopbackServer { request in
            request.number == 2 ? .answer(400) : .created(request)
        }
        let sending = try Sending()
        try sending.folder.write(
            Self.lines(10).replacing(#""acme""#, with: #""ac/me""#), to: "in.ndjson")
        let sent = try sending.sendAgain(
            to: server.baseURL, ["--except", "/payload/n=2,4,6,8", "--concurrency", "1"])
        #expect(sent.exitCode == 1, "\(sent)")
        let rejected = String(
            decoding: try sending.folder.read("out.rejected.ndjson"), as: UTF8.self)
        #expect(rejected.split(separator: "\n").count == 2, "\(rejected)")
        #expect(rejected.contains(#""n":5}"#) && rejected.contains(#""n":10}"#))
        // A line that is fixed is sent if it is selected.
        #expect(sent.result.errorOutput.contains("--except /payload/n=2,4,6,8 "), "\(sent)")
    }

    @Test("A CSV is selected by a column that is not sent")
    func column() throws {
        let server = try LoopbackServer()
        let sending = try Sending()
        try sending.folder.write(
            "appId,event_type,region\na,t,eu\nb,t,us\nc,t,\"e\"\"u\"\nd,t,eu\n", to: "in.csv")
        let result = try sending.program(
            ["in.csv"], to: server.baseURL, ["--only", #"region=eu,e"u"#]
        ).run()
        #expect(result.exitCode == 0, "\(result)")
        let rows = try ReportRow.ndjson(sending.folder.read(sending.report))
        #expect(rows.map(\.appID) == ["a", "c", "d"])
        #expect(rows.map(\.line) == [2, 4, 5])
        let refused = try sending.program(
            ["in.csv"], to: server.baseURL, ["--only", "land=eu", "--fresh"]
        ).run()
        #expect(refused.exitCode == 2, "\(refused)")
        #expect(refused.errorOutput.contains("has no column 'land'"), "\(refused)")
    }
}
