import Foundation
import TestSupport
import Testing

@Suite("A resume that is refused", .ownThread) struct RefusedResumeTests {
    /// A stopped run of 20 lines, 5 of which are done.
    private func stopped(by server: LoopbackServer) throws -> Sending {
        let sending = try Sending()
        let sent = try sending.send(
            Sending.lines(20), to: server.baseURL, ["--limit", "5", "--concurrency", "1"])
        #expect(sent.exitCode == 3, "\(sent)")
        return sending
    }

    @Test(
        "A resume with different options leaves the journal as it is",
        arguments: [
            ["--payload", "any"], ["--skip", "1"], ["--delivery", "at-most-once"],
        ])
    func options(flags: [String]) throws {
        let server = try LoopbackServer()
        let sending = try stopped(by: server)
        let journal = try sending.folder.read(sending.report + ".journal")
        let sent = try sending.sendAgain(to: server.baseURL, flags)
        #expect(sent.exitCode == 2, "\(sent)")
        #expect(try sending.folder.read(sending.report + ".journal") == journal)
    }

    @Test("The same input under another name leaves the journal as it is, and the message says so")
    func sameInput() throws {
        let server = try LoopbackServer()
        let sending = try stopped(by: server)
        for name in ["./in.ndjson", sending.folder.path("in.ndjson")] {
            let sent = Sent(
                result: try sending.program([name], to: server.baseURL).run(), sending: sending)
            #expect(sent.exitCode == 2, "\(sent)")
            #expect(sent.result.errorOutput.contains("the same input under another name"))
        }
        #expect(server.requestCount == 5)
    }

    @Test("An unfinished run is not started over from another folder, unless --report is given")
    func otherFolder() throws {
        let folder = try TemporaryFolder()
        let lines = Sending.lines(5)
        try folder.write(lines, to: "in.ndjson")
        try FileManager.default.createDirectory(
            atPath: folder.path("other"), withIntermediateDirectories: false)
        func send(_ words: String..., in directory: String) throws -> ProgramResult {
            try Program.run(Hookbatch.binary, ["send"] + words, directory: directory)
        }
        let other = folder.path("other")
        #expect(try send("in.ndjson", "--limit", "2", in: folder.path).exitCode == 3)
        let refused = try send("../in.ndjson", in: other)
        #expect(refused.exitCode == 2, "\(refused)")
        #expect(refused.errorOutput.contains("'../in.report.ndjson.journal'"), "\(refused)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: other) == [])
        #expect(
            try send("../in.ndjson", "--report", "again.report.ndjson", in: other).exitCode == 0)
        #expect(try send("in.ndjson", in: folder.path).exitCode == 0)
        // Its journal is gone.
        #expect(try send("../in.ndjson", in: other).exitCode == 0)
    }

    @Test("A changed input leaves the journal as it is")
    func changedInput() throws {
        let server = try LoopbackServer()
        let sending = try stopped(by: server)
        let journal = try sending.folder.read(sending.report + ".journal")
        let input = Sending.lines(20)
        let sent = try sending.send(
            input.replacingOccurrences(of: #""n":2"#, with: #""n":9"#), to: server.baseURL)
        #expect(sent.exitCode == 2, "\(sent)")
        #expect(try sending.folder.read(sending.report + ".journal") == journal)
        #expect(try sending.send(input, to: server.baseURL).exitCode == 0)
        #expect(server.requestCount == 20)
    }
}
