import Foundation
import TestSupport
import Testing

@Suite("The mails of an outbox", .ownThread)
struct OutboxMailTests {
    @Test("A mail has absolute paths, since its reader is in another folder")
    func absolutePaths() throws {
        for (folder, directory) in [("outbox", ""), ("./outbox/", ""), (".", "/outbox")] {
            let scene = try OutboxScene()
            try scene.put("a.csv", "x,y\n1,2\n")
            try scene.put("bad.ndjson", "{\n")
            try scene.put("same.ndjson", OutboxScene.line(1))
            // Truncated.
            try scene.folder.write([0x1f, 0x8b, 8, 0, 0, 0], to: "outbox/z.ndjson.gz")
            try scene.folder.write("wrong-key\n", to: "wrong")
            chmod(scene.folder.path("wrong"), 0o600)
            var program = scene.program()
            program.directory = scene.directory + directory
            program.arguments = program.arguments.map { $0 == "outbox" ? folder : $0 }
            program.arguments[0] = "outbox"
            var mails = try program.run().errorOutput
            try scene.put("same.ndjson", OutboxScene.line(1))
            mails += try program.run().errorOutput
            try scene.put("0.ndjson", OutboxScene.line(2))
            program.arguments += ["--api-key-file", directory.isEmpty ? "wrong" : "../wrong"]
            program.environment["HOOKSTREAM_API_KEY"] = nil
            mails += try program.run().errorOutput
            let root = scene.directory + "/outbox"
            for path in [
                "'\(root)/sending/a.csv'", "'\(root)/failed/bad.ndjson'",
                "'\(root)/sending/z.ndjson.gz/z.ndjson.gz'",
                "'\(scene.directory)\(directory.isEmpty ? "" : "/outbox/..")/wrong'",
            ] {
                #expect(mails.contains(path), "\(path): \(mails)")
            }
            #expect(mails.contains("'\(root)/done/same.ndjson."), "\(mails)")
            #expect(!mails.contains(/[ '](\.\/)?(outbox|sending|done|failed)\//), "\(mails)")
        }
    }

    @Test("A wrong option is told once, and again after it was right")
    func wrongOption() throws {
        let scene = try OutboxScene()
        func round(_ file: String) throws -> ProgramResult {
            var program = scene.program(["--api-key-file", file])
            program.environment["HOOKSTREAM_API_KEY"] = nil
            return try program.run()
        }
        #expect(try scene.round().exitCode == 0)
        let success = try scene.metric("hookbatch_last_success_timestamp_seconds")
        try scene.put("p.ndjson", OutboxScene.lines(1...2))
        let rounds = try (0..<3).map { _ in try round("missing") }
        #expect(try scene.metric("hookbatch_run_exit_code") == 2)
        #expect(try scene.metric("hookbatch_outbox_backlog_files") == 1)
        #expect(try scene.metric("hookbatch_last_success_timestamp_seconds") == success)
        #expect(rounds.map(\.exitCode) == [2, 2, 2])
        #expect(rounds.map { $0.messages.count } == [1, 0, 0], "\(rounds)")
        try scene.folder.write(OutboxScene.key, to: "key")
        chmod(scene.folder.path("key"), 0o600)
        let right = try round("key")
        #expect(right.exitCode == 0 && right.errorOutput == "", "\(right)")
        #expect(try round("missing").messages.count == 1)
        #expect(scene.acceptedNumbers() == [1, 2])
    }

    @Test("A URL of no API is told once, and no command has the flags of the round itself")
    func wrongURL() throws {
        let scene = try OutboxScene { _ in .answer(404) }
        try scene.put("a.ndjson", OutboxScene.lines(1...100))
        let rounds = try (0..<3).map { _ in try scene.round() }
        #expect(rounds.map(\.exitCode) == [3, 3, 3])
        #expect(rounds.map { $0.messages.count } == [1, 0, 0], "\(rounds)")
        // No proposed command has the flags by which the rounds read the progress.
        let shown = try Program.run(
            Hookbatch.binary, ["report", "outbox/sending/a.ndjson/a.ndjson.report.ndjson"],
            directory: scene.directory)
        #expect(shown.output.contains("hookbatch send "), "\(shown)")
        for text in [rounds[0].errorOutput, shown.output] {
            #expect(!text.contains("--quiet") && !text.contains("--progress"), "\(text)")
        }
    }

    @Test("A stopped file's report says that the next round resumes it")
    func stopped() throws {
        let scene = try OutboxScene()
        try scene.put("a.ndjson", OutboxScene.lines(1...2))
        #expect(try scene.round(key: "hs-wrong").exitCode == 3)
        let shown = try Program.run(
            Hookbatch.binary, ["report", "outbox/sending/a.ndjson/a.ndjson.report.ndjson"],
            directory: scene.directory)
        #expect(
            shown.output.contains("Next: the next round of the outbox resumes it; or resume with"),
            "\(shown)")
    }

    @Test("A wrong option overwrites no other file with the metrics")
    func refusedMetrics() throws {
        let scene = try OutboxScene()
        let key = OutboxScene.key + "\n"
        try scene.folder.write(key, to: "key.prom")
        chmod(scene.folder.path("key.prom"), 0o600)
        var program = scene.program(["--api-key-file", "key.prom"])
        program.environment["HOOKSTREAM_API_KEY"] = nil
        program.arguments = program.arguments.map { $0 == "round.prom" ? "key.prom" : $0 }
        let refused = try program.run()
        #expect(refused.exitCode == 2, "\(refused)")
        #expect(try scene.folder.text("key.prom") == key)
    }

    @Test("A server that is not reached has the way to another URL at once")
    func unreachable() throws {
        let scene = try OutboxScene()
        try scene.put("a.ndjson", OutboxScene.lines(1...2))
        var program = scene.program()
        program.arguments = program.arguments.map {
            $0 == scene.server.baseURL ? "http://127.0.0.1:1/v1" : $0
        }
        let stopped = try program.run()
        #expect(stopped.exitCode == 3, "\(stopped)")
        #expect(
            stopped.errorOutput.contains("unless the URL of --to is wrong: correct it"),
            "\(stopped)")
        let command = try #require(stopped.commands.first)
        #expect(try Program.run("sh", ["-c", String(command)]).exitCode == 0)
        #expect(try scene.round().exitCode == 0)
        #expect(scene.acceptedNumbers() == [1, 2])
    }
}
