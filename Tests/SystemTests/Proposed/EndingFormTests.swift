import Foundation
import Glibc
import TestSupport
import Testing

/// Each ending in each form: its commands are pasted into a shell and complete the run.
@Suite("Commands of each ending in each form", .sideBySide)
struct EndingFormTests {
    enum Ending: CaseIterable, Sendable {
        case rejected, failed, unknown, both, maxErrors, limit, unauthorized, wrongURL
        case wrongURLOfMany
        case signal, outage
        /// The journal can't become longer than the limit of the file size.
        case unwritableJournal
        case fullDisk

        var exitCode: Int32 {
            switch self {
            case .rejected, .failed, .wrongURL: 1
            case .unknown, .both: 4
            case .maxErrors, .limit, .unauthorized, .wrongURLOfMany, .outage: 3
            case .unwritableJournal, .fullDisk: 74
            case .signal: 143
            }
        }

        var flags: [String] {
            switch self {
            case .rejected, .wrongURL, .wrongURLOfMany: ["--concurrency", "1"]
            case .failed: ["--concurrency", "1", "--retries", "0"]
            case .unknown, .both: ["--concurrency", "1", "--delivery", "at-most-once"]
            case .maxErrors: ["--concurrency", "1", "--max-errors", "3"]
            case .limit: ["--limit", "5"]
            case .unauthorized, .signal, .unwritableJournal, .fullDisk: ["--concurrency", "1"]
            case .outage: ["--concurrency", "1", "--outage-patience", "200ms"]
            }
        }

        var lines: Int {
            switch self {
            case .wrongURLOfMany: 30
            case .unwritableJournal: 100
            case .fullDisk: 300
            default: EndingFormTests.count
            }
        }

        /// Whether the server accepts the lines, but takes its time until the run is ended.
        var isSlow: Bool { self == .signal || self == .outage }

        /// A shell script that runs the program with its arguments; nil without one.
        var wrapper: String? {
            switch self {
            case .signal: #"echo $$ >pid; exec "$@""#
            case .unwritableJournal: #"ulimit -f 16; exec "$@""#
            default: nil
            }
        }

        /// Maximum lines that are sent twice: those in flight when their outcome was lost.
        var maxRepeated: Int {
            switch self {
            case .outage, .unwritableJournal, .fullDisk: 1
            default: 0
            }
        }

        /// Whether the URL lacks its `/v1`.
        var isWrongURL: Bool { self == .wrongURL || self == .wrongURLOfMany }

        /// The commands without their arguments.
        var commands: [String] {
            switch self {
            case .rejected, .failed, .limit, .unauthorized, .wrongURL, .wrongURLOfMany, .signal,
                .outage, .unwritableJournal, .fullDisk:
                ["send"]
            case .unknown: ["report", "send", "send"]
            case .both: ["send", "report", "send", "send"]
            case .maxErrors: ["report", "send"]
            }
        }

        /// The response to a line before the cause is mended; nil for an acceptance.
        func fault(_ number: Int, _ request: Request) -> Reply? {
            switch self {
            case .rejected, .maxErrors: number.isMultiple(of: 2) ? Self.inactive : nil
            case .failed: number % 3 == 1 ? .answer(425) : nil
            case .unknown: number % 5 == 1 ? .answer(500) : nil
            case .both: number % 5 == 1 ? .answer(500) : number % 5 == 2 ? Self.inactive : nil
            case .unauthorized: request.number < 3 ? nil : .answer(401)
            case .signal, .outage: .delay(.milliseconds(20), .created(request))
            case .limit, .wrongURL, .wrongURLOfMany, .unwritableJournal, .fullDisk: nil
            }
        }

        private static let inactive = Reply.answer(
            400, body: #"{"message":"Application is inactive"}"#)
    }

    enum Form: CaseIterable, Sendable { case notice, terminal, summary, report, page }

    private static let count = 12

    @Test(
        "The commands of an ending are in each form, and complete the run", .needs("script"),
        arguments: Ending.allCases.filter { $0 != .fullDisk }, Form.allCases)
    func paste(ending: Ending, form: Form) throws { try follow(ending, form, in: Sending()) }

    @Test(
        "The commands of a full disk are in each form, and complete the run", .needs("script"),
        .needsMounts("mount", "umount", "fallocate"), arguments: Form.allCases)
    func fullDisk(form: Form) throws {
        let sending = try Sending()
        let mount = try Mount(on: sending.folder, ["-t", "tmpfs", "-o", "size=16m", "tmpfs"])
        let ballast = sending.folder.path("ballast")
        let made = try Program.run("fallocate", ["-l", "\(16384 - 120)KiB", ballast])
        try #require(made.end == .exit(0))
        try follow(.fullDisk, form, in: sending) {
            try FileManager.default.removeItem(atPath: ballast)
        }
        withExtendedLifetime(mount) {}
    }

    /// Runs `send` to its ending, then pastes the commands of a form until none is left.
    private func follow(
        _ ending: Ending, _ form: Form, in sending: Sending, mend: () throws -> Void = {}
    ) throws {
        let isMended = Monitor(false)
        let accepted = Monitor<[Int: Int]>([:])
        let server = try LoopbackServer { request in
            let number = request.bodyText.firstMatch(of: /"n":([0-9]+)/).flatMap { Int($0.1) } ?? -1
            let fault = isMended.read { $0 } ? nil : ending.fault(number, request)
            if let fault, !ending.isSlow { return fault }
            guard request.path.hasPrefix("/v1/") else { return .answer(404) }
            accepted.update { $0[number, default: 0] += 1 }
            return fault ?? .created(request)
        }
        try sending.folder.write(
            Sending.lines(ending.lines, applications: ["a", "b"]), to: "in.ndjson")
        let baseURL =
            ending.isWrongURL ? String(server.baseURL.dropLast("/v1".count)) : server.baseURL
        var program = sending.program(to: baseURL, ending.flags)
        if let wrapper = ending.wrapper {
            program.arguments = ["-c", wrapper, "sh", program.executable] + program.arguments
            program.executable = "sh"
        }
        if form == .terminal {
            let line = ([program.executable] + program.arguments)
                .map { $0.contains(" ") ? "'\($0)'" : $0 }.joined(separator: " ")
            program.arguments = ["-qec", line, "/dev/null"]
            program.executable = "script"
        }
        let running = try program.start()
        switch ending {
        case .signal:
            #expect(server.waitForRequests(3))
            let pid = try sending.folder.text("pid").split(separator: "\n").first
            kill(try #require(pid.flatMap { Int32($0) }), SIGTERM)
        case .outage:
            #expect(server.waitForRequests(3))
            server.goDown()
        default: break
        }
        let ended = running.wait()
        if ending == .outage { server.comeBack() }
        #expect(ended.exitCode == ending.exitCode, "\(ended)")
        isMended.update { $0 = true }
        try mend()
        var commands = try commands(form, ended, sending)
        #expect(
            commands.map { $0.contains("hookbatch send ") ? "send" : "report" } == ending.commands,
            "\(commands) of \(ended)")
        var rounds = 0
        while !commands.isEmpty, rounds < 5 {
            rounds += 1
            var results: [ProgramResult] = []
            for command in commands {
                results.append(try paste(command, sending))
                let code = try #require(results.last?.exitCode)
                // A command with values to fill in sends nothing without them.
                let codes: [Int32] = command.contains("=KEY,KEY") ? [2] : [0, 1, 3, 4]
                #expect(codes.contains(code), "\(command): \(results)")
            }
            commands = results.flatMap { ProposedRun.commands(in: $0.errorOutput) }
        }
        let lines = accepted.read { $0 }
        #expect(Set(lines.keys) == Set(0..<ending.lines))
        #expect(lines.values.reduce(0, +) <= ending.lines + ending.maxRepeated, "\(lines)")
    }

    @Test("The same command again has the commands of the finished run")
    func again() throws {
        let server = try LoopbackServer { _ in .answer(400) }
        let sending = try Sending()
        let first = try sending.send(to: server.baseURL)
        let second = try sending.sendAgain(to: server.baseURL)
        #expect(second.exitCode == 1 && second.result.errorOutput.contains("already done"))
        let commands = ProposedRun.commands(in: second.result.errorOutput)
        #expect(commands.count == 1)
        #expect(commands == ProposedRun.commands(in: first.result.errorOutput))
    }

    @Test(
        "A notice has the most frequent error with its count, and how to search for unknown lines")
    func words() throws {
        let server = try LoopbackServer { request in
            let number =
                request.bodyText.firstMatch(of: /"n":([0-9]+)/).flatMap { Int($0.1) } ?? -1
            return Ending.both.fault(number, request) ?? .created(request)
        }
        let sending = try Sending()
        let sent = try sending.send(
            Sending.lines(Self.count, applications: ["a"]), to: server.baseURL, Ending.both.flags)
        let summary = try JSONSerialization.jsonObject(
            with: Data(sending.folder.read("out.summary.json")))
        let run = try #require((summary as? [String: Any])?["run_id"] as? String)
        for part in [
            "need (http_400 in all 2 lines: 'Application is inactive", "hb-\(run)-1-LINE",
            "out.unknown.ndjson (http_500 in all 3 lines", "and send the others with",
            "if none of them arrived, send them with",
        ] {
            #expect(sent.result.errorOutput.contains(part), "\(part): \(sent)")
        }
        // The key is the one of the requests.
        #expect(server.requests[1].headers.contains { $0.value == "hb-\(run)-1-2" })
    }

    @Test("The name of a report before the end of its run stands for its journal")
    func beforeTheEnd() throws {
        let server = try LoopbackServer { $0.number < 3 ? .created($0) : .answer(401) }
        let sending = try Sending()
        let input = Sending.lines(Self.count, applications: ["a"])
        let sent = try sending.send(input, to: server.baseURL, ["--concurrency", "1"])
        #expect(sent.exitCode == 3, "\(sent)")
        let shown = try Program.run(
            Hookbatch.binary, ["report", "out.report.ndjson"], directory: sending.folder.path)
        #expect(shown.exitCode == 3, "\(shown)")
        #expect(
            shown.errorOutput.contains("'out.report.ndjson' does not exist yet")
                && shown.errorOutput.contains("'out.report.ndjson.journal'"), "\(shown)")
        #expect(shown.output.contains("3 lines done"), "\(shown)")
        #expect(shown.output.contains(": the API rejected the key (401)."), "\(shown)")
        // A summary of another run says nothing about this one.
        let other = try sending.folder.text("out.summary.json").replacingOccurrences(
            of: #""run_id": ""#, with: #""run_id": "x"#)
        try sending.folder.write(other, to: "out.summary.json")
        let alone = try Program.run(
            Hookbatch.binary, ["report", "out.report.ndjson.journal"],
            directory: sending.folder.path)
        #expect(alone.exitCode == 3 && !alone.output.contains("401"), "\(alone)")
        let missing = try Program.run(
            Hookbatch.binary, ["report", "none.report.ndjson"], directory: sending.folder.path)
        #expect(missing.exitCode == 74, "\(missing)")
    }

    /// The commands of a form, as they are pasted.
    private func commands(
        _ form: Form, _ ended: ProgramResult, _ sending: Sending
    ) throws -> [String] {
        switch form {
        case .notice:
            return ProposedRun.commands(in: ended.errorOutput)
        case .terminal:
            return ended.output.split { $0 == "\n" || $0 == "\r\n" }
                .filter { $0.hasPrefix("  hookbatch ") }
                .map { "cd \(sending.folder.path) && \($0.dropFirst(2))" }
        case .summary:
            let summary = try JSONSerialization.jsonObject(
                with: Data(sending.folder.read("out.summary.json")))
            let members = try #require(summary as? [String: Any])
            let directory = try #require(members["directory"] as? String)
            let steps = try #require(members["steps"] as? [[String: String]])
            #expect(
                members["next"] as? String
                    == steps.first { $0["kind"] == "run" }?["command"])
            return try steps.map { "cd \(directory) && \(try #require($0["command"]))" }
        case .report:
            let shown = try Program.run(
                Hookbatch.binary, ["report", sending.report], directory: sending.folder.path)
            return shown.output.split(separator: "\n").filter { $0.hasPrefix("  cd ") }
                .map { String($0.dropFirst(2)) }
        case .page:
            let made = try Program.run(
                Hookbatch.binary, ["report", sending.report, "--html", "page.html"],
                directory: sending.folder.path)
            #expect(made.exitCode == 0, "\(made)")
            let page = try sending.folder.text("page.html")
            let section = page.firstMatch(of: /<section aria-labelledby="next">(.*?)<\/section>/)
            let next = section.map { String($0.1) } ?? ""
            return next.matches(of: /<p class="code command"><bdi>(.*?)<\/bdi>/).map { match in
                [
                    ("<span>", ""), ("</span>", ""), ("&quot;", "\""), ("&#39;", "'"),
                    ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"),
                ]
                .reduce(String(match.1)) {
                    $0.replacingOccurrences(of: $1.0, with: $1.1)
                }
            }
        }
    }

    private func paste(_ command: String, _ sending: Sending) throws -> ProgramResult {
        try Hookbatch.paste(command, in: sending.folder, key: Sending.apiKey, directory: "/")
    }
}
