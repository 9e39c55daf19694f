import Foundation
import TestSupport
import Testing

/// Names of files that the run derives from the report's.
@Suite("Names at the limit of the file system", .ownThread) struct LongNameTests {
    /// Valid lines and an invalid one, so that every file of a finished run is made.
    private static let input = String(repeating: Sending.oneLine, count: 50) + "not json\n"

    @Test(
        "A report whose files would have names too long is refused before anything is sent",
        arguments: [
            String(repeating: "n", count: 235), String(repeating: "n", count: 250),
            String(repeating: "漢", count: 80),
        ])
    func refused(base: String) throws {
        let server = try LoopbackServer()
        let sending = try Sending(report: base + ".ndjson")
        let sent = try sending.send(Self.input, to: server.baseURL)
        #expect(sent.exitCode == 2, "\(sent)")
        #expect(sent.result.errorOutput.contains("this folder allows 255"), "\(sent)")
        #expect(sent.result.errorOutput.contains("choose a shorter --report"), "\(sent)")
        #expect(server.requestCount == 0)
        #expect(try sending.folder.names() == ["in.ndjson"])
    }

    @Test(
        "A run with the longest names that are allowed completes",
        arguments: ["n", "漢"], [[], ["--fresh"]])
    func longest(character: String, flags: [String]) throws {
        let server = try LoopbackServer()
        for count in stride(from: 240 / character.utf8.count, to: 0, by: -1) {
            let sending = try Sending(
                report: String(repeating: character, count: count) + ".ndjson")
            let sent = try sending.send(Self.input, to: server.baseURL, flags)
            if sent.exitCode == 2 { continue }
            #expect(sent.exitCode == 1, "\(sent)")
            #expect(try sent.rows.count == 51)
            // Input, report, summary, rejected lines and their origins: nothing is left over.
            #expect(try sending.folder.names().count == 5)
            let again = try sending.sendAgain(to: server.baseURL, ["--fresh"])
            #expect([1, 2].contains(again.exitCode), "\(again)")
            return
        }
        Issue.record("no name is allowed")
    }

    @Test("An input's long name is refused as a source of the report's name")
    func fromInput() throws {
        let folder = try TemporaryFolder("long")
        let name = String(repeating: "i", count: 240) + ".ndjson"
        try folder.write(Self.input, to: name)
        let result = try Program.run(
            Hookbatch.binary, ["send", name, "--to", "store:s.db"], directory: folder.path)
        #expect(result.exitCode == 2, "\(result)")
        #expect(result.errorOutput.contains("choose a shorter --report"), "\(result)")
    }

    @Test("A summary or metrics file with a name too long is refused")
    func otherFiles() throws {
        let sending = try Sending()
        let long = String(repeating: "m", count: 250) + ".prom"
        for flag in ["--summary", "--metrics"] {
            let sent = try sending.send(to: "store:s.db", [flag, long])
            #expect(sent.exitCode == 2, "\(sent)")
            #expect(sent.result.errorOutput.contains("choose a shorter \(flag)"), "\(sent)")
        }
    }
}
