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
