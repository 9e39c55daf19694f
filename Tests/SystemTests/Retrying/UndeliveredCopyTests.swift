import Foundation
import TestSupport
import Testing

@Suite("Copies of files of undelivered lines without their origins")
struct UndeliveredCopyTests {
    private static let header = "appId,event_type,payload\n"
    private static let flags = ["--to", "store:a.db"]

    /// A folder in which a run has left three invalid lines.
    private static func folder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder("copies")
        try folder.write(header + "a,t,1\nb b,t,2\nc c,t,3\nd,,4\n", to: "in.csv")
        #expect(try send("in.csv", in: folder).exitCode == 1)
        return folder
    }

    private static func send(
        _ words: String..., in folder: TemporaryFolder
    ) throws -> ProgramResult {
        try Program.run(Hookbatch.binary, ["send"] + words + flags, directory: folder.path)
    }

    @Test(
        "A name that contains that of the original is refused",
        arguments: [
            "Kopie von in.rejected.csv", "2-in.rejected-ok.csv", "other/in.rejected.csv",
        ])
    func names(name: String) throws {
        let folder = try Self.folder()
        try FileManager.default.createDirectory(
            atPath: folder.path("other"), withIntermediateDirectories: true)
        try folder.write(Self.header + "b_b,t,2\n", to: name)
        let sent = try Self.send(name, in: folder)
        #expect(sent.exitCode == 2, "\(sent)")
        #expect(sent.errorOutput.contains("looks like a copy of 'in.rejected.csv', but"), "\(sent)")
    }

    @Test("A file that ends as the original's name is another run's")
    func otherNames() throws {
        let folder = try Self.folder()
        try folder.write(Self.header + "b_b,t,2\n", to: "main.rejected.csv")
        let sent = try Self.send("main.rejected.csv", in: folder)
        #expect(sent.exitCode == 0, "\(sent)")
        #expect(sent.errorOutput.contains("has no file of origins beside it, so"), "\(sent)")
    }

    @Test("Under any name its lines are found, and its commands count them once")
    func lines() throws {
        let folder = try Self.folder()
        try folder.write(Self.header + "b_b,t,2\nc c,t,3\nd,,4\n", to: "fixed.csv")
        let refused = try Self.send("fixed.csv", in: folder)
        #expect(refused.exitCode == 2, "\(refused)")
        #expect(refused.errorOutput.contains("'fixed.csv' has the lines of 'in.rejected.csv', but"))
        #expect(!folder.contains("fixed.report.ndjson"))
        let found = refused.errorOutput.firstMatch(of: /add (--retry-of) (\S+),/)
        let flag = try #require(found?.output)
        let sent = try Self.send("fixed.csv", String(flag.1), String(flag.2), in: folder)
        #expect(sent.exitCode == 1, "\(sent)")
        // The second round, from a copy of the first one.
        try folder.write(Self.header + "b_b,t,2\nc_c,t,3\nd,,4\n", to: "again.csv")
        let again = try Self.send("again.csv", in: folder)
        #expect(again.exitCode == 2, "\(again)")
        #expect(again.errorOutput.contains("again.csv' has "), "\(again)")
    }

    @Test("A file that was sent as new lines is not sent again as those of the run")
    func sentAsNew() throws {
        let folder = try Self.folder()
        try folder.write(Self.header + "b-b,t,2\nc-c,t,3\nd,u,4\n", to: "own.csv")
        #expect(try Self.send("own.csv", in: folder).exitCode == 0)
        let words = ["own.csv", "--retry-of", "in.report.ndjson"]
        let refused = try Self.send(words[0], words[1], words[2], in: folder)
        #expect(refused.exitCode == 2, "\(refused)")
        #expect(refused.errorOutput.contains("'own.csv' was sent as new lines"), "\(refused)")
        try folder.write(Self.header + "b-b,t,5\nc-c,t,6\nd,u,7\n", to: "half.csv")
        #expect(try Self.send("half.csv", "--limit", "1", in: folder).exitCode == 3)
        let begun = try Self.send("half.csv", words[1], words[2], in: folder)
        #expect(begun.exitCode == 2, "\(begun)")
        #expect(
            begun.errorOutput.contains("'half.report.ndjson.journal' is the journal"), "\(begun)")
        #expect(try Self.send(words[0], words[1], words[2], "--fresh", in: folder).exitCode == 0)
    }

    @Test("A file of as many lines is sent with a warning, and another one without")
    func counts() throws {
        let folder = try Self.folder()
        try folder.write(Self.header + "b-b,t,5\nc-c,t,6\nd,u,7\n", to: "three.csv")
        let sent = try Self.send("three.csv", in: folder)
        #expect(sent.exitCode == 0, "\(sent)")
        #expect(sent.errorOutput.contains("warning: 'three.csv' has as many lines as"), "\(sent)")
        for (name, lines) in [
            ("other", "x,t,5\nx,t,6\nx,t,7\n"), ("two", "b,t,5\nd,t,6\n"),
            ("four", "b,t,2\nc,t,3\nd,,4\nd,u,5\n"),
        ] {
            try folder.write(Self.header + lines, to: "\(name).csv")
            let sent = try Self.send("\(name).csv", in: folder)
            #expect(!sent.errorOutput.contains("warning"), "\(sent)")
        }
    }

    @Test("At a terminal a file of as many lines is refused", .needs("script"))
    func terminal() throws {
        let folder = try Self.folder()
        try folder.write(Self.header + "b-b,t,5\nc-c,t,6\nd,u,7\n", to: "three.csv")
        let line = "'\(Hookbatch.binary)' send three.csv --to store:a.db"
        let sent = try Program.run(
            "script", ["-qec", line, "/dev/null"], directory: folder.path)
        #expect(sent.exitCode == 2, "\(sent)")
        #expect(sent.output.contains("three.csv' has as many lines as"), "\(sent)")
    }

    @Test("The original file is sent again, whatever it has left")
    func original() throws {
        let folder = try TemporaryFolder("copies")
        try folder.write(Self.header + "a b,t,1\nb b,t,2\n", to: "in.csv")
        #expect(try Self.send("in.csv", in: folder).exitCode == 1)
        let sent = try Self.send(
            "in.csv", "--report", "again.report.ndjson", "--map", "appId=event_type", in: folder)
        #expect(sent.exitCode == 0 && !sent.errorOutput.contains("warning"), "\(sent)")
    }

    @Test("A copy of the file as it is now is found too")
    func edited() throws {
        let folder = try Self.folder()
        try folder.write(Self.header + "b_b,t,2\nc_c,t,3\nd,,4\n", to: "in.rejected.csv")
        #expect(try Self.send("in.rejected.csv", in: folder).exitCode == 1)
        try folder.write(Self.header + "b_b,t,2\nc_c,t,3\nd,u,4\n", to: "k.csv")
        let refused = try Self.send("k.csv", in: folder)
        #expect(refused.exitCode == 2, "\(refused)")
        #expect(refused.errorOutput.contains("'k.csv' has the lines of 'in.rejected.csv'"))
    }

    @Test("A damaged file of origins hides no other one")
    func damaged() throws {
        let folder = try Self.folder()
        for (name, text) in [("a", ""), ("b", "{\"kind\":\"origins\"\n"), ("c", "\u{0}\n\n")] {
            try folder.write(text, to: "\(name).rejected.csv.origins")
        }
        let whole = try folder.read("in.rejected.csv.origins")
        try folder.write(whole.prefix(whole.count / 2), to: "d.rejected.csv.origins")
        try folder.write(Self.header + "b_b,t,2\nc c,t,3\nd,,4\n", to: "fixed.csv")
        let refused = try Self.send("fixed.csv", in: folder)
        #expect(refused.exitCode == 2, "\(refused)")
        #expect(refused.errorOutput.contains("has the lines of 'in.rejected.csv'"), "\(refused)")
    }

    @Test("A run that was started with --fresh resumes without it")
    func resume() throws {
        let folder = try Self.folder()
        try folder.write(Self.header + "b_b,t,2\nc c,t,3\nd,,4\n", to: "fixed.csv")
        let stopped = try Self.send("fixed.csv", "--limit", "1", "--fresh", in: folder)
        #expect(stopped.exitCode == 3, "\(stopped)")
        #expect(stopped.errorOutput.contains("warning: 'fixed.csv' has the lines"), "\(stopped)")
        let resumed = try Self.send("fixed.csv", in: folder)
        #expect(resumed.exitCode == 1, "\(resumed)")
        #expect(!resumed.errorOutput.contains("has the lines"), "\(resumed)")
    }
}
