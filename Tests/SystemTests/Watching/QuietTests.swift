import Foundation
import TestSupport
import Testing

@Suite("Quiet runs and their summaries")
struct QuietTests {
    private static let two = Sending.oneLine + Sending.oneLine

    @Test("A quiet run prints nothing on success, nor when it is already done")
    func success() throws {
        let server = try LoopbackServer()
        let sending = try Sending()
        for sent in [
            try sending.send(Self.two, to: server.baseURL, ["--quiet"]),
            try sending.sendAgain(to: server.baseURL, ["--quiet"]),
        ] {
            #expect(sent.exitCode == 0, "\(sent)")
            #expect(sent.result.errorOutput == "")
            #expect(sent.result.output == "")
        }
        #expect(server.requestCount == 2)
    }

    @Test(
        "A quiet run prints one line and a command if it has rejected lines or stops",
        arguments: [(400, 1, "finished"), (401, 3, "stopped")] as [(Int, Int32, String)])
    func failure(status: Int, code: Int32, word: String) throws {
        let server = try LoopbackServer { _ in .answer(status) }
        let sent = try Sending().send(Self.two, to: server.baseURL, ["--quiet"])
        #expect(sent.exitCode == code, "\(sent)")
        let lines = sent.result.errorOutput.split(separator: "\n")
        #expect(lines.count == 2 && lines[0].hasPrefix("hookbatch: \(word)"), "\(sent)")
    }

    @Test("A quiet run prints warnings")
    func warning() throws {
        let server = try LoopbackServer()
        var sending = try Sending()
        sending.key = nil
        try sending.folder.write("a-key\n", to: "key")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o644], ofItemAtPath: sending.folder.path("key"))
        let sent = try sending.send(
            Self.two, to: server.baseURL, ["--quiet", "--api-key-file", "key"])
        #expect(sent.exitCode == 0)
        #expect(sent.result.errorOutput.hasPrefix("hookbatch: warning: --api-key-file"), "\(sent)")
    }

    @Test("A copy of the summary is in --summary at a stop, at the end and when already done")
    func summary() throws {
        let server = try LoopbackServer()
        let sending = try Sending()
        let flags = ["--summary", "last.json"]
        let stopped = try sending.send(Self.two, to: server.baseURL, flags + ["--limit", "1"])
        #expect(stopped.exitCode == 3, "\(stopped)")
        #expect(try sending.folder.text("last.json").contains("\"exit_code\": 3,"))
        #expect(try sending.folder.text("last.json") == sending.folder.text("out.summary.json"))
        let began = try #require(
            try sending.folder.text("last.json").split(separator: "\n")
                .first { $0.contains("\"started_at\"") })
        for _ in 0..<2 {
            try FileManager.default.removeItem(atPath: sending.folder.path("last.json"))
            let sent = try sending.sendAgain(to: server.baseURL, flags)
            #expect(sent.exitCode == 0, "\(sent)")
            #expect(
                try sending.folder.text("last.json") == sending.folder.text("out.summary.json"))
            // The start time is that of the run's first process.
            #expect(try sending.folder.text("last.json").contains(began))
        }
        #expect(server.requestCount == 2)
    }
}
