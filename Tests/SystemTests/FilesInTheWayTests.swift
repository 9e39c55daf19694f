import Foundation
import TestSupport
import Testing

@Suite(
    "Existing files with the names of a run's files", .sideBySide)
struct FilesInTheWayTests {
    private static let mixed = Sending.oneLine + "not json\n"

    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder("way")
        try folder.write(Self.mixed, to: "in.ndjson")
    }

    private func text(_ name: String) throws -> String {
        String(decoding: try folder.read(name), as: UTF8.self)
    }

    private func send(_ words: String...) throws -> ProgramResult {
        try Program.run(Hookbatch.binary, ["send"] + words, directory: folder.path)
    }

    @Test(
        "A run never overwrites another file, and --fresh archives it",
        arguments: ["in.rejected.ndjson", "in.unknown.ndjson", "in.summary.json", "in.rest"])
    func replaced(name: String) throws {
        try folder.write("mine", to: name)
        let refused = try send("in.ndjson")
        #expect(refused.exitCode == 2)
        #expect(refused.errorOutput.contains("'\(name)' belongs to another run"))
        #expect(try folder.files() == ["in.ndjson", name].sorted())
        #expect(try text(name) == "mine")
        #expect(try send("--fresh", "in.ndjson").exitCode == 1)
        let aside = try folder.files().filter {
            $0.hasPrefix(name + ".") && !$0.hasSuffix(".origins")
        }
        #expect(try aside.map { try text($0) } == ["mine"])
    }

    @Test("A second report that would share the first one's other files is refused")
    func sharedNames() throws {
        #expect(try send("in.ndjson").exitCode == 1)
        let refused = try send("--report", "in.csv", "in.ndjson")
        #expect(refused.exitCode == 2)
        #expect(refused.errorOutput.contains("--report"))
        #expect(try text("in.rejected.ndjson") == "not json\n")
    }

    @Test("A report with the name of the store is refused", arguments: ["in", "./in"])
    func storeAsReport(stem: String) throws {
        let refused = try send("--report", "in.csv", "--to", "store:\(stem).csv", "in.ndjson")
        #expect(refused.exitCode == 2)
        #expect(refused.errorOutput.contains("would overwrite the store"))
        #expect(try folder.files() == ["in.ndjson"])
    }

    @Test("A resume without its --report is refused with its command, unless --fresh is given")
    func forgottenReport() throws {
        #expect(try send("--report", "first.ndjson", "--limit", "1", "in.ndjson").exitCode == 3)
        let refused = try send("in.ndjson")
        #expect(refused.exitCode == 2, "\(refused)")
        #expect(refused.errorOutput.contains("'first.ndjson.journal' is the journal"), "\(refused)")
        #expect(refused.errorOutput.contains(" --report first.ndjson in.ndjson\n"), "\(refused)")
        #expect(try !folder.files().contains("in.report.ndjson.journal"))
        // Another selection is another run.
        #expect(try send("--only", "event_type=none", "in.ndjson").exitCode == 1)
        #expect(try send("--fresh", "in.ndjson").exitCode == 1)
    }

    @Test("A stopped run whose journal is missing is not sent again silently")
    func lostJournal() throws {
        #expect(try send("--limit", "1", "in.ndjson").exitCode == 3)
        try FileManager.default.removeItem(atPath: folder.path("in.report.ndjson.journal"))
        #expect(try send("in.ndjson").exitCode == 2)
        #expect(!folder.contains("in.report.ndjson"))
    }

    @Test("A finished run is already done at any --rate, but not with another --payload")
    func otherMeaning() throws {
        #expect(try send("in.ndjson").exitCode == 1)
        let other = try send("--payload", "any", "in.ndjson")
        #expect(other.exitCode == 2)
        #expect(other.errorOutput.contains("a different --payload (object-or-string)"))
        #expect(try send("--rate", "100/s", "in.ndjson").exitCode == 1)
    }

    @Test("A hostile run id in a summary names no file outside the folder")
    func hostileSummary() throws {
        try folder.write("", to: "in.report.ndjson")
        try folder.write(
            #"{"finished":true,"run_id":"/../escaped","exit_code":0,"inputs":[]}"#,
            to: "in.summary.json")
        #expect(try send("--fresh", "in.ndjson").exitCode == 1)
        #expect(!folder.contains("escaped"))
        #expect(folder.contains("in.report.ndjson"))
    }

    @Test("A journal that is a symbolic link is refused as one")
    func links() throws {
        let journal = folder.path("in.report.ndjson.journal")
        try FileManager.default.createSymbolicLink(
            atPath: journal, withDestinationPath: "in.ndjson")
        let result = try send("in.ndjson")
        #expect(result.exitCode == 74)
        #expect(result.errorOutput.contains("is a symbolic link"))
        #expect(try text("in.ndjson") == Self.mixed)
    }

    @Test("An input whose name is not UTF-8 is refused as such")
    func namesBeyondUTF8() throws {
        let script = #"name=$(printf 'a\377.ndjson'); cp in.ndjson "$name"; "$0" send "$name""#
        let result = try Program.run(
            "/bin/sh", ["-c", script, Hookbatch.binary], directory: folder.path)
        #expect(result.exitCode == 2)
        #expect(result.errorOutput.contains("is not UTF-8"))
    }
}
