import Foundation
import TestSupport
import Testing

@Suite("Lines of an outbox's file that came after it was sent, and were not accepted", .ownThread)
struct OutboxRestTests {
    private static let bad = OutboxScene.line(9).replacing("app_1", with: "a b")

    private static func paste(_ command: Substring, _ scene: OutboxScene) throws -> ProgramResult {
        try Hookbatch.paste(
            String(command), in: scene.folder, key: OutboxScene.key, directory: "/")
    }

    @Test("A rest with a bad line is told once, and counts as failed until it is delivered")
    func rest() throws {
        let scene = try OutboxScene()
        let upload = try OutboxUpload(scene, "p.ndjson", OutboxScene.lines(1...2))
        #expect(try scene.round().errorOutput == "")
        try upload.append(OutboxScene.line(3) + Self.bad)
        let grown = try scene.round()
        #expect(try Self.paste(try #require(grown.commands.first), scene).exitCode == 1)
        let told = try scene.round()
        #expect(told.exitCode == 1 && told.messages.count == 1, "\(told)")
        #expect(
            told.errorOutput.contains(
                "'p.ndjson': 1 of the 2 lines of it that were sent later not accepted"), "\(told)")
        #expect(try scene.metric("hookbatch_outbox_failed_folders") == 1)
        #expect(try scene.round().errorOutput == "")
        #expect(try scene.metric("hookbatch_outbox_failed_folders") == 1)
        let rejected = try #require(
            try scene.files().first { $0.hasSuffix(".later.rejected.ndjson") })
        try scene.folder.write(OutboxScene.line(4), to: "outbox/\(rejected)")
        let sent = try Self.paste(try #require(told.commands.first), scene)
        #expect(sent.exitCode == 0, "\(sent)")
        let last = try scene.round()
        #expect(last.exitCode == 0 && last.errorOutput == "", "\(last)")
        #expect(try scene.metric("hookbatch_outbox_failed_folders") == 0)
        #expect(scene.acceptedNumbers() == [1, 2, 3, 4])
    }

    @Test("A failed file that has grown stays in failed until the rest is sent too")
    func failed() throws {
        let scene = try OutboxScene()
        let upload = try OutboxUpload(scene, "p.ndjson", OutboxScene.line(1) + Self.bad)
        let first = try scene.round()
        #expect(first.exitCode == 1, "\(first)")
        try upload.append(OutboxScene.line(3))
        let grown = try scene.round()
        #expect(grown.exitCode == 1, "\(grown)")
        try scene.folder.write(
            OutboxScene.line(2), to: "outbox/failed/p.ndjson/p.ndjson.rejected.ndjson")
        #expect(try Self.paste(try #require(first.commands.first), scene).exitCode == 0)
        let fixed = try scene.round()
        #expect(fixed.exitCode == 0 && fixed.errorOutput == "", "\(fixed)")
        #expect(try scene.files().contains("failed/p.ndjson/p.ndjson"))
        // The command still fits.
        let rest = try Self.paste(try #require(grown.commands.first), scene)
        #expect(rest.exitCode == 0, "\(rest)")
        #expect(try scene.round().errorOutput == "")
        #expect(try scene.files().contains("done/p.ndjson/p.ndjson"))
        #expect(scene.acceptedNumbers() == [1, 2, 3])
    }
}
