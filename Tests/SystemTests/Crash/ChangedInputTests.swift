import Foundation
import TestSupport
import Testing

/// A change to an input between two processes of its run.
struct InputChange: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// The text that the message must contain.
    var names: String
    var change: @Sendable (inout [String]) -> Void

    static let all = [
        InputChange("a line is appended", "bytes") { $0.append($0[0]) },
        InputChange("it is truncated within what is done", "ends before") { $0.removeLast(12) },
        InputChange("it is truncated behind what is done", "bytes") { $0.removeLast() },
        InputChange("a line that is done is edited", "line 7 ") {
            $0[6] = $0[6].replacingOccurrences(of: "order", with: "ordeR")
        },
        InputChange("a line that is done is longer", "line 7 ") { $0[6] += " " },
        InputChange("two lines that are done are swapped", "line 2 ") { $0.swapAt(1, 8) },
        InputChange("another of the same size replaces it", "line 1 ") { lines in
            lines = lines.map { $0.replacingOccurrences(of: "order", with: "other") }
        },
        InputChange("a blank line comes before it", "line 1 ") { $0.insert("", at: 0) },
    ]

    init(
        _ testDescription: String, _ names: String,
        _ change: @escaping @Sendable (inout [String]) -> Void
    ) {
        self.testDescription = testDescription
        self.names = names
        self.change = change
    }
}

@Suite("Changed inputs and options of a run", .sideBySide)
struct ChangedInputTests {
    private static let lines = (1...20).map {
        #"{"appId":"app_\#($0 % 3)","event_type":"order.placed","payload":{"n":\#($0)}}"#
    }

    /// Starts a run and stops it after ten lines.
    private func stopped(at server: LoopbackServer, _ flags: [String] = []) throws -> Sending {
        let sending = try Sending()
        try sending.folder.write(Self.lines.joined(separator: "\n") + "\n", to: "in.ndjson")
        let sent = try sending.sendAgain(to: server.baseURL, flags + ["--limit", "10"])
        #expect(sent.exitCode == 3, "\(sent)")
        #expect(server.requestCount == 10)
        return sending
    }

    @Test(
        "A changed input is refused with its name, and the original one resumes the run",
        arguments: InputChange.all)
    func changed(_ change: InputChange) throws {
        let server = try LoopbackServer()
        let sending = try stopped(at: server)
        var lines = Self.lines
        change.change(&lines)
        try sending.folder.write(lines.joined(separator: "\n") + "\n", to: "in.ndjson")
        let sent = try sending.sendAgain(to: server.baseURL)
        #expect(sent.exitCode == 2, "\(sent)")
        #expect(sent.result.errorOutput.contains(change.names), "\(sent)")
        #expect(sent.result.errorOutput.contains("in.ndjson"), "\(sent)")
        #expect(server.requestCount == 10)
        #expect(!sent.hasReport)

        try sending.folder.write(Self.lines.joined(separator: "\n") + "\n", to: "in.ndjson")
        let resumed = try sending.sendAgain(to: server.baseURL)
        #expect(resumed.exitCode == 0, "\(resumed)")
        #expect(server.acceptances.values.sorted() == Array(repeating: 1, count: 20))
    }

    /// The lines after a change that keeps their size, and the first that differs.
    private static let edits: [(lines: [String], first: Int)] = [
        (edited { $0[1] = $0[1].replacingOccurrences(of: "order", with: "ordeR") }, 2),
        (edited { $0.swapAt(0, 2) }, 1),
        // The record of line 3 begins on another line.
        (edited { $0[2] = "\n" + $0[2].dropLast(2) + "}" }, 3),
    ]

    private static func edited(_ change: (inout [String]) -> Void) -> [String] {
        var lines = lines
        change(&lines)
        return lines
    }

    @Test(
        "A line that was in flight at a kill and was edited to the same length is refused",
        arguments: edits.indices, [false, true])
    func inFlight(edit: Int, isStream: Bool) throws {
        let server = try LoopbackServer { $0.number < 3 ? .silence : .created($0) }
        let sending = try Sending()
        let name = isStream ? "-" : "in.ndjson"
        func program(_ lines: [String]) throws -> Program {
            let text = lines.joined(separator: "\n") + "\n"
            try sending.folder.write(text, to: "in.ndjson")
            let flags = ["--concurrency", "3", "--format", "ndjson"]
            var program = sending.program([name], to: server.baseURL, flags)
            if isStream { program.input = .text(text) }
            return program
        }
        let running = try program(Self.lines).start()
        #expect(server.waitForRequests(3))
        running.kill(SIGKILL)
        _ = running.wait()

        let change = Self.edits[edit]
        let refused = try program(change.lines).run()
        #expect(refused.exitCode == 2, "\(refused)")
        #expect(refused.errorOutput.contains("line \(change.first) differs"), "\(refused)")
        #expect(server.requestCount == 3)
        let resumed = try program(Self.lines).run()
        #expect(resumed.exitCode == 0, "\(resumed)")
        #expect(server.acceptances.values.sorted() == Array(repeating: 1, count: 20))
    }

    @Test("A line that waited for its retry at a kill and was edited is refused")
    func retried() throws {
        let server = try LoopbackServer { request in
            request.number == 1
                ? .answer(503, headers: [("Retry-After", "60")]) : .created(request)
        }
        let sending = try Sending()
        try sending.folder.write(Self.lines.joined(separator: "\n") + "\n", to: "in.ndjson")
        let running = try sending.program(to: server.baseURL, ["--concurrency", "1"]).start()
        #expect(server.waitForRequests(2))
        running.kill(SIGKILL)
        _ = running.wait()
        let lines = Self.edits[0].lines.map { $0.replacingOccurrences(of: "order", with: "0rder") }
        try sending.folder.write(lines.joined(separator: "\n") + "\n", to: "in.ndjson")
        let refused = try sending.sendAgain(to: server.baseURL)
        #expect(refused.exitCode == 2, "\(refused)")
        #expect(refused.result.errorOutput.contains("line 1 differs"), "\(refused)")
    }

    @Test("Resuming a run with another destination is refused")
    func destination() throws {
        let server = try LoopbackServer()
        let other = try LoopbackServer()
        let sending = try stopped(at: server)
        let sent = try sending.sendAgain(to: other.baseURL)
        #expect(sent.exitCode == 2, "\(sent)")
        #expect(sent.result.errorOutput.contains(server.baseURL), "\(sent)")
        #expect(other.requestCount == 0)
    }

    @Test(
        "Resuming a run with an option that changes its identity is refused",
        arguments: [
            ["--delivery", "at-most-once"], ["--payload", "any"], ["--max-record-bytes", "1MiB"],
            ["--idempotency-key-from", "/payload/n"], ["--format", "ndjson"],
        ])
    func meaning(_ flags: [String]) throws {
        let server = try LoopbackServer()
        let sending = try stopped(at: server)
        let sent = try sending.sendAgain(to: server.baseURL, flags)
        #expect(sent.exitCode == 2, "\(sent)")
        #expect(sent.result.errorOutput.contains(flags[0]), "\(sent)")
        #expect(server.requestCount == 10)
    }

    @Test("A run resumes with another rate, concurrency, retry limit and timeout")
    func pace() throws {
        let server = try LoopbackServer()
        let sending = try stopped(at: server)
        let sent = try sending.sendAgain(
            to: server.baseURL,
            ["--rate", "900/s", "--concurrency", "3", "--retries", "1", "--timeout", "5s"])
        #expect(sent.exitCode == 0, "\(sent)")
        #expect(server.requestCount == 20)
    }

    @Test("A finished run refuses another input, and sends nothing again without --fresh")
    func finished() throws {
        let server = try LoopbackServer()
        let sending = try Sending()
        let sent = try sending.send(Self.lines[0] + "\n{}\n", to: server.baseURL)
        #expect(sent.exitCode == 1, "\(sent)")
        let report = try sending.folder.read(sending.report)
        let again = try sending.sendAgain(to: server.baseURL)
        #expect(again.exitCode == 1, "\(again)")
        #expect(again.result.errorOutput.contains("already done"), "\(again)")
        #expect(try sending.folder.read(sending.report) == report)

        let other = try sending.send(Self.lines[1] + "\n", to: server.baseURL)
        #expect(other.exitCode == 2, "\(other)")
        #expect(other.result.errorOutput.contains("--report"), "\(other)")
        #expect(other.result.errorOutput.contains("--fresh"), "\(other)")
        #expect(server.requestCount == 1)

        let fresh = try sending.sendAgain(to: server.baseURL, ["--fresh"])
        #expect(fresh.exitCode == 0, "\(fresh)")
        #expect(server.requestCount == 2)
        #expect(Set(server.acceptances.keys).count == 2)
        let old = try sending.folder.files().filter { $0.hasPrefix("out.report.ndjson.") }
        #expect(try old.map { try sending.folder.read($0) } == [report])
        #expect(!sending.folder.contains("out.rejected.ndjson"))
    }
}
