import Foundation
import TestSupport
import Testing

@Suite("Runs of inputs from a list", .sideBySide)
struct FilesFromTests {
    private static func write(_ count: Int, to folder: TemporaryFolder) throws -> [String] {
        try FileManager.default.createDirectory(
            atPath: folder.path("data"), withIntermediateDirectories: false)
        return try (0..<count).map { number in
            let name = String(format: "data/%05d.ndjson", number)
            try folder.write(Sending.oneLine, to: name)
            return name
        }
    }

    @Test("The advice for a folder checks its files")
    func folder() throws {
        let folder = try TemporaryFolder("list")
        _ = try Self.write(3, to: folder)
        let refused = try Program.run(
            Hookbatch.binary, ["send", "data"], directory: folder.path)
        #expect(refused.exitCode == 2, "\(refused)")
        let command = try #require(
            refused.errorOutput.firstMatch(of: /example: (find .*) \| hookbatch (.*)\)/),
            "\(refused)")
        let checked = try Program.run(
            "/bin/sh", ["-c", "\(command.1) | \"$0\" \(command.2)", Hookbatch.binary],
            directory: folder.path)
        #expect(checked.exitCode == 0, "\(checked)")
        #expect(checked.output.contains("Would send 3 messages."), "\(checked)")
    }

    @Test("A stopped run of a list resumes with the same list, and refuses another")
    func resume() throws {
        let server = try LoopbackServer()
        let sending = try Sending()
        let names = try Self.write(12, to: sending.folder)
        func send(_ names: [String], _ flags: [String] = []) throws -> ProgramResult {
            var program = sending.program([], to: server.baseURL, ["--files-from", "-"] + flags)
            program.input = .text(names.joined(separator: "\u{0}"))
            return try program.run()
        }
        let stopped = try send(names, ["--limit", "5"])
        #expect(stopped.exitCode == 3, "\(stopped)")
        #expect(stopped.errorOutput.contains("the same list on its standard input"), "\(stopped)")
        let refused = try send(Array(names.dropLast()))
        #expect(refused.exitCode == 2, "\(refused)")
        #expect(refused.errorOutput.contains("and 7 more"), "\(refused)")
        let resumed = try send(names)
        #expect(resumed.exitCode == 0, "\(resumed)")
        let rows = try ReportRow.ndjson(sending.folder.read(sending.report))
        #expect(rows.map(\.file) == names)
        #expect(server.acceptances.values.sorted() == Array(repeating: 1, count: 12))
        #expect(try send(names).errorOutput.contains("already done"))
    }

    @Test("Two thousand inputs are sent, also with a limit of open files below their number")
    func many() throws {
        let sending = try Sending()
        let names = try Self.write(2000, to: sending.folder)
        try sending.folder.write(names.joined(separator: "\n"), to: "list")
        var program = sending.program([], to: "store:events.db", ["--files-from", "list"])
        let arguments = program.arguments
        program.executable = "/bin/sh"
        program.arguments =
            ["-c", #"ulimit -n 1000; exec "$0" "$@""#, Hookbatch.binary] + arguments
        let limited = try program.run()
        #expect(limited.exitCode == 0, "\(limited)")
        let rows = try ReportRow.ndjson(sending.folder.read(sending.report))
        #expect(rows.map(\.file) == names)
        // The program raises the soft limit.
        program.arguments =
            ["-c", #"ulimit -Sn 100; exec "$0" "$@""#, Hookbatch.binary] + arguments + ["--fresh"]
        let sent = try program.run()
        #expect(sent.exitCode == 0, "\(sent)")
        let again = try ReportRow.ndjson(sending.folder.read(sending.report))
        #expect(again.map(\.file) == names)
    }
}
