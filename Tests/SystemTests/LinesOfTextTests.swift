import Foundation
import TestSupport
import Testing

@Suite("Lines of text between lines of JSON")
struct LinesOfTextTests {
    private static let record = #"{"appId":"a","event_type":"t","payload":{}}"#

    /// Pairs of a line of text and a record.
    private static func folder(_ count: Int) throws -> TemporaryFolder {
        let folder = try TemporaryFolder("text")
        try folder.write(
            (1...count).map { "INFO \($0)\n\(record)\n" }.joined(), to: "m.ndjson")
        return folder
    }

    private static func run(
        _ words: [String], _ folder: TemporaryFolder
    ) throws -> ProgramResult {
        try Program.run(
            Hookbatch.binary,
            words + ["m.ndjson", "--format", "ndjson"], directory: folder.path)
    }

    @Test("A selection that leaves nothing but text is told, by check and by send")
    func nothingLeft() throws {
        let folder = try Self.folder(3)
        let only = ["--only", "event_type=paid"]
        let warning =
            "warning: no lines to send: apart from lines of text, all 3 records are left out by "
            + "--only event_type=paid"
        let checked = try Self.run(["check"] + only, folder)
        #expect(checked.errorOutput.contains(warning), "\(checked)")
        let sent = try Self.run(["send", "--to", "store:a.db"] + only, folder)
        #expect(sent.exitCode == 1 && sent.errorOutput.contains(warning), "\(sent)")
        // Records that are sent, or that can be fixed, need no such warning.
        let some = try Self.run(
            ["send", "--to", "store:a.db", "--only", "event_type=t", "--fresh"], folder)
        #expect(!some.errorOutput.contains("no lines to send"), "\(some)")
        try folder.write("INFO\n\(Self.record)\n{\n", to: "m.ndjson")
        let broken = try Self.run(["send", "--to", "store:b.db", "--fresh"] + only, folder)
        #expect(!broken.errorOutput.contains("no lines to send"), "\(broken)")
    }

    @Test("The errors of a run that stops again are those of all its processes")
    func resumed() throws {
        let folder = try Self.folder(40)
        let words = ["send", "--to", "store:a.db", "--limit", "10"]
        for round in 1...3 {
            let stopped = try Self.run(words, folder)
            #expect(stopped.exitCode == 3, "\(stopped)")
            let summary = try JSONSerialization.jsonObject(
                with: Data(folder.read("m.summary.json")))
            let members = try #require(summary as? [String: Any])
            let counts = try #require(members["counts"] as? [String: Any])
            let errors = try #require(members["errors"] as? [[String: Any]])
            let invalid = try #require(counts["invalid"] as? Int)
            #expect(invalid >= 10 * round, "\(members)")
            #expect(errors.first?["count"] as? Int == invalid, "\(members)")
            #expect(errors.first?["first_line"] as? Int == 1, "\(members)")
            #expect(
                stopped.errorOutput.contains("\(invalid) of them not accepted (not_json in all"),
                "\(stopped)")
        }
        #expect(try Self.run(["send", "--to", "store:a.db"], folder).exitCode == 1)
    }

    @Test("An error that can be fixed is named before the lines of text")
    func mainError() throws {
        let folder = try Self.folder(5)
        try folder.write(folder.text("m.ndjson") + "{\"appId\":\"a b\"}\n", to: "m.ndjson")
        let sent = try Self.run(["send", "--to", "store:a.db"], folder)
        #expect(
            sent.errorOutput.contains("need no fix, and stay; fix the lines in m.rejected.ndjson (")
                && sent.errorOutput.contains("rejected.ndjson (invalid_app_id in 1 of 6 lines"),
            "\(sent)")
    }
}
