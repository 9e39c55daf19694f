import Foundation
import TestSupport
import Testing

@Suite("What hookbatch report says about the end of a run", .ownThread)
struct RunEndingTests {
    private let sending: Sending

    init() throws { sending = try Sending() }

    private func report(_ paths: String...) throws -> ProgramResult {
        try Program.run(Hookbatch.binary, ["report"] + paths, directory: sending.folder.path)
    }

    private func paste(_ command: String) throws -> ProgramResult {
        try Hookbatch.paste(command, in: sending.folder, key: Sending.apiKey, directory: "/")
    }

    /// Kills a process of a run after its first request.
    ///
    /// - Returns: What `report` says while it is running.
    @discardableResult
    private func kill(_ server: LoopbackServer, after count: Int) throws -> ProgramResult {
        let running = try sending.program(to: server.baseURL).start()
        #expect(server.waitForRequests(count))
        let report = try report("out.report.ndjson.journal")
        running.kill(SIGKILL)
        _ = running.wait()
        return report
    }

    @Test("A killed process is not given the cause of an earlier stop")
    func killed() throws {
        let isSilent = Monitor(false)
        let server = try LoopbackServer { request in
            isSilent.read { $0 } ? .silence : .created(request)
        }
        server.goDown()
        let first = try sending.send(
            Sending.lines(9), to: server.baseURL, ["--start-patience", "0s"])
        #expect(first.exitCode == 3 && first.result.errorOutput.contains("--fresh"), "\(first)")
        server.comeBack()
        isSilent.update { $0 = true }
        let during = try kill(server, after: 1)
        #expect(during.output.contains(" is running (process "), "\(during.output)")
        #expect(!during.output.contains("Next:"), "\(during.output)")
        let starts = try sending.folder.text("out.report.ndjson.journal")
            .matches(of: /"kind":"start".*?"at":"([^"]*)"/).map { String($0.1) }
        #expect(starts.count == 2)
        let shown = try report("out.report.ndjson.journal")
        let last = try #require(starts.last)
        #expect(
            shown.output.contains(
                "its last process, started at \(last), ended without a record (it was killed, "
                    + "the machine lost power, or the disk was full). An earlier process stopped at "
            ),
            "\(shown.output)")
        // The URL was right after all.
        #expect(!shown.output.contains("--fresh"), "\(shown.output)")
        let page = try Program.run(
            Hookbatch.binary, ["report", "out.report.ndjson.journal", "--html", "page.html"],
            directory: sending.folder.path)
        #expect(page.exitCode == 0, "\(page)")
        #expect(try sending.folder.text("page.html").contains("ended without a record"))
        isSilent.update { $0 = false }
        let command = try #require(
            shown.output.split(separator: "\n").last { $0.hasPrefix("  cd ") })
        let resumed = try paste(String(command))
        #expect(resumed.exitCode == 0, "\(resumed)")
    }

    @Test("A process that was killed before any summary says so, and how to resume")
    func killedFirst() throws {
        let isSilent = Monitor(true)
        let server = try LoopbackServer { request in
            isSilent.read { $0 } ? .silence : .created(request)
        }
        try sending.folder.write(Sending.lines(3), to: "in.ndjson")
        try kill(server, after: 1)
        let shown = try report("out.report.ndjson.journal")
        #expect(shown.output.contains("ended without a record"), "\(shown.output)")
        #expect(!shown.output.contains("An earlier process"), "\(shown.output)")
        #expect(shown.output.contains("\nNext: resume with\n  cd "), "\(shown.output)")
        isSilent.update { $0 = false }
        let command = try #require(
            shown.output.split(separator: "\n").last { $0.hasPrefix("  cd ") })
        let resumed = try paste(String(command))
        #expect(resumed.exitCode == 0, "\(resumed)")
        #expect(resumed.errorOutput.contains("resuming run "), "\(resumed)")
    }

    @Test("The command in a journal has what a person must add, and no password")
    func recorded() throws {
        var program = sending.program(
            ["-"], to: "http://127.0.0.1:1/v1",
            ["--proxy", "http://u:secret@127.0.0.1:1", "--start-patience", "0s"])
        program.environment["HOOKBATCH_CONCURRENCY"] = "2"
        program.input = .text(Sending.lines(3))
        let stopped = try program.run()
        #expect(stopped.exitCode == 3, "\(stopped)")
        // As after a kill.
        try FileManager.default.removeItem(atPath: sending.folder.path("out.summary.json"))
        let shown = try report("out.report.ndjson.journal").output
        #expect(
            shown.contains(
                "Next: put the proxy's user and password in place of ***; resume by giving the same "
                    + "input again, from its start, to (with HOOKBATCH_CONCURRENCY as before)"),
            "\(shown)")
        #expect(try !sending.folder.text("out.report.ndjson.journal").contains("secret"))
    }

    /// A server that rejects the lines with `"v":1`, and loses the first response to those with
    /// `"v":3`.
    private static func server(_ lost: Monitor<Bool>) throws -> LoopbackServer {
        try LoopbackServer { request in
            if request.bodyText.contains("\"v\":1") { return .answer(400) }
            if request.bodyText.contains("\"v\":3"), lost.read({ $0 }) { return Reply([.close]) }
            return .created(request)
        }
    }

    private static func line(_ version: Int) -> String {
        "{\"appId\":\"a\",\"event_type\":\"t\",\"payload\":{\"v\":\(version)}}\n"
    }

    private func resend(_ name: String, _ server: LoopbackServer) throws -> ProgramResult {
        var program = sending.program([name], to: server.baseURL, ["--retries", "0"])
        program.arguments.removeAll { ["--report", sending.report].contains($0) }
        return try program.run()
    }

    @Test("Later runs are found in a folder with another alphabet in its name")
    func alphabet() throws {
        let server = try Self.server(Monitor(false))
        let folder = sending.folder
        try FileManager.default.createDirectory(
            atPath: folder.path + "/Auftr\u{E4}ge", withIntermediateDirectories: false)
        try folder.write([2, 1].map(Self.line).joined(), to: "in.ndjson")
        func send(_ words: [String]) throws -> ProgramResult {
            try Program.run(
                Hookbatch.binary, ["send", "--to", server.baseURL, "--retries", "0"] + words,
                environment: ["HOOKSTREAM_API_KEY": Sending.apiKey], directory: folder.path)
        }
        let first = "Auftr\u{E4}ge/a.report.ndjson"
        #expect(try send(["in.ndjson", "--report", first]).exitCode == 1)
        let rejected = "Auftr\u{E4}ge/a.rejected.ndjson"
        try folder.write(Self.line(2), to: rejected)
        let second = "Auftr\u{E4}ge/a.rejected.report.ndjson"
        #expect(try send([rejected, "--report", second]).exitCode == 0)
        let shown = try Program.run(
            Hookbatch.binary, ["report", first], directory: folder.path)
        #expect(!shown.output.contains("fix the lines"), "\(shown.output)")
        #expect(shown.output.contains("a later run"), "\(shown.output)")
        let other = "Auftr\u{E4}ge/a.rejected.other.report.ndjson"
        let again = try send([rejected, "--report", other])
        #expect(
            again.exitCode == 0
                && again.errorOutput.contains("the line is left out: '\(second)' has sent it"),
            "\(again)")
    }

    @Test("The steps of a report that was moved name its files where they are")
    func moved() throws {
        let server = try Self.server(Monitor(false))
        let folder = sending.folder
        let first = try sending.send(
            [2, 1].map(Self.line).joined(), to: server.baseURL, ["--retries", "0"])
        #expect(first.exitCode == 1, "\(first)")
        try FileManager.default.createDirectory(
            atPath: folder.path + "/failed", withIntermediateDirectories: false)
        for name in ["report.ndjson", "summary.json", "rejected.ndjson", "rejected.ndjson.origins"]
        {
            try FileManager.default.moveItem(
                atPath: "\(folder.path)/out.\(name)", toPath: "\(folder.path)/failed/out.\(name)")
        }
        let shown = try Program.run(
            Hookbatch.binary, ["report", "failed/out.report.ndjson"], directory: folder.path)
        #expect(
            shown.output.contains("\(folder.path)/failed/out.rejected.ndjson"), "\(shown.output)")
        #expect(!shown.output.contains(" out.rejected.ndjson"), "\(shown.output)")
    }

    @Test("Lines that later runs have sent again are not proposed again, but their count")
    func later() throws {
        let lost = Monitor(false)
        let server = try Self.server(lost)
        let first = try sending.send(
            [2, 1, 2, 1].map(Self.line).joined(), to: server.baseURL, ["--retries", "0"])
        #expect(first.exitCode == 1 && first.result.errorOutput.contains("fix the lines in"))
        for (name, fixed) in [("out.rejected", 1), ("out.rejected.rejected", 0)] {
            let lines = [2, fixed].map { Self.line($0 == 1 ? 1 : 2) }
            try sending.folder.write(
                (fixed == 1 ? lines.joined() : lines[0]), to: "\(name).ndjson")
            let sent = try resend("\(name).ndjson", server)
            #expect(sent.exitCode == Int32(fixed), "\(sent)")
        }
        let again = try sending.sendAgain(to: server.baseURL, ["--retries", "0"])
        #expect(again.exitCode == 1, "\(again)")
        let shown = try report("out.report.ndjson")
        for text in [shown.output, again.result.errorOutput] {
            #expect(!text.contains("fix the lines"), "\(text)")
            #expect(text.contains("the newest 'out.rejected.rejected.report.ndjson'"), "\(text)")
            let command = try #require(
                text.split(separator: "\n").first { $0.contains("&& hookbatch report ") })
            let counted = try paste(String(command))
            #expect(
                counted.output.contains(
                    "\nTotal: 4 lines, all accepted; 1 at the second try, 1 at the third"),
                "\(counted.output)")
            #expect(!counted.output.contains("fix the lines"), "\(counted.output)")
            #expect(!counted.output.contains("have sent lines"), "\(counted.output)")
        }
    }

    @Test("The steps for unknown lines stay if only the rejected ones were sent again")
    func partly() throws {
        let lost = Monitor(true)
        let server = try Self.server(lost)
        let first = try sending.send(
            [2, 1, 3].map(Self.line).joined(), to: server.baseURL, ["--retries", "0"])
        #expect(first.exitCode == 4, "\(first)")
        try sending.folder.write(Self.line(2), to: "out.rejected.ndjson")
        #expect(try resend("out.rejected.ndjson", server).exitCode == 0)
        for paths in [[], ["out.rejected.report.ndjson"]] {
            let shown = try Program.run(
                Hookbatch.binary, ["report", "out.report.ndjson"] + paths,
                directory: sending.folder.path)
            #expect(!shown.output.contains("fix the lines"), "\(shown.output)")
            #expect(shown.output.contains("if some arrived, put their keys"), "\(shown.output)")
            #expect(
                shown.output.contains("'out.rejected.report.ndjson', has sent lines")
                    == paths.isEmpty, "\(shown.output)")
        }
        lost.update { $0 = false }
        let unknown = try resend("out.unknown.ndjson", server)
        #expect(unknown.exitCode == 0, "\(unknown)")
        #expect(unknown.errorOutput.contains("(in out.unknown.ndjson.origins)"), "\(unknown)")
        let last = try report("out.report.ndjson").output
        #expect(!last.contains("remove the lines"), "\(last)")
    }

    @Test("Rejected lines of two inputs that were sent in one run are not sent by --retry-of")
    func twoInputs() throws {
        let server = try Self.server(Monitor(false))
        for name in ["a", "b"] {
            try sending.folder.write([2, 1].map(Self.line).joined(), to: "\(name).ndjson")
        }
        let first = try sending.program(["a.ndjson", "b.ndjson"], to: server.baseURL).run()
        #expect(first.exitCode == 1, "\(first)")
        for name in ["out.1-a.rejected.ndjson", "out.2-b.rejected.ndjson"] {
            try sending.folder.write(Self.line(2), to: name)
        }
        let command = try #require(
            first.errorOutput.split(separator: "\n").last { $0.hasPrefix("  cd ") })
        #expect(try paste(String(command)).exitCode == 0)
        let count = server.requestCount
        let retried = try Program.run(
            Hookbatch.binary,
            [
                "send", "--to", server.baseURL, "--retry-of", "out.report.ndjson", "--outcome",
                "rejected",
            ], environment: ["HOOKSTREAM_API_KEY": Sending.apiKey], directory: sending.folder.path)
        #expect(retried.exitCode == 0 && server.requestCount == count, "\(retried)")
        #expect(
            retried.errorOutput.contains(
                "all 2 lines are left out: 'out.rejected.report.ndjson' has sent them"),
            "\(retried)")
    }

    @Test("Resent lines that may have arrived twice name the files that have their keys")
    func keys() throws {
        let lost = Monitor<Set<Int>>([3, 4])
        let server = try LoopbackServer { request in
            lost.read { $0.contains { request.bodyText.contains("\"v\":\($0)}") } }
                ? Reply([.close]) : .created(request)
        }
        let first = try sending.send(
            [2, 3, 4].map(Self.line).joined(), to: server.baseURL,
            ["--retries", "0", "--concurrency", "1"])
        #expect(first.exitCode == 4, "\(first)")
        lost.update { $0 = [4] }
        for _ in 0..<2 {
            let sent = try resend("out.unknown.ndjson", server)
            #expect(sent.exitCode == 4, "\(sent)")
            let files = sent.errorOutput.matches(of: /Idempotency-Key \(in ([^)]*)\)/).map {
                String($0.1)
            }
            #expect(
                files == ["out.unknown.unknown.ndjson.origins", "out.unknown.ndjson.origins"],
                "\(sent)")
            for (file, line) in zip(files, [3, 2]) {
                let lines = try sending.folder.text(file).matches(of: /"line":([0-9]+)/)
                #expect(lines.contains { $0.1 == "\(line)" }, "\(file)")
            }
        }
    }

    @Test("A changed input names the file of undelivered lines that exists")
    func undelivered() throws {
        let lost = Monitor(true)
        let server = try Self.server(lost)
        let first = try sending.send(
            [2, 3].map(Self.line).joined(), to: server.baseURL, ["--retries", "0"])
        #expect(first.exitCode == 4, "\(first)")
        try sending.folder.write([2, 2, 2].map(Self.line).joined(), to: "in.ndjson")
        let changed = try Program.run(
            Hookbatch.binary,
            ["send", "--to", server.baseURL, "--retry-of", "out.report.ndjson"],
            environment: ["HOOKSTREAM_API_KEY": Sending.apiKey], directory: sending.folder.path)
        #expect(changed.exitCode == 2, "\(changed)")
        #expect(changed.errorOutput.contains("check which lines of 'out.unknown.ndjson' arrived"))
        #expect(!changed.errorOutput.contains("rejected"), "\(changed)")
        try FileManager.default.removeItem(atPath: sending.folder.path("out.summary.json"))
        let missing = try Program.run(
            Hookbatch.binary,
            ["send", "--to", server.baseURL, "--retry-of", "out.report.ndjson"],
            environment: ["HOOKSTREAM_API_KEY": Sending.apiKey], directory: sending.folder.path)
        #expect(missing.errorOutput.contains("'out.unknown.ndjson'"), "\(missing)")
        #expect(!missing.errorOutput.contains("rejected"), "\(missing)")
    }

    @Test(
        "At a terminal, texts are wrapped at words and each command is one line of its own",
        .needs("tmux"), arguments: [80, 40])
    func wrapped(columns: Int) throws {
        let lost = Monitor(true)
        let server = try Self.server(lost)
        let first = try sending.send(
            [2, 1, 3].map(Self.line).joined(), to: server.baseURL, ["--retries", "0"])
        #expect(first.exitCode == 4, "\(first)")
        let piped = try report("out.report.ndjson").output
        let words = Set(piped.split { " \n".contains($0) })
        let binary = Hookbatch.binary
        let tmux = try Tmux(
            "'\(binary)' report out.report.ndjson", in: sending.folder, columns: columns)
        let (lines, isThere) = try tmux.wait { $0.last == "exit 4" }
        #expect(isThere, "\(lines)")
        // A command has the terminal's own wraps, which a copy does not contain.
        let joined = try tmux.joinedLines()
        let commands = joined.filter { $0.hasPrefix("  hookbatch ") }
        #expect(commands.count == 4, "\(joined)")
        for line in joined where !commands.contains(line) {
            #expect(line.count <= columns, "\(line)")
            for word in line.split(separator: " ") where !line.hasPrefix("exit ") {
                #expect(words.contains(word), "\(word) of \(line)")
            }
        }
        for command in commands {
            #expect(piped.contains("&& " + command.dropFirst(2) + "\n"), "\(command)")
        }
    }
}
