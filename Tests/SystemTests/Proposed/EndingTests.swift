import Foundation
import TestSupport
import Testing

/// The endings that `ProposedCommandTests` does not have: each message is followed to the letter.
@Suite("Endings that are followed to the letter", .sideBySide)
struct EndingTests {
    private static let lines = Sending.lines(30, applications: ["a", "b"])

    private let sending: Sending

    init() throws { sending = try Sending() }

    /// Pastes the commands of messages until a process exits with 0.
    private func follow(
        _ result: ProgramResult, changing change: (String) -> String = { $0 }
    ) throws {
        var result = result
        var pasted = 0
        while result.exitCode != 0, pasted < 30 {
            let command = try #require(ProposedRun.command(in: result.errorOutput), "\(result)")
            result = try Program.run(
                "sh", ["-c", pasted == 0 ? change(command) : command],
                environment: [
                    "HOOKSTREAM_API_KEY": Sending.apiKey,
                    "PATH": try Hookbatch.folderNamingIt(in: sending.folder) + ":/usr/bin:/bin",
                ], directory: "/")
            pasted += 1
        }
        #expect(result.exitCode == 0 && pasted > 0, "\(result)")
    }

    private func expectAll(_ server: LoopbackServer) {
        let numbers = Set(
            server.requests.compactMap { request in
                request.bodyText.firstMatch(of: /"n":([0-9]+)/).map { $0.1 }
            })
        #expect(numbers.count == 30)
        #expect(server.acceptances.count == 30)
    }

    @Test(
        "A run that a status stopped is completed as its message says",
        arguments: [402, 403, 407, 426, 301, 405, 429])
    func status(_ status: Int) throws {
        let isMended = Monitor(false)
        let server = try LoopbackServer { request in
            if isMended.read({ $0 }) || (request.number < 1 && status != 403) {
                return .created(request)
            }
            return .answer(status, headers: status == 429 ? [("Retry-After", "7200")] : [])
        }
        let sent = try sending.send(Self.lines, to: server.baseURL, ["--concurrency", "1"])
        #expect(sent.exitCode == 3, "\(sent)")
        isMended.update { $0 = true }
        try follow(sent.result)
        expectAll(server)
    }

    @Test("A run whose server is down is resumed by the same command")
    func down() throws {
        let server = try LoopbackServer()
        server.goDown()
        let sent = try sending.send(Self.lines, to: server.baseURL, ["--start-patience", "0s"])
        #expect(sent.exitCode == 3, "\(sent)")
        server.comeBack()
        try follow(sent.result)
        expectAll(server)
    }

    @Test("A run with a wrong URL is completed with the right one and --fresh")
    func wrongAddress() throws {
        let wrong = try LoopbackServer()
        wrong.goDown()
        let server = try LoopbackServer()
        let sent = try sending.send(Self.lines, to: wrong.baseURL, ["--start-patience", "0s"])
        #expect(sent.exitCode == 3, "\(sent)")
        #expect(sent.result.errorOutput.contains("\nor, if the URL of --to is wrong"), "\(sent)")
        let commands = ProposedRun.commands(in: sent.result.errorOutput)
        try #require(commands.count == 2, "\(sent)")
        let started = try Program.run(
            "sh",
            ["-c", commands[1].replacingOccurrences(of: " URL ", with: " \(server.baseURL) ")],
            environment: [
                "HOOKSTREAM_API_KEY": Sending.apiKey,
                "PATH": try Hookbatch.folderNamingIt(in: sending.folder) + ":/usr/bin:/bin",
            ], directory: "/")
        #expect(started.exitCode == 0, "\(started)")
        expectAll(server)
    }

    @Test("A run with the API's URL and no API there asks for another URL")
    func notTheAPI() throws {
        let wrong = try LoopbackServer { _ in .answer(404) }
        let server = try LoopbackServer()
        let sent = try sending.send(Self.lines, to: wrong.baseURL, ["--concurrency", "1"])
        #expect(sent.exitCode == 3, "\(sent)")
        #expect(sent.result.errorOutput.contains("in place of URL"), "\(sent)")
        try follow(sent.result) {
            $0.replacingOccurrences(of: "--to URL", with: "--to \(server.baseURL)")
        }
        expectAll(server)
    }

    @Test("A run at --max-duration is completed by its commands")
    func maxDuration() throws {
        let server = try LoopbackServer()
        let sent = try sending.send(
            Self.lines, to: server.baseURL, ["--rate", "20/s", "--max-duration", "700ms"])
        #expect(sent.exitCode == 3, "\(sent)")
        try follow(sent.result)
        expectAll(server)
    }

    @Test(
        "A run that a signal stopped is completed by its command",
        arguments: [SIGHUP, SIGINT, SIGTERM])
    func signal(number: Int32) throws {
        let server = try LoopbackServer { .delay(.milliseconds(20), .created($0)) }
        try sending.folder.write(Self.lines, to: "in.ndjson")
        let program = try sending.program(to: server.baseURL, ["--concurrency", "1"]).start()
        #expect(server.waitForRequests(3))
        program.kill(number)
        try follow(program.wait())
        expectAll(server)
    }

    @Test("A run at a file size limit names the limit, and is completed without it")
    func sizeLimit() throws {
        let server = try LoopbackServer()
        try sending.folder.write(Self.lines, to: "in.ndjson")
        var program = sending.program(to: server.baseURL)
        program.arguments =
            ["-c", "ulimit -f 5; exec \"$@\"", "sh", program.executable] + program.arguments
        program.executable = "sh"
        let stopped = try program.run()
        #expect(stopped.exitCode == 74, "\(stopped)")
        #expect(stopped.errorOutput.contains("; raise the limit of the file size (ulimit -f)"))
        try follow(stopped)
        #expect(Set(server.acceptances.keys).count == 30)
    }

    @Test(
        "A run into a locked store names the other process, and is resumed after it",
        .needs("sqlite3"))
    func locked() throws {
        let added = try Program.run(
            Hookbatch.binary, ["store", "add-app", "a", "--store", "m.db"],
            directory: sending.folder.path)
        #expect(added.exitCode == 0, "\(added)")
        let holder = try StoreHolder(sending.folder.path("m.db"))
        let stopped = try sending.send(Self.lines, to: "store:m.db")
        holder.letGo()
        #expect(stopped.exitCode == 74, "\(stopped)")
        #expect(stopped.result.errorOutput.contains("is locked by another process"))
        #expect(stopped.result.errorOutput.contains("; wait until that process ends"))
        #expect(!stopped.result.errorOutput.contains("disk space"), "\(stopped)")
        try follow(stopped.result)
    }

    @Test("A folder that does not exist is a usage error, and the same command runs once it does")
    func folders() throws {
        try sending.folder.write(Self.lines, to: "in.ndjson")
        let program = Program(
            Hookbatch.binary,
            ["send", "in.ndjson", "--to", "store:sub/m.db", "--report", "sub/r.ndjson"],
            directory: sending.folder.path)
        let noReport = try program.run()
        #expect(noReport.exitCode == 2, "\(noReport)")
        #expect(noReport.errorOutput.contains("does not exist; create it"), "\(noReport)")
        var store = program
        store.arguments.removeLast(2)
        let noStore = try store.run()
        #expect(noStore.exitCode == 2, "\(noStore)")
        #expect(
            noStore.errorOutput.contains("folder of the store 'sub/m.db' does not exist; create"))
        try FileManager.default.createDirectory(
            atPath: sending.folder.path("sub"), withIntermediateDirectories: false)
        #expect(try program.run().exitCode == 0)
        #expect(try store.run().exitCode == 0)
    }
}
