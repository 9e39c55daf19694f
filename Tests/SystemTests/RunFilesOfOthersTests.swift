import Foundation
import TestSupport
import Testing

/// Files that another user put in the place of those of a stopped run.
@Suite("Files of a stopped run that others replaced", .sideBySide)
struct RunFilesOfOthersTests {
    private let folder: TemporaryFolder

    /// A stopped run of a stream: its journal and its spool are open for writing in the next one.
    init() throws {
        folder = try TemporaryFolder("replaced")
        #expect(chmod(folder.path, 0o777) == 0)
        let stopped = try send(["--limit", "2"])
        #expect(stopped.exitCode == 3, "\(stopped)")
    }

    private func send(_ flags: [String] = []) throws -> ProgramResult {
        try Program.run(
            Hookbatch.binary, ["send", "-", "--report", "s.ndjson"] + flags,
            directory: folder.path, input: .text(String(repeating: Sending.oneLine, count: 5)))
    }

    private func expectRefusal(_ name: String, _ words: String) throws {
        let bytes = try folder.read(name)
        let result = try send()
        #expect(result.exitCode == 74, "\(result)")
        #expect(result.errorOutput.contains("\(name): \(words)"), "\(result)")
        #expect(try folder.read(name) == bytes)
        #expect(!folder.contains("s.ndjson"))
    }

    @Test(
        "A run is not resumed with a journal or spool that has a second name",
        arguments: ["s.ndjson.journal", "s.ndjson.journal.spool"])
    func hardLink(name: String) throws {
        #expect(link(folder.path(name), folder.path("target")) == 0)
        try expectRefusal(name, "has 2 hard links")
        // The message's advice.
        let copy = try Program.run(
            "sh", ["-c", "cp \(name) copy && mv copy \(name)"], directory: folder.path)
        #expect(copy.exitCode == 0)
        #expect(try send().exitCode == 0)
    }

    @Test(
        "A run is not resumed with a journal or spool of another user", .needsRoot,
        arguments: ["s.ndjson.journal", "s.ndjson.journal.spool"])
    func otherOwner(name: String) throws {
        #expect(chmod(folder.path(name), 0o666) == 0)
        #expect(chown(folder.path(name), 65534, 65534) == 0)
        try expectRefusal(name, "belongs to user 65534, not to user 0")
    }

    @Test("--fresh does not archive a run whose journal is another user's", .needsRoot)
    func fresh() throws {
        #expect(chown(folder.path("s.ndjson.journal"), 65534, 65534) == 0)
        let names = try folder.names()
        let result = try send(["--fresh"])
        #expect(result.exitCode == 74, "\(result)")
        #expect(result.errorOutput.contains("belongs to user 65534"), "\(result)")
        #expect(try folder.names() == names)
    }
}
