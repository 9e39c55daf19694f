import Foundation
import TestSupport
import Testing

@Suite("Metrics")
struct MetricsTests {
    private static let two = Sending.oneLine + Sending.oneLine
    private static let flags = ["--metrics", "nightly.prom"]

    private func value(_ name: String, in text: String) -> String? {
        text.split(separator: "\n").first { $0.hasPrefix(name) }?
            .split(separator: " ").last.map(String.init)
    }

    @Test("Metrics describe the end of a run, and keep the time of the last success")
    func ends() throws {
        let server = try LoopbackServer { request in
            request.values(of: "Authorization") == ["Bearer good"]
                ? .created(request) : .answer(401)
        }
        var sending = try Sending()
        sending.key = "good"
        #expect(try sending.send(Self.two, to: server.baseURL, Self.flags).exitCode == 0)
        let first = try sending.folder.text("nightly.prom")
        let success = value("hookbatch_last_success_timestamp_seconds", in: first)
        #expect(success == value("hookbatch_last_run_timestamp_seconds", in: first))
        #expect(first.contains(#"hookbatch_run_lines{batch="nightly",outcome="accepted"} 2"#))
        #expect(value("hookbatch_run_request_duration_seconds_count", in: first) == "2")

        // A stopped run and a refused one keep that time.
        sending.key = "bad"
        for (flags, code, finished) in [
            (["--fresh"], 3, "0"), (["--payload", "any"], 2, "0"),
        ] as [([String], Int32, String)] {
            let sent = try sending.sendAgain(to: server.baseURL, Self.flags + flags)
            #expect(sent.exitCode == code, "\(sent)")
            let text = try sending.folder.text("nightly.prom")
            #expect(value("hookbatch_run_exit_code", in: text) == "\(code)")
            #expect(value("hookbatch_run_finished", in: text) == finished)
            #expect(value("hookbatch_last_success_timestamp_seconds", in: text) == success)
        }
        // A resumed run that finishes is a success, and so is a run that is already done.
        sending.key = "good"
        for _ in 0..<2 {
            #expect(try sending.sendAgain(to: server.baseURL, Self.flags).exitCode == 0)
            let text = try sending.folder.text("nightly.prom")
            #expect(value("hookbatch_last_success_timestamp_seconds", in: text) != success)
            #expect(text.contains(#"hookbatch_run_lines{batch="nightly",outcome="accepted"} 2"#))
        }
    }

    @Test("A metrics file is readable by the collector despite a restrictive umask")
    func mode() throws {
        let server = try LoopbackServer()
        let sending = try Sending()
        try sending.folder.write(Self.two, to: "in.ndjson")
        var program = sending.program(to: server.baseURL, Self.flags)
        program.arguments =
            ["-c", "umask 077; exec \"$0\" \"$@\"", program.executable] + program.arguments
        program.executable = "sh"
        #expect(try program.run().exitCode == 0)
        let attributes = try FileManager.default.attributesOfItem(
            atPath: sending.folder.path("nightly.prom"))
        #expect(attributes[.posixPermissions] as? Int == 0o644)
        #expect(try sending.folder.names().filter { $0.hasSuffix(".tmp") } == [])
    }

    @Test("Metrics pass the check of promtool", .needs("promtool"))
    func lint() throws {
        let server = try LoopbackServer()
        let sending = try Sending()
        for (input, code) in [(Self.two, 0), ("", 2)] as [(String, Int32)] {
            // The second run is refused: the report belongs to another input.
            let sent = try sending.send(
                input, to: server.baseURL, ["--metrics", "a \"b\" \\c.prom"])
            #expect(sent.exitCode == code, "\(sent)")
            let check = try Program.run(
                "promtool", ["check", "metrics"],
                input: .bytes(try sending.folder.read("a \"b\" \\c.prom")))
            #expect(check.exitCode == 0, "\(check)")
            #expect(check.output == "" && check.errorOutput == "", "\(check)")
        }
    }

    @Test("Metrics that can't be written cause exit code 74, and the run still finishes")
    func unwritable() throws {
        let server = try LoopbackServer()
        let sending = try Sending()
        try FileManager.default.createDirectory(
            atPath: sending.folder.path("a.prom.tmp"), withIntermediateDirectories: false)
        let sent = try sending.send(Self.two, to: server.baseURL, ["--metrics", "a.prom"])
        #expect(sent.exitCode == 74, "\(sent)")
        #expect(sent.result.errorOutput.contains("a.prom"))
        #expect(try sent.rows.count == 2)
    }
}
