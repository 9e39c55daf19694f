import Foundation
import TestSupport
import Testing

@Suite("Undelivered lines that come back to an outbox without their origins", .ownThread)
struct OutboxCopyTests {
    private static func put(_ name: String, _ text: String, _ scene: OutboxScene) throws {
        guard name.hasSuffix(".gz") else { return try scene.put(name, text) }
        try scene.folder.write(Gzip.pack(text), to: "outbox/\(name)")
    }

    @Test(
        "They are held until they have their origins, told once, and then the books close",
        arguments: [
            "p.ndjson.rejected.ndjson", "fixed.ndjson", "p.ndjson.rejected-ok.ndjson",
            "p.ndjson.rejected.ndjson.gz",
        ])
    func originless(name: String) throws {
        let scene = try OutboxScene()
        let bad = OutboxScene.lines(2...3).replacing("app_1", with: "a b")
        try scene.put("p.ndjson", OutboxScene.line(1) + bad + OutboxScene.line(4))
        #expect(try scene.round().exitCode == 1)
        // One line is fixed.
        let half = OutboxScene.line(2) + OutboxScene.line(3).replacing("app_1", with: "a b")
        try Self.put(name, half, scene)
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
        let original = "p.ndjson.rejected.ndjson"
        let isPacked = name.hasSuffix(".gz")
        try Self.put(isPacked ? name : original, OutboxScene.lines(2...3), scene)
        let sent = try scene.round()
        #expect(sent.exitCode == 0 && sent.errorOutput == "", "\(sent)")
        #expect(scene.acceptedNumbers() == [1, 2, 3, 4, 5])
        #expect(try scene.files().allSatisfy { $0.hasPrefix("done/") })
    }

    @Test("A copy of a later round gets the origins of its own round")
    func laterRound() throws {
        let scene = try OutboxScene()
        let bad = OutboxScene.lines(2...3).replacing("app_1", with: "a b")
        try scene.put("x.ndjson", OutboxScene.line(1) + bad)
        #expect(try scene.round().exitCode == 1)
        func paste(_ command: some StringProtocol) throws {
            let pasted = try Hookbatch.paste(
                String(command), in: scene.folder, key: OutboxScene.key, directory: "/")
            #expect(pasted.exitCode == 0, "\(pasted)")
        }
        let first = "failed/x.ndjson/x.ndjson.rejected.ndjson"
        let half = OutboxScene.line(2) + OutboxScene.line(3).replacing("app_1", with: "a b")
        try scene.folder.write(half, to: "outbox/\(first)")
        try paste(
            "mv outbox/\(first).origins outbox/\(first) outbox/".replacing(
                "outbox/", with: scene.folder.path("outbox") + "/"))
        #expect(try scene.round().exitCode == 1)
        // The origins are forgotten.
        try scene.put("x.ndjson.rejected.ndjson.rejected.ndjson", OutboxScene.line(3))
        let held = try scene.round()
        #expect(held.exitCode == 2, "\(held)")
        try paste(try #require(held.commands.first, "\(held)"))
        let sent = try scene.round()
        #expect(sent.exitCode == 0 && sent.errorOutput == "", "\(sent)")
        #expect(scene.acceptedNumbers() == [1, 2, 3])
        #expect(try scene.files().allSatisfy { $0.hasPrefix("done/") })
    }

    @Test(
        "All lines fixed under another name are sent as new ones, with a warning",
        arguments: ["x-fixed.ndjson", "other.ndjson"])
    func allFixed(name: String) throws {
        let scene = try OutboxScene()
        let bad = OutboxScene.lines(2...3).replacing("\"event_type\"", with: "\"type\"")
        try scene.put("x.ndjson", OutboxScene.line(1) + bad)
        #expect(try scene.round().exitCode == 1)
        try scene.put(name, OutboxScene.lines(2...3))
        let round = try scene.round()
        #expect(round.exitCode == 0, "\(round)")
        #expect(round.errorOutput.contains("it has as many lines as '"), "\(round)")
        #expect(scene.acceptedNumbers() == [1, 2, 3])
        // It may have other lines: nothing proposes to remove the failed file.
        #expect(round.commands.isEmpty, "\(round)")
        #expect(try scene.files().contains("failed/x.ndjson/x.ndjson"))
    }

    @Test("Another file of as many lines is sent without a message")
    func others() throws {
        let scene = try OutboxScene()
        try scene.put("x.ndjson", OutboxScene.lines(1...2).replacing("app_1", with: "a b"))
        #expect(try scene.round().exitCode == 1)
        try scene.put("y.ndjson", OutboxScene.lines(3...4))
        let round = try scene.round()
        #expect(round.exitCode == 0 && round.errorOutput == "", "\(round)")
    }

    @Test("A file waits for one of its name, is told once, and replaces it if it was refused")
    func busy() throws {
        let scene = try OutboxScene()
        try scene.put("c.csv", "application,event_type\n1,t\n")
        #expect(try scene.round().exitCode == 2)
        try scene.put("c.csv", "appId,event_type,payload\napp_1,t,{}\n")
        let waits = try scene.round()
        #expect(waits.exitCode == 2, "\(waits)")
        #expect(
            waits.errorOutput.contains("' waits, since an earlier file of this name"), "\(waits)")
        #expect(try scene.round().errorOutput == "")
        let pasted = try Hookbatch.paste(
            String(try #require(waits.commands.first)), in: scene.folder, key: OutboxScene.key,
            directory: "/")
        #expect(pasted.exitCode == 0, "\(pasted)")
        let sent = try scene.round()
        #expect(sent.exitCode == 0 && sent.errorOutput == "", "\(sent)")
        #expect(try scene.files().contains("done/c.csv/c.csv"))
    }

    @Test("Between the steps of the command the file is held")
    func stepByStep() throws {
        let scene = try OutboxScene()
        try scene.put("p.ndjson", OutboxScene.lines(2...3).replacing("app_1", with: "a b"))
        #expect(try scene.round().exitCode == 1)
        let half = OutboxScene.line(2) + OutboxScene.line(3).replacing("app_1", with: "a b")
        try scene.put("fixed.ndjson", half)
        let held = try scene.round()
        let steps = String(try #require(held.commands.first)).components(separatedBy: " && ")
        #expect(steps.count == 2, "\(steps)")
        for step in steps {
            #expect(scene.acceptedNumbers().isEmpty)
            #expect(try scene.round().exitCode == 2)
            let pasted = try Hookbatch.paste(
                step, in: scene.folder, key: OutboxScene.key, directory: "/")
            #expect(pasted.exitCode == 0, "\(pasted)")
        }
        #expect(try scene.round().exitCode == 1)
        #expect(scene.acceptedNumbers() == [2])
    }

    @Test("Lines that are new ones are sent when the failed folder is moved away")
    func movedAway() throws {
        let scene = try OutboxScene()
        let lines = OutboxScene.lines(1...2).replacing("app_1", with: "a b")
        try scene.put("p.ndjson", lines)
        #expect(try scene.round().exitCode == 1)
        try scene.put("q.ndjson", lines)
        let held = try scene.round()
        #expect(held.exitCode == 2, "\(held)")
        #expect(held.errorOutput.contains("if its lines are new ones, move '"), "\(held)")
        try FileManager.default.moveItem(
            atPath: scene.folder.path("outbox/failed/p.ndjson"), toPath: scene.folder.path("p"))
        let sent = try scene.round()
        #expect(sent.exitCode == 1, "\(sent)")
        #expect(sent.errorOutput.contains("'q.ndjson': finished, but 2 of 2 lines"), "\(sent)")
    }
}
