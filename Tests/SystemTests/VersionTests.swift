import Foundation
import TestSupport
import Testing

@Suite("The version")
struct VersionTests {
    @Test("The version names a commit of the repository, or none outside of git")
    func commit() throws {
        let result = try Program.run(Hookbatch.binary, ["--version"])
        let match = try #require(
            try /hookbatch ([0-9.]+)(?: \(([0-9a-f]{12})\))?\n/.wholeMatch(in: result.output))
        guard let commit = match.2 else {
            let git = Hookbatch.root + "/.git/"
            let head = try? String(contentsOfFile: git + "HEAD", encoding: .utf8)
            let hasBranch = FileManager.default.fileExists(atPath: git + "refs/heads/main")
            #expect(head != "ref: refs/heads/main\n" || !hasBranch)
            return
        }
        guard Tool.path("git") != nil else { return }
        let found = try Program.run(
            "git", ["-C", Hookbatch.root, "cat-file", "-t", String(commit)])
        #expect(found.output == "commit\n")
    }
}
