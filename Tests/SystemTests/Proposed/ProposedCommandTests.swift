import Foundation
import TestSupport
import Testing

@Suite("Commands that a summary proposes", .sideBySide)
struct ProposedCommandTests {
    /// Runs of each ending, unless `HOOKBATCH_COMMANDS` sets another number.
    private static let runs =
        ProcessInfo.processInfo.environment["HOOKBATCH_COMMANDS"].flatMap { Int($0) } ?? 4

    @Test(
        "A pasted command completes the run, and each line is accepted once",
        arguments: ProposedRun.Ending.allCases)
    func paste(ending: ProposedRun.Ending) throws {
        var generator = SeededGenerator.fromEnvironment("paste(\(ending))")
        for _ in 0..<Self.runs {
            let seed = generator.next()
            var generator = SeededGenerator(seed: seed)
            let run = try ProposedRun(ending, using: &generator)
            var result = try run.begin()
            let place = "\(generator): \(run.arguments) \(run.environment)"
            #expect(result.exitCode != 0 && result.exitCode != 2, "\(place): \(result)")
            var pasted = 0
            while result.exitCode != 0, pasted < 4 {
                #expect(!result.errorOutput.contains(Sending.apiKey), "\(place): \(result)")
                let command = try #require(
                    ProposedRun.command(in: result.errorOutput), "\(place): \(result)")
                result = try run.paste(command)
                pasted += 1
            }
            #expect(result.exitCode == 0 && pasted > 0, "\(place): \(result)")
            let accepted = run.accepted.read { $0 }
            #expect(Set(accepted.keys) == run.expected, "\(place): \(result)")
            #expect(accepted.values.allSatisfy { $0 == 1 }, "\(place): \(accepted)")
        }
    }

    @Test("The summary file has the same command as the notice")
    func summary() throws {
        let server = try LoopbackServer()
        let sending = try Sending()
        let stopped = try sending.send(
            Sending.lines(9), to: server.baseURL, ["--limit", "3", "--set", "payload=\"it's\""])
        let command = try #require(ProposedRun.command(in: stopped.result.errorOutput))
        let summary = try JSONSerialization.jsonObject(
            with: Data(sending.folder.read("out.summary.json")))
        let next = try #require((summary as? [String: Any])?["next"] as? String)
        #expect(command == "cd \(sending.folder.path) && \(next)", "\(stopped)")
    }

    @Test("A command with a hidden password is refused before the proxy gets a connection")
    func hiddenPassword() throws {
        let proxy = try LoopbackServer { _ in .answer(407) }
        let sending = try Sending()
        try sending.folder.write(Sending.lines(4), to: "in.ndjson")
        let address = proxy.baseURL.dropLast("/v1".count).dropFirst("http://".count)
        let program = sending.program(
            to: "https://hookstream.example/v1",
            ["--concurrency", "1", "--proxy", "http://user:hush@\(address)"])
        let result = try program.run()
        #expect(result.exitCode == 3 && !result.errorOutput.contains("hush"), "\(result)")
        #expect(result.errorOutput.contains("in place of ***; resume with"), "\(result)")
        let command = try #require(ProposedRun.command(in: result.errorOutput))
        let environment = [
            "HOOKSTREAM_API_KEY": Sending.apiKey,
            "PATH": try Hookbatch.folderNamingIt(in: sending.folder) + ":/usr/bin:/bin",
        ]
        let pasted = try Program.run("sh", ["-c", command], environment: environment)
        #expect(pasted.exitCode == 2, "\(pasted)")
        #expect(proxy.connectionCount == 1)
        // As the message says.
        let filled = try Program.run(
            "sh", ["-c", command.replacingOccurrences(of: "***", with: "user:hush")],
            environment: environment)
        #expect(filled.exitCode == 3 && proxy.connectionCount == 2, "\(filled)")
    }
}

extension Hookbatch {
    /// Runs a command of a message in a shell, as a person who pastes it.
    ///
    /// - Parameter directory: The current directory; nil for `folder`.
    @discardableResult
    static func paste(
        _ command: String, in folder: TemporaryFolder, key: String? = nil, directory: String? = nil
    ) throws -> ProgramResult {
        var environment = ["PATH": try folderNamingIt(in: folder) + ":/usr/bin:/bin"]
        environment["HOOKSTREAM_API_KEY"] = key
        return try Program.run(
            "sh", ["-c", command], environment: environment,
            directory: directory ?? folder.path)
    }

    /// Returns a folder for `PATH` that has the program under the name `hookbatch`.
    static func folderNamingIt(in folder: TemporaryFolder) throws -> String {
        let bin = folder.path("bin")
        if !folder.contains("bin") {
            try FileManager.default.createDirectory(
                atPath: bin, withIntermediateDirectories: false)
            try FileManager.default.createSymbolicLink(
                atPath: bin + "/hookbatch", withDestinationPath: binary)
        }
        return bin
    }
}
