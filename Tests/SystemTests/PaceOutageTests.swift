import TestSupport
import Testing

@Suite("Outages of the server", .ownThread) struct PaceOutageTests {
    private static let length: Duration = .seconds(LongRuns.areWanted ? 20 : 3)

    /// Waits for `length` while the server is down; the program must still run after it.
    private func wait(_ length: Duration, for running: RunningProgram) {
        // The time itself is tested: the program has to outlast it.
        _ = Monitor(false).wait(timeout: length) { $0 }
        #expect(running.isRunning)
    }

    private func check(_ sent: Sent, _ server: LoopbackServer, lines: Int) throws {
        #expect(sent.exitCode == 0, "\(sent)")
        let rows = try sent.rows
        #expect(rows.map(\.line) == Array(1...lines))
        #expect(rows.allSatisfy { $0.outcome == "accepted" }, "\(sent)")
        let auditor = Auditor([.init(file: "in.ndjson", count: lines)])
        #expect(auditor.violations(rows: rows, server: server) == [])
        #expect(try sent.waited["outage"] ?? 0 > 1000, "\(sent)")
    }

    @Test("No line fails while connections are refused, and the run continues after the outage")
    func refusing() throws {
        let server = try LoopbackServer()
        let sending = try Sending()
        let lines = 1500
        let running = try sending.start(
            Sending.lines(lines, applications: ["a", "b"]), to: server.baseURL,
            ["--rate", "500/s"])
        #expect(server.waitForAcceptances(300))
        server.goDown()
        wait(Self.length, for: running)
        server.comeBack()
        let sent = Sent(result: running.wait(), sending: sending)
        try check(sent, server, lines: lines)
    }

    @Test("No line fails while every response is 503 without Retry-After, and probes are few")
    func unavailable() throws {
        let isDown = Monitor(false)
        let probes = Monitor(0)
        let server = try LoopbackServer { request in
            guard isDown.read({ $0 }) else { return .created(request) }
            probes.update { $0 += 1 }
            return .answer(503)
        }
        let sending = try Sending()
        let lines = 1500
        let running = try sending.start(
            Sending.lines(lines, applications: ["a", "b"]), to: server.baseURL,
            ["--rate", "500/s"])
        #expect(server.waitForAcceptances(300))
        isDown.update { $0 = true }
        wait(Self.length, for: running)
        isDown.update { $0 = false }
        let sent = Sent(result: running.wait(), sending: sending)
        try check(sent, server, lines: lines)
        // Ten lines open the circuit, requests in flight end, and the rest are single probes.
        #expect(probes.read { $0 } < 10 + 64 + 20)
    }

    @Test("An outage at the start of a resumed run does not stop it")
    func resumed() throws {
        let server = try LoopbackServer()
        let sending = try Sending()
        let lines = 40
        let stopped = try sending.send(
            Sending.lines(lines), to: server.baseURL, ["--limit", "20"])
        #expect(stopped.exitCode == 3, "\(stopped)")
        server.goDown()
        let running = try sending.program(to: server.baseURL).start()
        // Longer than all retries of a line take if no outage is detected.
        wait(.seconds(3), for: running)
        server.comeBack()
        let sent = Sent(result: running.wait(), sending: sending)
        try check(sent, server, lines: lines)
    }

    @Test("An outage longer than --outage-patience stops the run, which can be resumed")
    func patience() throws {
        let server = try LoopbackServer()
        let sending = try Sending()
        let running = try sending.start(
            Sending.lines(400), to: server.baseURL,
            ["--rate", "400/s", "--outage-patience", "1s"])
        #expect(server.waitForAcceptances(50))
        server.goDown()
        let stopped = Sent(result: running.wait(), sending: sending)
        #expect(stopped.exitCode == 3, "\(stopped)")
        #expect(stopped.hasJournal)
        server.comeBack()
        let finished = try sending.sendAgain(to: server.baseURL)
        #expect(finished.exitCode == 0, "\(finished)")
        let auditor = Auditor([.init(file: "in.ndjson", count: 400)])
        #expect(auditor.violations(rows: try finished.rows, server: server) == [])
    }
}
