import Foundation
import TestSupport
import Testing

@Suite("Files of a run that share a name", .sideBySide)
struct SharedNamesTests {
    private static let line = #"{"appId":"a","event_type":"t"}"# + "\n"

    @Test(
        "A run whose files share a name in any spelling is refused before anything is written",
        arguments: [
            (["x.ndjson.tmp", "--report", "x.ndjson"], "x.ndjson.tmp"),
            (["x.summary.json.tmp", "--report", "x.ndjson"], "x.summary.json.tmp"),
            (["x.ndjson.journal.spool", "--report", "x.ndjson"], "x.ndjson.journal.spool"),
            (["in.json.tmp", "--report", "r.ndjson", "--summary", "in.json"], "in.json.tmp"),
            (["m.prom.tmp", "--report", "r.ndjson", "--metrics", "m.prom"], "m.prom.tmp"),
            (["in.ndjson", "--report", "r.ndjson", "--summary", "d/in.ndjson"], "in.ndjson"),
            (["in.ndjson", "--report", "r.ndjson", "--summary", "d/r.ndjson"], "in.ndjson"),
            (
                ["in.ndjson", "--report", "r.ndjson", "--summary", "d/r.ndjson.journal"],
                "in.ndjson"
            ),
            (["in.ndjson", "--report", "r.ndjson", "--summary", "s.db-wal"], "in.ndjson"),
            (["in.ndjson", "--report", "r.ndjson", "--summary", "d"], "in.ndjson"),
            (["in.ndjson", "--report", "r.ndjson", "--metrics", "pipe.prom"], "in.ndjson"),
        ])
    func refused(words: [String], input: String) throws {
        let folder = try TemporaryFolder("names")
        try folder.write(Self.line, to: input)
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("d"), withDestinationPath: ".")
        #expect(mkfifo(folder.path("pipe.prom"), 0o600) == 0)
        let before = try folder.files()
        let result = try Program.run(
            Hookbatch.binary, ["send", "--to", "store:s.db", "--format", "ndjson"] + words,
            directory: folder.path)
        #expect(result.exitCode == 2, "\(result)")
        #expect(try folder.files() == before)
        #expect(try folder.read(input) == Array(Self.line.utf8))
    }

    @Test(
        "A run whose summary would overwrite the key file is refused",
        arguments: ["key", "sum.json.tmp"])
    func key(name: String) throws {
        let folder = try TemporaryFolder("names")
        try folder.write(Self.line, to: "in.ndjson")
        try folder.write("a-secret-key\n", to: name)
        #expect(chmod(folder.path(name), 0o600) == 0)
        let summary = name == "key" ? "key" : "sum.json"
        let result = try Program.run(
            Hookbatch.binary,
            [
                "send", "--to", "http://127.0.0.1:9/v1", "in.ndjson", "--api-key-file", name,
                "--summary", summary,
            ], directory: folder.path)
        #expect(result.exitCode == 2, "\(result)")
        #expect(try folder.read(name) == Array("a-secret-key\n".utf8))
    }
}
