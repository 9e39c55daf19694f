import Foundation
import TestSupport
import Testing

@Suite("A paused process", .sideBySide)
struct PausedProcessTests {
    @Test("Responses that arrived while the process was stopped count after their timeout")
    func responses() throws {
        let server = try LoopbackServer { .delay(.milliseconds(500), .created($0)) }
        let sending = try Sending()
        let running = try sending.start(
            Sending.lines(8), to: server.baseURL,
            ["--timeout", "2s", "--concurrency", "8", "--retries", "0"])
        #expect(server.waitForRequests(8))
        running.kill(SIGSTOP)
        // The time itself is tested: the timeout elapses during the pause.
        Thread.sleep(forTimeInterval: 4)
        running.kill(SIGCONT)
        let sent = Sent(result: running.wait(), sending: sending)
        #expect(sent.exitCode == 0, "\(sent)")
        let rows = try sent.rows
        #expect(rows.map(\.outcome) == Array(repeating: "accepted", count: 8))
        #expect(rows.allSatisfy { $0.attempts == 1 })
        #expect(server.requestCount == 8)
    }

    @Test("Responses that arrived while the process was stopped count after the grace")
    func grace() throws {
        let server = try LoopbackServer { .delay(.milliseconds(500), .created($0)) }
        let sending = try Sending()
        let running = try sending.start(
            Sending.lines(8), to: server.baseURL, ["--concurrency", "8", "--grace", "2s"])
        #expect(server.waitForRequests(8))
        running.kill(SIGTERM)
        #expect(running.waitForError("stopping"))
        running.kill(SIGSTOP)
        // The time itself is tested: the grace ends during the pause.
        Thread.sleep(forTimeInterval: 4)
        running.kill(SIGCONT)
        let sent = Sent(result: running.wait(), sending: sending)
        #expect(sent.hasJournal, "\(sent)")
        let finished = try sending.sendAgain(to: server.baseURL)
        #expect(finished.exitCode == 0, "\(finished)")
        #expect(try finished.rows.allSatisfy { $0.attempts == 1 && !$0.possibleDuplicate })
        #expect(server.requestCount == 8)
    }
}
