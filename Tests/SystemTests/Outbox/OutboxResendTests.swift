import Foundation
import TestSupport
import Testing

@Suite("Fixed lines in an outbox", .ownThread)
struct OutboxResendTests {
    @Test("The command that a message proposes for rejected lines puts them into the outbox")
    func proposed() throws {
        let scene = try OutboxScene()
        try scene.put("it's bad.ndjson", OutboxScene.line(1) + "{\n" + OutboxScene.line(2))
        let first = try scene.round()
        let command = try #require(first.commands.first)
        #expect(command.hasPrefix("  mv -n "), "\(first)")
        let rejected = "failed/it's bad.ndjson/it's bad.ndjson.rejected.ndjson"
        try scene.folder.write(OutboxScene.line(3), to: "outbox/" + rejected)
        #expect(try Program.run("sh", ["-c", String(command)]).exitCode == 0)
        let second = try scene.round()
        #expect(second.exitCode == 0 && second.errorOutput == "", "\(second)")
        #expect(scene.acceptedNumbers() == [1, 2, 3])
        // The fixed line has its first file and line, so that both reports have each line once.
        let last = "done/it's bad.ndjson.rejected.ndjson/it's bad.ndjson.rejected.ndjson"
        let rows = try ReportRow.ndjson(scene.folder.read("outbox/\(last).report.ndjson"))
        #expect(rows.map(\.line) == [2])
        // With its lines the folder is done.
        let name = "done/it's bad.ndjson/it's bad.ndjson"
        #expect(
            try ReportRow.ndjson(scene.folder.read("outbox/\(name).report.ndjson")).map(\.file)
                == Array(repeating: rows[0].file, count: 3))
        let both = try Program.run(
            Hookbatch.binary,
            ["report"] + [name, last].map { "outbox/\($0).report.ndjson" },
            directory: scene.directory)
        #expect(
            both.output.contains("\nTotal: 3 lines, all accepted; 1 at the second try\n"), "\(both)"
        )
        #expect(try scene.files().allSatisfy { $0.hasPrefix("done/") })
        #expect(try scene.round().errorOutput == "")
        #expect(try scene.metric("hookbatch_outbox_failed_folders") == 0)
    }

    /// Sends a file whose last line is rejected, and the rejected line by the command of the message.
    private func day(_ number: Int, _ scene: OutboxScene, _ accepts: Monitor<Bool>) throws {
        accepts.update { $0 = false }
        try scene.put("daily.ndjson", OutboxScene.lines([number, 99]))
        let first = try scene.round()
        #expect(first.exitCode == 1, "\(first)")
        accepts.update { $0 = true }
        let command = try #require(first.commands.first)
        #expect(try Program.run("sh", ["-c", String(command)]).exitCode == 0)
    }

    private static let rejected = "daily.ndjson.rejected.ndjson"

    private func scene(_ accepts: Monitor<Bool>, isSilent: Monitor<Bool>) throws -> OutboxScene {
        try OutboxScene { request in
            if isSilent.read({ $0 }) { return .silence }
            return accepts.read { $0 } || !request.bodyText.contains("99")
                ? Reply.created(request) : .answer(400)
        }
    }

    @Test("Rejected lines of two days are both sent, although their text is the same")
    func sameText() throws {
        let accepts = Monitor(false)
        let scene = try scene(accepts, isSilent: Monitor(false))
        for number in 1...2 {
            try day(number, scene, accepts)
            let second = try scene.round()
            #expect(second.exitCode == 0 && second.errorOutput == "", "\(second)")
        }
        #expect(scene.acceptedNumbers() == [1, 2, 99, 99])
        // The lines of one run are sent once, with or without their file of origins.
        let sent = scene.server.requestCount
        let done = scene.folder.path("outbox/done/\(Self.rejected)/\(Self.rejected)")
        for endings in [["", ".origins"], [""]] {
            for ending in endings {
                try FileManager.default.copyItem(
                    atPath: done + ending,
                    toPath: scene.folder.path("outbox/\(Self.rejected)\(ending)"))
            }
            let again = try scene.round()
            #expect(again.errorOutput.contains("this content was sent before"), "\(again)")
        }
        #expect(scene.server.requestCount == sent)
    }

    @Test(
        "Rejected lines with the text of an earlier day are sent once, wherever a round is killed",
        arguments: ["claimed", "sending"])
    func killed(at place: String) throws {
        let accepts = Monitor(false)
        let isSilent = Monitor(false)
        let scene = try scene(accepts, isSilent: isSilent)
        try day(1, scene, accepts)
        #expect(try scene.round().exitCode == 0)
        try day(2, scene, accepts)
        if place == "claimed" {
            // Before the file of origins followed.
            let claim = scene.folder.path("outbox/sending/\(Self.rejected)")
            try FileManager.default.createDirectory(
                atPath: claim, withIntermediateDirectories: true)
            try FileManager.default.moveItem(
                atPath: scene.folder.path("outbox/\(Self.rejected)"),
                toPath: "\(claim)/\(Self.rejected)")
        } else {
            isSilent.update { $0 = true }
            let before = scene.server.requestCount
            let running = try scene.program().start()
            #expect(scene.server.waitForRequests(before + 1))
            let child = try #require(OutboxScene.children(of: running.pid).first)
            running.kill(SIGKILL)
            #expect(kill(child, SIGKILL) == 0)
            _ = running.wait()
            isSilent.update { $0 = false }
        }
        // The child may not have ended yet.
        let last = try scene.freeRound()
        #expect(last.exitCode == 0 && last.errorOutput == "", "\(last)")
        #expect(scene.acceptedNumbers() == [1, 2, 99, 99])
        // Each of the two is with its lines.
        let origins = try scene.files().filter { $0.hasSuffix("\(Self.rejected).origins") }
        #expect(origins.count == 2 && origins.allSatisfy { $0.hasPrefix("done/") }, "\(origins)")
    }

    @Test("After an outbox has moved an input, --retry-of names the file to send instead")
    func retryOf() throws {
        let accepts = Monitor(false)
        let scene = try scene(accepts, isSilent: Monitor(false))
        try scene.put("daily.ndjson", OutboxScene.lines([1, 99]))
        #expect(try scene.round().exitCode == 1)
        accepts.update { $0 = true }
        let stem = "outbox/failed/daily.ndjson/daily.ndjson"
        func send(_ words: [String]) throws -> ProgramResult {
            try Program.run(
                Hookbatch.binary, ["send", "--to", scene.server.baseURL] + words,
                environment: ["HOOKSTREAM_API_KEY": OutboxScene.key], directory: scene.directory)
        }
        let refused = try send(["--retry-of", "\(stem).report.ndjson", "--outcome", "rejected"])
        #expect(refused.exitCode == 2, "\(refused)")
        #expect(
            refused.errorOutput.contains(
                "can't be found; it is beside the report now, under another path; send "
                    + "'\(stem).rejected.ndjson' instead"), "\(refused)")
        #expect(try send(["\(stem).rejected.ndjson"]).exitCode == 0)
        #expect(scene.acceptedNumbers() == [1, 99])
    }
}
