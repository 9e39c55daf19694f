import Foundation
import TestSupport
import Testing

@Suite("Runs of standard input", .sideBySide)
struct StandardInputTests {
    private static let lines = (1...40).map {
        #"{"appId":"app_1","event_type":"t","payload":{"n":\#($0)}}"#
    }

    private func program(
        _ sending: Sending, _ server: LoopbackServer, _ lines: [String]?, _ flags: [String] = []
    ) -> Program {
        var program = sending.program(["-"], to: server.baseURL, flags)
        program.input = lines.map { .text($0.joined(separator: "\n") + "\n") } ?? .open
        return program
    }

    @Test("A killed run of standard input resumes when the same stream is piped again")
    func killed() throws {
        let server = try LoopbackServer { .delay(.milliseconds(20), .created($0)) }
        let sending = try Sending()
        let running = try program(sending, server, Self.lines, ["--concurrency", "3"]).start()
        #expect(server.waitForRequests(12))
        running.kill(SIGKILL)
        _ = running.wait()
        let result = try program(sending, server, Self.lines).run()
        #expect(result.exitCode == 0, "\(result)")
        let rows = try ReportRow.ndjson(sending.folder.read(sending.report))
        let auditor = Auditor([.init(file: "-", count: 40)])
        #expect(auditor.violations(rows: rows, server: server) == [])
        #expect(rows.count { $0.possibleDuplicate } <= 3)
    }

    @Test(
        "A run refuses another stream with its line, and resumes with the original one",
        arguments: [
            (
                names: "line 4",
                change: { @Sendable (lines: [String]) in
                    lines.map { $0.replacingOccurrences(of: #""n":4}"#, with: #""n":5}"#) }
                }
            ),
            (
                names: "line 2",
                change: { @Sendable (lines: [String]) in
                    [lines[0], lines[2], lines[1]] + lines.dropFirst(3)
                }
            ),
            (names: "line 6", change: { @Sendable (lines: [String]) in Array(lines.prefix(5)) }),
        ] as [(names: String, change: @Sendable ([String]) -> [String])])
    func changed(names: String, change: @Sendable ([String]) -> [String]) throws {
        let server = try LoopbackServer()
        let sending = try Sending()
        let stopped = try program(sending, server, Self.lines, ["--limit", "10"]).run()
        #expect(stopped.exitCode == 3, "\(stopped)")
        let refused = try program(sending, server, change(Self.lines)).run()
        #expect(refused.exitCode == 2, "\(refused)")
        #expect(refused.errorOutput.contains(names), "\(refused)")
        #expect(server.requestCount == 10)
        let resumed = try program(sending, server, Self.lines).run()
        #expect(resumed.exitCode == 0, "\(resumed)")
        #expect(server.acceptances.values.sorted() == Array(repeating: 1, count: 40))
    }

    @Test("A run refuses a stream that ends before a line that was in flight")
    func lostInFlight() throws {
        let server = try LoopbackServer { $0.number < 3 ? .created($0) : .acceptThenSilence }
        let sending = try Sending()
        let running = try program(sending, server, Self.lines, ["--concurrency", "3"]).start()
        #expect(server.waitForRequests(5))
        running.kill(SIGKILL)
        _ = running.wait()
        let refused = try program(sending, server, Array(Self.lines.prefix(3))).run()
        #expect(refused.exitCode == 2, "\(refused)")
        #expect(refused.errorOutput.contains("ends before line"), "\(refused)")
        #expect(!sending.folder.contains(sending.report))
    }

    @Test("A stopped run leaves the unfinished records of its stream in a file, byte by byte")
    func rest() throws {
        let server = try LoopbackServer()
        let sending = try Sending()
        let result = try program(sending, server, Self.lines, ["--limit", "7"]).run()
        #expect(result.exitCode == 3, "\(result)")
        let rest = String(decoding: try sending.folder.read("out.rest"), as: UTF8.self)
        #expect(rest == Self.lines.dropFirst(7).joined(separator: "\n") + "\n")
        #expect(result.errorOutput.contains("out.rest"), "\(result)")

        let resumed = try program(sending, server, Self.lines).run()
        #expect(resumed.exitCode == 0, "\(resumed)")
        #expect(!sending.folder.contains("out.rest"))
    }

    @Test("A run stops at --limit while its stream is still open")
    func limitOfOpenStream() throws {
        let server = try LoopbackServer()
        let sending = try Sending()
        let running = try program(sending, server, nil, ["--limit", "2"]).start()
        running.write((Self.lines[0] + "\n" + Self.lines[1] + "\n").utf8)
        let result = running.wait()
        #expect(result.exitCode == 3, "\(result)")
        #expect(!sending.folder.contains(sending.report))
    }

    @Test("The end of a stream after a signal to stop is not the end of the run")
    func endBySignal() throws {
        let server = try LoopbackServer()
        let sending = try Sending()
        let running = try program(sending, server, nil).start()
        running.write((Self.lines[0] + "\n" + Self.lines[1] + "\n").utf8)
        #expect(server.waitForAcceptances(2))
        // As if Ctrl-C ended the program that writes to the pipe, within a record.
        running.kill(SIGSTOP)
        running.kill(SIGINT)
        running.write(#"{"appId":"app"#.utf8)
        running.closeInput()
        running.kill(SIGCONT)
        let result = running.wait()
        #expect(result.exitCode == 130, "\(result)")
        #expect(!sending.folder.contains(sending.report))
        let resumed = try program(sending, server, Self.lines).run()
        #expect(resumed.exitCode == 0, "\(resumed)")
        #expect(server.acceptances.values.sorted() == Array(repeating: 1, count: 40))
    }

    @Test("Lines of standard input are sent as they arrive")
    func slowly() throws {
        let server = try LoopbackServer()
        let sending = try Sending()
        let running = try program(sending, server, nil).start()
        for (index, line) in Self.lines.prefix(5).enumerated() {
            running.write((line + "\n").utf8)
            #expect(server.waitForAcceptances(index + 1))
        }
        running.closeInput()
        let result = running.wait()
        #expect(result.exitCode == 0, "\(result)")
    }

    @Test("Rejected and unknown records of a stream are written to files, byte by byte")
    func leftovers() throws {
        let server = try LoopbackServer { request in
            switch request.number % 4 {
            case 1: .answer(400)
            case 2: .acceptThenClose
            default: .created(request)
            }
        }
        let sending = try Sending()
        var lines = Self.lines
        lines[8] = #"{"appId":"a/b", "note": "größer","event_type":"t"}"#
        let result = try program(sending, server, lines, ["--delivery", "at-most-once"]).run()
        #expect(result.exitCode == 4, "\(result)")
        let rows = try ReportRow.ndjson(sending.folder.read(sending.report))
        for (file, outcomes) in [
            ("out.rejected.ndjson", ["rejected", "invalid"]), ("out.unknown.ndjson", ["unknown"]),
        ] {
            let left = rows.filter { outcomes.contains($0.outcome) }.map { lines[$0.line - 1] }
            #expect(left.count >= 9)
            let bytes = String(decoding: try sending.folder.read(file), as: UTF8.self)
            #expect(bytes == left.joined(separator: "\n") + "\n")
        }
    }
}
