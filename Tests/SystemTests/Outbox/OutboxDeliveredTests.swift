import Foundation
import TestSupport
import Testing

@Suite("Failed files of an outbox until their lines are delivered", .ownThread)
struct OutboxDeliveredTests {
    /// Runs a command of a message, as a person in another folder.
    static func paste(
        _ command: some StringProtocol, _ scene: OutboxScene, exitCode: Int32 = 0,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let result = try Hookbatch.paste(
            String(command), in: scene.folder, key: OutboxScene.key, directory: "/")
        #expect(
            result.exitCode == exitCode, "\(command): \(result)", sourceLocation: sourceLocation)
    }

    private static func report(_ path: String, _ scene: OutboxScene) throws -> String {
        try Program.run(
            Hookbatch.binary, ["report", "outbox/\(path).report.ndjson"],
            directory: scene.directory
        ).output
    }

    @Test("Rounds of fixed lines end with all folders in done, and the books close")
    func rounds() throws {
        let scene = try OutboxScene()
        let bad = OutboxScene.line(2).replacing("app_1", with: "a b") + "{\n"
        try scene.put("a b.ndjson", OutboxScene.line(1) + bad + OutboxScene.line(4))
        let first = try scene.round()
        #expect(first.exitCode == 1, "\(first)")
        for part in ["invalid_app_id in 1 of 2 lines", "invalid_json in 1: '"] {
            #expect(first.errorOutput.contains(part), "\(first)")
        }
        let name = "failed/a b.ndjson/a b.ndjson"
        let command = try #require(first.commands.first)
        // The report has the same command.
        #expect(try Self.report(name, scene).contains("\n\(command)"), "\(first)")
        let rejected = "outbox/\(name).rejected.ndjson"
        try scene.folder.write(
            scene.folder.text(rejected).replacing("a b\"", with: "app_1\""), to: rejected)
        try Self.paste(command, scene)
        let moved = try Self.report(name, scene)
        #expect(!moved.contains("Next"), "\(moved)")
        let second = try scene.round()
        #expect(second.exitCode == 1, "\(second)")
        #expect(try scene.metric("hookbatch_outbox_failed_folders") == 2)
        let counted = try Self.report(name, scene)
        #expect(counted.contains("has sent lines of this report again"), "\(counted)")
        let next =
            "outbox/failed/a b.ndjson.rejected.ndjson/a b.ndjson.rejected.ndjson.rejected.ndjson"
        try scene.folder.write(OutboxScene.line(3), to: next)
        try Self.paste(try #require(second.commands.first), scene)
        let third = try scene.round()
        #expect(third.exitCode == 0 && third.errorOutput == "", "\(third)")
        #expect(scene.acceptedNumbers() == [1, 2, 3, 4])
        #expect(try scene.files().allSatisfy { $0.hasPrefix("done/") })
        #expect(try scene.metric("hookbatch_outbox_failed_folders") == 0)
        let reports = try scene.files().filter { $0.hasSuffix(".report.ndjson") }
        let words = ["report"] + reports.map { "outbox/\($0)" }
        let total = try Program.run(Hookbatch.binary, words, directory: scene.directory)
        #expect(total.output.contains("Total: 4 lines, all accepted"), "\(total)")
        // The content is known as done.
        try scene.put("a b.ndjson", OutboxScene.line(1) + bad + OutboxScene.line(4))
        let again = try scene.round()
        #expect(again.errorOutput.contains("this content was sent before"), "\(again)")
        #expect(try scene.files().allSatisfy { $0.hasPrefix("done/") })
    }

    @Test("Unknown lines that are settled and sent from the folder finish it, beside its report")
    func unknown() throws {
        let lost = Monitor(true)
        let scene = try OutboxScene { request in
            lost.read { $0 } && request.bodyText.contains("\"n\":2}")
                ? Reply([.close]) : .created(request)
        }
        try scene.put("n.ndjson", OutboxScene.lines(1...3))
        let round = try scene.round(["--retries", "0"])
        #expect(round.exitCode == 4, "\(round)")
        #expect(
            round.errorOutput.contains(
                /its Idempotency-Key \(hb-[0-9a-z]{16}-1-LINE; grep -o 'hb-\[\^\"\]\*' .*\.unknown\.ndjson\.origins lists them\)/
            ))
        let commands = round.commands.filter {
            $0.contains("hookbatch send") && !$0.contains("=KEY")
        }
        let command = try #require(commands.first, "\(round)")
        #expect(commands.count == 1 && !command.contains("--retries"), "\(round)")
        lost.update { $0 = false }
        try Self.paste(command, scene)
        #expect(try scene.round().errorOutput == "")
        let names = try scene.files()
        #expect(names.contains("done/n.ndjson/n.ndjson.unknown.report.ndjson"), "\(names)")
        // The commands of the mail still show it.
        try Self.paste(try #require(round.commands.first { $0.contains(" report ") }), scene)
        #expect(try scene.metric("hookbatch_outbox_failed_folders") == 0)
    }

    @Test("Some of the lines, or a report that is gone, leave the folder where it is")
    func some() throws {
        let scene = try OutboxScene()
        try scene.put("a.ndjson", "{\n{\n" + OutboxScene.line(1))
        let round = try scene.round()
        let folder = "outbox/failed/a.ndjson/"
        try scene.folder.write(OutboxScene.line(2), to: folder + "a.ndjson.rejected.ndjson")
        try Self.paste(try #require(round.commands.first), scene)
        let refused = try scene.round()
        #expect(refused.exitCode == 2 && refused.messages.count == 1, "\(refused)")
        #expect(refused.errorOutput.contains("put the removed lines back"), "\(refused)")
        #expect(scene.server.requestCount == 1)
        try scene.folder.write(
            "{\n" + OutboxScene.line(2),
            to: "outbox/sending/a.ndjson.rejected.ndjson/a.ndjson.rejected.ndjson")
        #expect(try scene.round().exitCode == 1)
        #expect(scene.acceptedNumbers() == [1, 2])
        #expect(try scene.metric("hookbatch_outbox_failed_folders") == 2)
        try FileManager.default.removeItem(
            atPath: scene.directory + "/" + folder + "a.ndjson.report.ndjson")
        #expect(try scene.round().exitCode == 0)
        #expect(try scene.metric("hookbatch_outbox_failed_folders") == 2)
        try Self.paste(try #require(round.commands.last), scene)
        #expect(try scene.round().errorOutput == "")
        #expect(try scene.metric("hookbatch_outbox_failed_folders") == 1)
    }

    private static let flags = [
        "--map", "appId=Kunde", "--map", "event_type=Art", "--map", "payload=*",
    ]

    @Test("A file in Windows-1252 is sent by the commands of its mails", arguments: [true, false])
    func encoding(hasHeader: Bool) throws {
        let scene = try OutboxScene()
        let text = "Kunde;Art;\(hasHeader ? "Stra\u{DF}e" : "Name")\na;t;J\u{FC}rgen\nb;t;Otto\n"
        try scene.folder.write(text.unicodeScalars.map { UInt8($0.value) }, to: "it's")
        try FileManager.default.moveItem(
            atPath: scene.folder.path("it's"), toPath: scene.directory + "/outbox/it's ü.csv")
        let round = try scene.round(Self.flags)
        #expect(round.exitCode == (hasHeader ? 2 : 1), "\(round)")
        try Self.paste(try #require(round.commands.first), scene)
        if hasHeader { try Self.paste(try #require(round.commands.first), scene) }
        let second = try scene.round(Self.flags)
        #expect(second.exitCode == 0 && second.errorOutput == "", "\(second)")
        #expect(try scene.files().allSatisfy { $0.hasPrefix("done/") })
        #expect(scene.server.requests.count { $0.bodyText.contains("J\u{FC}rgen") } == 1)
        #expect(scene.server.requestCount == 2)
    }

    @Test(
        "A round that is killed while it delivers the last lines is completed by the next one",
        .needs("strace"),
        arguments: ["rename", "renameat2", "mkdir", "pwrite64", "fdatasync", "fsync"])
    func killed(call: String) throws {
        var kills = 0
        for number in 1...40 {
            let scene = try OutboxScene()
            try scene.put("b.ndjson", OutboxScene.line(1) + "{\n")
            let failed = try scene.round()
            let rejected = "outbox/failed/b.ndjson/b.ndjson.rejected.ndjson"
            try scene.folder.write(OutboxScene.line(2), to: rejected)
            try Self.paste(try #require(failed.commands.first), scene)
            let broken = try scene.round(killedAt: call, number: number)
            let isKilled = broken.signal == SIGKILL
            if isKilled { kills += 1 }
            let next = try scene.freeRound()
            let place: Comment = "\(call) \(number): \(broken); \(next)"
            #expect(next.exitCode == 0 && next.errorOutput == "", place)
            #expect(scene.acceptedNumbers() == [1, 2], place)
            #expect(scene.server.requestsByKey.count == 2, place)
            #expect(try scene.files().allSatisfy { $0.hasPrefix("done/") }, place)
            #expect(try scene.metric("hookbatch_outbox_failed_folders") == 0, place)
            guard isKilled else { break }
        }
        print("\(kills) kills at \(call)")
    }

    @Test("A folder stays until the lines of the rest that was sent later are accepted too")
    func laterRest() throws {
        let scene = try OutboxScene()
        let upload = try OutboxUpload(scene, "e.ndjson", OutboxScene.line(1) + "{}\n")
        let first = try scene.round()
        try upload.append("{}\n")
        let grown = try scene.round()
        try Self.paste(try #require(grown.commands.first), scene, exitCode: 1)
        let folder = "outbox/failed/e.ndjson/e.ndjson"
        try scene.folder.write(OutboxScene.line(2), to: folder + ".rejected.ndjson")
        try Self.paste(try #require(first.commands.first), scene)
        #expect(try scene.round().exitCode == 0)
        #expect(try scene.metric("hookbatch_outbox_failed_folders") == 1)
        let report = try Self.report("failed/e.ndjson/e.ndjson.later", scene)
        let command = try #require(report.split(separator: "\n").last { $0.hasPrefix("  ") })
        try scene.folder.write(OutboxScene.line(3), to: folder + ".later.rejected.ndjson")
        try Self.paste(command, scene)
        let last = try scene.round()
        #expect(last.exitCode == 0 && last.errorOutput == "", "\(last)")
        #expect(try scene.metric("hookbatch_outbox_failed_folders") == 0)
        #expect(scene.acceptedNumbers() == [1, 2, 3] && scene.server.requestCount == 3)
    }

    @Test("Without its destination a round stores nothing in place of sending it")
    func noDestination() throws {
        let scene = try OutboxScene()
        try scene.put("a.ndjson", OutboxScene.line(1))
        #expect(try scene.round().exitCode == 0)
        try scene.put("b.ndjson", OutboxScene.line(2))
        let bare = Program(
            Hookbatch.binary, ["outbox", "outbox", "--settle", "0s"], directory: scene.directory)
        let refused = try bare.run()
        #expect(refused.exitCode == 2 && refused.messages.count == 1, "\(refused)")
        #expect(
            refused.errorOutput.contains("were sent to the API, and without --to"), "\(refused)")
        let again = try bare.run()
        #expect(again.exitCode == 2 && again.errorOutput == "", "\(again)")
        #expect(!scene.folder.contains("hookbatch.db"))
        #expect(try scene.round().exitCode == 0)
        #expect(scene.acceptedNumbers() == [1, 2])
        // A new outbox may store, and says so once.
        let other = try OutboxScene()
        try other.put("a.ndjson", OutboxScene.line(1))
        var program = bare
        program.directory = other.directory
        let stored = try program.run()
        #expect(stored.exitCode == 0 && stored.messages.count == 1, "\(stored)")
        #expect(
            stored.errorOutput.contains("are stored locally in '\(other.directory)/"), "\(stored)")
        #expect(try program.run().errorOutput == "")
    }

    @Test("The commands of a mail have the settings of the job's variables, without its secrets")
    func variables() throws {
        let scene = try OutboxScene()
        try scene.folder.write(OutboxScene.key + "\n", to: "key")
        chmod(scene.folder.path("key"), 0o600)
        let upload = try OutboxUpload(scene, "p.ndjson", OutboxScene.line(1))
        var program = Program(
            Hookbatch.binary, ["outbox", "outbox", "--settle", "0s"],
            environment: [
                "HOOKBATCH_TO": scene.server.baseURL, "HOOKBATCH_HEADER": "X-Secret: s3cr3t",
                "HOOKBATCH_API_KEY_FILE": scene.folder.path("key"), "HOOKBATCH_RATE": "500/s",
            ], directory: scene.directory)
        #expect(try program.run().exitCode == 0)
        try upload.append(OutboxScene.line(2))
        let told = try program.run()
        let command = try #require(told.commands.first)
        for part in ["--to=\(scene.server.baseURL)", "--api-key-file=", "--rate=500/s"] {
            #expect(command.contains(part), "\(told)")
        }
        #expect(told.errorOutput.contains("(with HOOKBATCH_HEADER as before)"), "\(told)")
        #expect(!told.errorOutput.contains("s3cr3t"))
        program.environment = [:]
        let sent = try Program.run(
            "sh",
            [
                "-c",
                command.replacingOccurrences(
                    of: "hookbatch send", with: "\(Hookbatch.binary) send"),
            ],
            directory: "/")
        #expect(sent.exitCode == 0, "\(sent)")
        #expect(scene.server.requests.count { !$0.values(of: "X-Secret").isEmpty } == 1)
        #expect(scene.server.requestCount == 2)
    }
}
