import Foundation
import TestSupport
import Testing

/// A file under the name of one in `failed`.
@Suite("Files that return to an outbox", .ownThread)
struct OutboxReturnedTests {
    @Test(
        "The original that was fixed and put back is not sent, and its message has the way",
        arguments: [true, false])
    func returned(isMoved: Bool) throws {
        let scene = try OutboxScene()
        try scene.put("f.ndjson", OutboxScene.lines(1...4) + "{}\n")
        #expect(try scene.round().exitCode == 1)
        if isMoved {
            try FileManager.default.removeItem(
                atPath: scene.directory + "/outbox/failed/f.ndjson/f.ndjson")
        }
        try scene.put("f.ndjson", OutboxScene.lines(1...5))
        let held = try scene.round()
        #expect(held.exitCode == 2 && held.messages.count == 1, "\(held)")
        #expect(held.errorOutput.contains("its accepted lines would be sent twice"), "\(held)")
        let again = try scene.round()
        #expect(again.exitCode == 2 && again.errorOutput == "", "\(again)")
        #expect(scene.server.requestCount == 4)
        try scene.folder.write(
            OutboxScene.line(5), to: "outbox/failed/f.ndjson/f.ndjson.rejected.ndjson")
        for command in held.commands.prefix(2) { try OutboxDeliveredTests.paste(command, scene) }
        let last = try scene.round()
        #expect(last.exitCode == 0 && last.errorOutput == "", "\(last)")
        #expect(scene.acceptedNumbers() == [1, 2, 3, 4, 5] && scene.server.requestCount == 5)
        #expect(try scene.metric("hookbatch_outbox_failed_folders") == 0)
    }

    @Test(
        "The original is found when another program has written it, without some of its lines",
        arguments: [
            "\u{FEFF}appId;event_type;n\r\n\"app_1\";t;1\r\n\"app_1\";t;2\r\n\"app_1\";t;4\r\n\"app_1\";t;6\r\n",
            "appId,event_type,n\napp_1,t,0\napp_1,t,1\napp_1,t,2\napp_1,t,3\napp_1,t,4\n",
        ])
    func rewritten(text: String) throws {
        let scene = try OutboxScene()
        try scene.put(
            "f.csv", "appId,event_type,n\n,t,0\napp_1,t,1\napp_1,t,2\napp_1,t,3\napp_1,t,4\n")
        #expect(try scene.round().exitCode == 1)
        try scene.put("f.csv", text)
        let held = try scene.round()
        #expect(held.exitCode == 2 && held.messages.count == 1, "\(held)")
        #expect(held.errorOutput.contains(" of the 5 lines of a file of this name"), "\(held)")
        #expect(scene.server.requestCount == 4)
    }

    @Test("The next day's file of the same name is sent, although that of the day before failed")
    func nextDay() throws {
        let scene = try OutboxScene()
        try scene.put("f.ndjson", OutboxScene.lines(1...3) + "{}\n")
        #expect(try scene.round().exitCode == 1)
        try scene.put("f.ndjson", OutboxScene.lines(4...9))
        #expect(try scene.round().exitCode == 0)
        #expect(scene.server.requestCount == 9)
        // Nor is the header of a table, or the form of a document, a sign of the same file.
        for number in 1...2 {
            try scene.put("t.csv", "appId,event_type\napp \(number),t\napp_\(number),t\n")
            try scene.put(
                "d.json", "[\n{\n\"appId\":\"app_\(number)\",\n\"event_type\":\"t\"\n},\n{}\n]\n")
            let round = try scene.round()
            #expect(round.exitCode == 1 && round.messages.count == 2, "\(round)")
        }
    }
}
