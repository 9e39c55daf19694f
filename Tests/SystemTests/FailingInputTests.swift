import Foundation
import TestSupport
import Testing

@Suite("Inputs that fail during a run", .sideBySide)
struct FailingInputTests {
    @Test("An input that is truncated during a run loses no response, and no line is sent twice")
    func shrinks() throws {
        // Far more than the read-ahead, so that the run reads the file again.
        let payload = String(repeating: "x", count: 100_000)
        let lines = (1...60).map {
            #"{"appId":"a\#($0)","event_type":"t","payload":"\#(payload)"}"#
        }
        let whole = lines.joined(separator: "\n") + "\n"
        let server = try LoopbackServer { .delay(.milliseconds(200), .created($0)) }
        let sending = try Sending()
        try sending.folder.write(whole, to: "in.ndjson")

        let running = try sending.program(to: server.baseURL, ["--concurrency", "4"]).start()
        try #require(server.waitForRequests(4))
        let file = try FileHandle(
            forWritingTo: URL(fileURLWithPath: sending.folder.path("in.ndjson")))
        try file.truncate(atOffset: 3000)
        try file.close()
        let stopped = running.wait()
        #expect(stopped.exitCode == 74, "\(stopped.errorOutput)")
        let before = server.requestCount
        #expect(before < lines.count)

        try sending.folder.write(whole, to: "in.ndjson")
        let sent = try sending.sendAgain(to: server.baseURL)
        #expect(sent.exitCode == 0, "\(sent)")
        #expect(try sent.rows.map(\.line) == Array(1...lines.count))
        #expect(try sent.rows.allSatisfy { $0.attempts == 1 && !$0.possibleDuplicate })
        #expect(server.requestCount == lines.count)
    }
}
