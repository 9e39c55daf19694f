import TestSupport
import Testing

@Suite("Fixed lines in an outbox", .ownThread)
struct OutboxResendTests {
    @Test("The command that a message proposes for rejected lines puts them into the outbox")
    func proposed() throws {
        let scene = try OutboxScene()
        try scene.put("it's bad.ndjson", OutboxScene.line(1) + "{\n" + OutboxScene.line(2))
        let first = try scene.round()
        let command = try #require(first.errorOutput.split(separator: "\n").last)
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
        let name = "failed/it's bad.ndjson/it's bad.ndjson"
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
    }
}
