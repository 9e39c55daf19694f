import Foundation
import Glibc
import TestSupport
import Testing

@Suite("Messages in a log", .ownThread)
struct LogTests {
    private static let input = String(repeating: Sending.oneLine, count: 600)

    /// A run of two seconds, with its folder and its server.
    private struct Run {
        let sending: Sending
        let server: LoopbackServer
        let program: RunningProgram
    }

    private func start(
        _ flags: [String], environment: [String: String] = [:]
    ) throws -> Run {
        let server = try LoopbackServer { .delay(.milliseconds(5), .created($0)) }
        let sending = try Sending()
        try sending.folder.write(Self.input, to: "in.ndjson")
        var program = sending.program(to: server.baseURL, ["--rate", "300/s"] + flags)
        program.environment.merge(environment) { $1 }
        return Run(sending: sending, server: server, program: try program.start())
    }

    @Test(
        "A log gets no control character in any --progress mode",
        arguments: ["auto", "bar", "plain", "json", "none"])
    func control(mode: String) throws {
        let run = try start(
            ["--progress", mode, "--progress-every", "200ms"],
            environment: ["TERM": "xterm-256color", "LANG": "C.UTF-8"])
        let result = run.program.wait()
        #expect(result.exitCode == 0, "\(result)")
        #expect(result.standardError.allSatisfy { $0 >= 0x20 || $0 == 0x0A }, "\(result)")
        let lines = result.errorOutput.split(separator: "\n")
        #expect((lines.count == 1) == (mode == "auto" || mode == "none"), "\(result)")
    }

    @Test("A log gets plain progress lines at the interval of --progress-every")
    func plain() throws {
        let run = try start(["--progress", "plain", "--progress-every", "250ms"])
        let result = run.program.wait()
        let lines = result.errorOutput.split(separator: "\n").filter {
            $0.hasPrefix("hookbatch: sending: ")
        }
        // 600 lines at 300/s take two seconds, or more on a busy machine.
        let summary = try JSONSerialization.jsonObject(
            with: Data(run.sending.folder.read("out.summary.json")))
        let elapsed = try #require((summary as? [String: Any])?["elapsed_ms"] as? Int)
        #expect(lines.count >= 3 && lines.count <= elapsed / 250 + 2, "\(result)")
        #expect(lines.allSatisfy { $0.contains("% ") || $0.contains("%, ") })
        #expect(lines.contains { $0.contains("throttled by --rate") }, "\(result)")
        #expect(lines.last?.contains("lines/s") == true, "\(result)")
    }

    @Test("A log gets progress as valid JSON, and the last object of sending has the final counts")
    func json() throws {
        let run = try start(["--progress", "json", "--progress-every", "250ms"])
        let result = run.program.wait()
        let objects = try result.errorOutput.split(separator: "\n").filter { $0.hasPrefix("{") }
            .map { line in
                try #require(
                    try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            }
        let sending = objects.prefix { $0["phase"] as? String == "sending" }
        #expect(sending.count >= 4, "\(result)")
        let lines = sending.compactMap { $0["lines"] as? Int }
        #expect(lines.count == sending.count && lines == lines.sorted(), "\(lines)")
        let last = try #require(sending.last)
        #expect(last["accepted"] as? Int == 600)
        #expect(last["percent"] as? Int == 100)
        #expect(last["bytes"] as? Int == last["bytes_total"] as? Int)
        // On a slow machine or under a sanitizer, writing the report is shown too.
        let others = objects.dropFirst(sending.count)
        #expect(others.allSatisfy { $0["phase"] as? String == "writing_report" }, "\(result)")
    }

    @Test("SIGUSR1 prints one progress line, and the run continues")
    func request() throws {
        let run = try start([])
        #expect(run.server.waitForRequests(50))
        run.program.kill(SIGUSR1)
        #expect(run.program.waitForError("hookbatch: sending: "))
        let result = run.program.wait()
        #expect(result.exitCode == 0, "\(result)")
        let lines = result.errorOutput.split(separator: "\n")
        #expect(lines.count == 2, "\(result)")
        #expect(lines[0].contains("in flight"), "\(result)")
    }

    @Test("A stalled reader of the log does not hold up the run")
    func stuckReader() throws {
        let server = try LoopbackServer()
        let sending = try Sending()
        try sending.folder.write(Self.input, to: "in.ndjson")
        // The pipe is full from the start; its reader starts to read once the report exists.
        let script = """
            mkfifo pipe; (exec 3<pipe; while [ ! -e out.report.ndjson ]; do sleep 0.05; done; \
            cat <&3 >/dev/null) & exec 4>pipe; head -c 65536 /dev/zero >&4; \
            exec '\(Hookbatch.binary)' send in.ndjson --to \(server.baseURL) \
            --report out.report.ndjson --progress plain --progress-every 100ms --rate 1000/s 2>&4
            """
        let result = try Program(
            "sh", ["-c", script], environment: ["HOOKSTREAM_API_KEY": Sending.apiKey],
            directory: sending.folder.path
        ).run()
        #expect(result.exitCode == 0, "\(result)")
        #expect(server.requestCount == 600)
    }
}
