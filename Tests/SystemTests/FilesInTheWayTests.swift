import Foundation
import TestSupport
import Testing

@Suite(
    "What stands where a run's files are to be is neither lost nor taken for its own", .sideBySide)
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
        "a run begins only where it replaces nothing",
        arguments: ["in.rejected.ndjson", "in.unknown.ndjson", "in.summary.json", "in.rest"])
    func replaced(name: String) throws {
        try folder.write("mine", to: name)
        let refused = try send("in.ndjson")
        #expect(refused.exitCode == 2)
        #expect(refused.errorOutput.contains("'\(name)' belongs to another run"))
        #expect(try folder.files() == ["in.ndjson", name].sorted())
        #expect(try text(name) == "mine")
        #expect(try send("--fresh", "in.ndjson").exitCode == 1)
        let aside = try folder.files().filter { $0.hasPrefix(name + ".") }
        #expect(try aside.map { try text($0) } == ["mine"])
    }

    @Test("two reports that would share their other files are kept apart")
    func sharedNames() throws {
        #expect(try send("in.ndjson").exitCode == 1)
        let refused = try send("--report", "in.csv", "in.ndjson")
        #expect(refused.exitCode == 2)
        #expect(refused.errorOutput.contains("--report"))
        #expect(try text("in.rejected.ndjson") == "not json\n")
    }

    @Test("a run's files never have the store's name", arguments: ["in", "./in"])
    func storeAsReport(stem: String) throws {
        let refused = try send("--report", "in.csv", "--to", "store:\(stem).csv", "in.ndjson")
        #expect(refused.exitCode == 2)
        #expect(refused.errorOutput.contains("would overwrite the store"))
        #expect(try folder.files() == ["in.ndjson"])
    }

    @Test("a stopped run whose journal is gone is not sent again in silence")
    func lostJournal() throws {
        #expect(try send("--limit", "1", "in.ndjson").exitCode == 3)
        try FileManager.default.removeItem(atPath: folder.path("in.report.ndjson.journal"))
        #expect(try send("in.ndjson").exitCode == 2)
        #expect(!folder.contains("in.report.ndjson"))
    }

    @Test("a finished run is not taken for one with another meaning")
    func otherMeaning() throws {
        #expect(try send("in.ndjson").exitCode == 1)
        let other = try send("--payload", "any", "in.ndjson")
        #expect(other.exitCode == 2)
        #expect(other.errorOutput.contains("a different --payload (object-or-string)"))
        #expect(try send("--rate", "100/s", "in.ndjson").exitCode == 1)
    }

    @Test("a summary's run id names no file outside")
    func hostileSummary() throws {
        try folder.write("", to: "in.report.ndjson")
        try folder.write(
            #"{"finished":true,"run_id":"/../escaped","exit_code":0,"inputs":[]}"#,
            to: "in.summary.json")
        #expect(try send("--fresh", "in.ndjson").exitCode == 1)
        #expect(!folder.contains("escaped"))
        #expect(folder.contains("in.report.ndjson"))
    }

    @Test("a journal that is a link or no file is named as what it is")
    func links() throws {
        let journal = folder.path("in.report.ndjson.journal")
        try FileManager.default.createSymbolicLink(
            atPath: journal, withDestinationPath: "in.ndjson")
        let result = try send("in.ndjson")
        #expect(result.exitCode == 74)
        #expect(result.errorOutput.contains("is a symbolic link"))
        #expect(try text("in.ndjson") == Self.mixed)
    }

    @Test("a file's name that is not UTF-8 is refused as such")
    func namesBeyondUTF8() throws {
        let script = #"name=$(printf 'a\377.ndjson'); cp in.ndjson "$name"; "$0" send "$name""#
        let result = try Program.run(
            "/bin/sh", ["-c", script, Hookbatch.binary], directory: folder.path)
        #expect(result.exitCode == 2)
        #expect(result.errorOutput.contains("is not UTF-8"))
    }
}
