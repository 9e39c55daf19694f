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

    @Test("version prints the versions of the libraries that it finds")
    func libraries() throws {
        let result = try Program.run(Hookbatch.binary, ["version"])
        #expect(result.exitCode == 0, "\(result)")
        let lines = result.output.split(separator: "\n")
        #expect(lines.first.map { $0 + "\n" } == (try first()), "\(result.output)")
        let expected = [
            /toolchain  Swift [0-9.]+, .+/, /libcurl    [0-9.]+[0-9A-Za-z.-]* with [A-Za-z]+.*/,
            /SQLite     3\.[0-9.]+/, /zlib       1\.[0-9.]+/, /zstd       1\.[0-9.]+/,
        ]
        #expect(lines.count == expected.count + 1)
        for (line, pattern) in zip(lines.dropFirst(), expected) {
            #expect(try pattern.wholeMatch(in: line) != nil, "\(line)")
        }
    }

    private func first() throws -> Substring {
        Substring(try Program.run(Hookbatch.binary, ["--version"]).output)
    }

    private static let members = [
        "commit", "hookbatch", "libcurl", "sqlite", "tls", "toolchain", "zlib", "zstd",
    ]

    /// The document of `version --json`; null is `NSNull`.
    private func json(_ environment: [String: String] = [:]) throws -> [String: Any] {
        let result = try Program.run(
            Hookbatch.binary, ["version", "--json"], environment: environment)
        #expect(result.exitCode == 0 && result.errorOutput == "", "\(result)")
        let document = try JSONSerialization.jsonObject(with: Data(result.standardOutput))
        let members = try #require(document as? [String: Any])
        #expect(members.keys.sorted() == Self.members)
        return members
    }

    @Test("version --json has the values of version")
    func jsonDocument() throws {
        let members = try json()
        let text = try Program.run(Hookbatch.binary, ["version"]).output
        func value(_ name: String) throws -> String { try #require(members[name] as? String) }
        for (heading, name) in [("SQLite", "sqlite"), ("zlib", "zlib"), ("zstd", "zstd")] {
            let margin = String(repeating: " ", count: 11 - heading.count)
            #expect(text.contains("\n\(heading)\(margin)\(try value(name))\n"), "\(name)")
        }
        let libcurl = "\(try value("libcurl")) with \(try value("tls"))"
        #expect(text.contains("\nlibcurl    \(libcurl)\n"))
        #expect(text.hasPrefix("hookbatch \(try value("hookbatch"))"))
    }

    @Test("version tells which libraries are missing")
    func missingLibraries() throws {
        let libraries = try LibraryFolder()
        try libraries.hide(LibraryFolder.curl, LibraryFolder.curlWithGnuTLS, LibraryFolder.sqlite)
        let text = try Program.run(
            Hookbatch.binary, ["version"], environment: libraries.environment
        ).output
        #expect(
            text.contains("\nlibcurl    not found\nSQLite     not found\nzlib       1."), "\(text)")
        let members = try json(libraries.environment)
        for name in ["libcurl", "tls", "sqlite"] { #expect(members[name] is NSNull, "\(name)") }
        #expect(members["zlib"] is String)
    }

    @Test("version names the TLS library of a GnuTLS build")
    func otherLibcurl() throws {
        let libraries = try LibraryFolder()
        try libraries.hide(LibraryFolder.curl)
        guard let tls = try json(libraries.environment)["tls"] as? String else {
            // The build is not installed, which is a failure only where all tools must be.
            #expect(ProcessInfo.processInfo.environment["CI"] != "true")
            return
        }
        #expect(tls.hasPrefix("GnuTLS/"))
    }
}
