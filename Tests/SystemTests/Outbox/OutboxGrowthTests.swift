import Foundation
import TestSupport
import Testing

@Suite("Files of an outbox that grow after they were taken", .ownThread)
struct OutboxGrowthTests {
    /// Runs a command of a message.
    @discardableResult
    private static func paste(_ command: Substring, _ scene: OutboxScene) throws -> ProgramResult {
        try Hookbatch.paste(
            String(command), in: scene.folder, key: OutboxScene.key, directory: "/")
    }

    /// Checks that each line was sent, and none twice.
    private static func expectOnce(_ numbers: ClosedRange<Int>, _ scene: OutboxScene) {
        #expect(scene.acceptedNumbers() == Array(numbers))
        #expect(scene.server.requestCount == numbers.count)
    }

    @Test("What comes after the round is told once, and its command sends only that")
    func after() throws {
        let scene = try OutboxScene()
        let upload = try OutboxUpload(scene, "p.ndjson", OutboxScene.lines(1...2))
        #expect(try scene.round().errorOutput == "")
        try upload.append(OutboxScene.lines(3...5))
        let told = try scene.round()
        #expect(told.exitCode == 1 && told.messages.count == 1, "\(told)")
        let bytes = OutboxScene.lines(3...5).utf8.count
        #expect(told.errorOutput.contains("'p.ndjson': \(bytes) bytes came after it was sent"))
        #expect(told.errorOutput.contains("'\(scene.directory)/outbox/done/p.ndjson'"))
        let again = try scene.round()
        #expect(again.exitCode == 0 && again.errorOutput == "", "\(again)")
        Self.expectOnce(1...2, scene)
        let command = try #require(told.commands.first)
        #expect(try Self.paste(command, scene).exitCode == 0)
        Self.expectOnce(1...5, scene)
        // The same command again sends nothing, and later bytes have a command of their own.
        try Self.paste(command, scene)
        try upload.append(OutboxScene.line(6))
        let later = try scene.round()
        #expect(later.exitCode == 1 && later.messages.count == 1, "\(later)")
        #expect(try Self.paste(try #require(later.commands.first), scene).exitCode == 0)
        #expect(try scene.round().errorOutput == "")
        Self.expectOnce(1...6, scene)
    }

    @Test("What comes during the run is told at its end")
    func during() throws {
        let upload = Monitor<OutboxUpload?>(nil)
        let scene = try OutboxScene { request in
            if request.bodyText.contains("\"n\":1}") {
                upload.read { try? $0?.append(OutboxScene.line(3)) }
            }
            return .created(request)
        }
        let open = try OutboxUpload(scene, "p.ndjson", OutboxScene.lines(1...2))
        upload.update { $0 = open }
        let told = try scene.round()
        #expect(told.exitCode == 1 && told.messages.count == 1, "\(told)")
        Self.expectOnce(1...2, scene)
        #expect(try Self.paste(try #require(told.commands.first), scene).exitCode == 0)
        #expect(try scene.round().errorOutput == "")
        Self.expectOnce(1...3, scene)
    }

    @Test("The start of a file that was sent is held until the whole file is there")
    func startedOverEarly() throws {
        let scene = try OutboxScene()
        try scene.put("p.ndjson", OutboxScene.lines(1...5))
        #expect(try scene.round().exitCode == 0)
        let upload = try OutboxUpload(scene, "p.ndjson", OutboxScene.lines(1...2))
        let told = try scene.round()
        #expect(told.exitCode == 2 && told.messages.count == 1, "\(told)")
        #expect(told.errorOutput.contains("it has only the first 2 lines of a file"), "\(told)")
        try upload.append(OutboxScene.lines(3...5))
        // The whole content was sent before.
        let whole = try scene.round()
        #expect(whole.exitCode == 0, "\(whole)")
        #expect(whole.errorOutput.contains("this content was sent before"), "\(whole)")
        Self.expectOnce(1...5, scene)
        // A file with one line in common is another one.
        try scene.put("p.ndjson", OutboxScene.line(1))
        #expect(try scene.round().exitCode == 0)
        #expect(scene.server.requestCount == 6)
    }

    @Test("A file that begins with one that was sent is held, and its command sends only the rest")
    func startedOver() throws {
        let scene = try OutboxScene()
        try scene.put("p.ndjson", OutboxScene.lines(1...2))
        #expect(try scene.round().exitCode == 0)
        try scene.put("p.ndjson", OutboxScene.lines(1...5))
        let told = try scene.round()
        #expect(told.exitCode == 2 && told.messages.count == 1, "\(told)")
        #expect(told.errorOutput.contains("perhaps its upload started over"), "\(told)")
        Self.expectOnce(1...2, scene)
        let again = try scene.round()
        #expect(again.exitCode == 2 && again.errorOutput == "", "\(again)")
        try #require(told.commands.count == 2, "\(told)")
        #expect(try Self.paste(told.commands[0], scene).exitCode == 0)
        Self.expectOnce(1...5, scene)
        // One that starts over once more, after the rest was sent.
        try scene.put("p.ndjson", OutboxScene.lines(1...7))
        let third = try scene.round()
        #expect(third.errorOutput.contains("begins with the 5 lines"), "\(third)")
        #expect(try Self.paste(try #require(third.commands.first), scene).exitCode == 0)
        let last = try scene.round()
        #expect(last.exitCode == 0 && last.errorOutput == "", "\(last)")
        #expect(try scene.files().allSatisfy { $0.hasPrefix("done/") })
        Self.expectOnce(1...7, scene)
    }

    @Test("Such a file whose lines are all new is sent under the other name of its message")
    func newLines() throws {
        let scene = try OutboxScene()
        try scene.put("p.ndjson", OutboxScene.line(1))
        #expect(try scene.round().exitCode == 0)
        try scene.put("p.ndjson", OutboxScene.lines(1...2))
        let told = try scene.round()
        #expect(told.exitCode == 2, "\(told)")
        try Self.paste(try #require(told.commands.last), scene)
        let sent = try scene.round()
        #expect(sent.exitCode == 0, "\(sent)")
        #expect(scene.server.requestCount == 3)
        #expect(scene.folder.contains("outbox/done/again-p.ndjson"))
    }

    @Test("A file with the header alone, and other files of a name, hold nothing")
    func header() throws {
        let scene = try OutboxScene()
        let header = "appId,event_type,payload\n"
        for text in [header, header + "app_1,t,1\n", header + "app_1,t,2\napp_1,t,1\n"] {
            try scene.put("p.csv", text)
            let round = try scene.round()
            #expect(round.exitCode == 0 && !round.errorOutput.contains("begins with"), "\(round)")
        }
        #expect(scene.server.requestCount == 3)
    }

    @Test("A record that looked whole is told, since it was sent as it was")
    func looksWhole() throws {
        let scene = try OutboxScene()
        let upload = try OutboxUpload(scene, "p.csv", "appId,event_type,payload\napp_1,t,hel")
        #expect(try scene.round().exitCode == 0)
        try upload.append("lo\napp_1,t,world\n")
        let told = try scene.round()
        #expect(
            told.errorOutput.contains("line 2 was cut off there and was sent as it was"), "\(told)")
        #expect(try scene.metric("hookbatch_outbox_backlog_files") == 1)
        #expect(try Self.paste(try #require(told.commands.first), scene).exitCode == 0)
        #expect(try scene.round().errorOutput == "")
        #expect(try scene.metric("hookbatch_outbox_backlog_files") == 0)
        #expect(scene.server.requestCount == 2)
    }

    @Test(
        "The rest after a record that was cut off within quotes, in a line or between, is without it",
        arguments: [3, 4])
    func cutInQuotes(kept: Int) throws {
        let scene = try OutboxScene()
        // The cell of the second record has three lines.
        let lines = [
            "appId,event_type,payload", #"app_1,t,"{""n"":1}""#, #"app_1,t,"{"#, #" ""x"":1,"#,
            #" ""n"":2}""#, #"app_1,t,"{""n"":3}""#,
        ].map { $0 + "\n" }
        let upload = try OutboxUpload(scene, "p.csv", lines[..<kept].joined())
        #expect(try scene.round().exitCode == 1)
        Self.expectOnce(1...1, scene)
        try upload.append(lines[kept...].joined())
        let told = try scene.round()
        let command = try #require(told.commands.first, "\(told)")
        #expect(told.errorOutput.contains("line 3 was cut off there"), "\(told)")
        #expect(told.errorOutput.contains("complete it in '\(scene.directory)/outbox/failed/"))
        #expect(try Self.paste(command, scene).exitCode == 0)
        #expect(scene.acceptedNumbers() == [1, 3])
        #expect(scene.server.requestCount == 2)
    }

    @Test("A file that grew while its run was stopped is cut, finished, and its rest is told")
    func stopped() throws {
        let scene = try OutboxScene()
        let upload = try OutboxUpload(scene, "it's p.ndjson", OutboxScene.lines(1...2))
        #expect(try scene.round(key: "wrong").exitCode == 3)
        try upload.append(OutboxScene.line(3))
        let refused = try scene.round()
        #expect(refused.exitCode == 2 && refused.messages.count == 1, "\(refused)")
        try upload.append(OutboxScene.line(4))
        #expect(try scene.round().errorOutput == "")
        try Self.paste(try #require(refused.commands.first), scene)
        try upload.append(OutboxScene.line(5))
        let told = try scene.round()
        #expect(told.exitCode == 1 && told.messages.count == 1, "\(told)")
        #expect(try Self.paste(try #require(told.commands.first), scene).exitCode == 0)
        #expect(try scene.round().errorOutput == "")
        #expect(scene.acceptedNumbers() == [1, 2, 3, 4, 5])
    }

    @Test("A round that was killed after its run is completed, although the file grew meanwhile")
    func killed() throws {
        let scene = try OutboxScene()
        let upload = try OutboxUpload(scene, "p.ndjson", OutboxScene.lines(1...2))
        #expect(try scene.round(key: "wrong").exitCode == 3)
        let input = "outbox/sending/p.ndjson/p.ndjson"
        // As the killed round.
        let run = try Program.run(
            Hookbatch.binary,
            [
                "send", "--to", scene.server.baseURL, "--report", "\(input).report.ndjson", "--",
                input,
            ], environment: ["HOOKSTREAM_API_KEY": OutboxScene.key], directory: scene.directory)
        #expect(run.exitCode == 0, "\(run)")
        try upload.append(OutboxScene.line(3))
        let told = try scene.round()
        #expect(told.exitCode == 1 && told.messages.count == 1, "\(told)")
        #expect(try scene.files().allSatisfy { $0.hasPrefix("done/") })
        #expect(try Self.paste(try #require(told.commands.first), scene).exitCode == 0)
        #expect(scene.acceptedNumbers() == [1, 2, 3])
    }

    @Test("A file that is still being written is told again only when it has settled")
    func settled() throws {
        let scene = try OutboxScene()
        let upload = try OutboxUpload(scene, "p.ndjson", OutboxScene.line(1))
        #expect(try scene.round().errorOutput == "")
        try upload.append(OutboxScene.line(2))
        let busy = try scene.program(settle: "1h").run()
        #expect(busy.exitCode == 0 && busy.errorOutput == "", "\(busy)")
        #expect(try scene.round().messages.count == 1)
        try upload.append(OutboxScene.line(3))
        #expect(try scene.program(settle: "1h").run().errorOutput == "")
        #expect(try scene.round().messages.count == 1)
        #expect(try scene.round().errorOutput == "")
    }

    @Test("Another file in the place of a finished one, or none, is not told")
    func replaced() throws {
        let scene = try OutboxScene()
        for name in ["a.ndjson", "b.ndjson"] { try scene.put(name, OutboxScene.line(1)) }
        #expect(try scene.round().exitCode == 0)
        let path = scene.directory + "/outbox/done/a.ndjson/a.ndjson"
        try Data(OutboxScene.lines(1...9).utf8).write(
            to: URL(fileURLWithPath: path), options: .atomic)
        try FileManager.default.removeItem(
            atPath: scene.directory + "/outbox/done/b.ndjson")
        let next = try scene.round()
        #expect(next.exitCode == 0 && next.errorOutput == "", "\(next)")
    }
}
