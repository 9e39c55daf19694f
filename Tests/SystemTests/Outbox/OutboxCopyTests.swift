import Foundation
import TestSupport
import Testing

@Suite("Undelivered lines that come back to an outbox without their origins", .ownThread)
struct OutboxCopyTests {
    @Test(
        "They are held until they have their origins, told once, and then the books close",
        arguments: ["p.ndjson.rejected.ndjson", "fixed.ndjson"])
    func originless(name: String) throws {
        let scene = try OutboxScene()
        let bad = OutboxScene.lines(2...3).replacing("app_1", with: "a b")
        try scene.put("p.ndjson", OutboxScene.line(1) + bad + OutboxScene.line(4))
        #expect(try scene.round().exitCode == 1)
        // One line is fixed.
        let half = OutboxScene.line(2) + OutboxScene.line(3).replacing("app_1", with: "a b")
        try scene.put(name, half)
        try scene.put("q.ndjson", OutboxScene.line(5))
        let held = try scene.round()
        #expect(held.exitCode == 2, "\(held)")
        #expect(held.errorOutput.contains("but has no file of origins beside it"), "\(held)")
        #expect(scene.acceptedNumbers() == [1, 4, 5])
        #expect(try scene.round().errorOutput == "")
        let command = try #require(held.commands.first, "\(held)")
        let pasted = try Hookbatch.paste(
            String(command), in: scene.folder, key: OutboxScene.key, directory: "/")
        #expect(pasted.exitCode == 0, "\(pasted)")
        // The other line is fixed too.
        try scene.put("p.ndjson.rejected.ndjson", OutboxScene.lines(2...3))
        let sent = try scene.round()
        #expect(sent.exitCode == 0 && sent.errorOutput == "", "\(sent)")
        #expect(scene.acceptedNumbers() == [1, 2, 3, 4, 5])
        #expect(try scene.files().allSatisfy { $0.hasPrefix("done/") })
    }

    @Test("Lines that are new ones are sent when the failed folder is moved away")
    func movedAway() throws {
        let scene = try OutboxScene()
        let line = OutboxScene.line(1).replacing("app_1", with: "a b")
        try scene.put("p.ndjson", line)
        #expect(try scene.round().exitCode == 1)
        try scene.put("q.ndjson", line)
        let held = try scene.round()
        #expect(held.exitCode == 2, "\(held)")
        #expect(held.errorOutput.contains("if its lines are new ones, move '"), "\(held)")
        try FileManager.default.moveItem(
            atPath: scene.folder.path("outbox/failed/p.ndjson"), toPath: scene.folder.path("p"))
        let sent = try scene.round()
        #expect(sent.exitCode == 1, "\(sent)")
        #expect(sent.errorOutput.contains("'q.ndjson': finished, but 1 of 1 line"), "\(sent)")
    }
}
