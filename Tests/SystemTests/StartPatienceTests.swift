import Foundation
import Glibc
import TestSupport
import Testing

/// Runs whose server can't be reached when they start.
@Suite("A server that is not there at the start", .sideBySide)
struct StartPatienceTests {
    private static let waits = "waiting for the server, at most "
    private static let count = 24
    private static let input = Sending.lines(count, applications: ["a", "b"])

    private let server: LoopbackServer
    private let sending: Sending

    init() throws {
        server = try LoopbackServer()
        server.goDown()
        sending = try Sending()
    }

    private func check(_ sent: Sent) throws {
        #expect(sent.exitCode == 0, "\(sent)")
        let rows = try sent.rows
        let auditor = Auditor([.init(file: "in.ndjson", count: Self.count)])
        #expect(auditor.violations(rows: rows, server: server) == [])
        #expect(rows.allSatisfy { $0.outcome == "accepted" && !$0.possibleDuplicate })
        #expect(server.requestCount == Self.count)
    }

    @Test(
        "A run without a terminal waits for a server that comes later, and says so once",
        arguments: [([], "2m"), (["--start-patience", "5m", "--retries", "0"], "5m")])
    func late(flags: [String], shown: String) throws {
        let running = try sending.start(Self.input, to: server.baseURL, flags)
        #expect(running.waitForError("(connection refused); \(Self.waits)\(shown)"))
        let end = ContinuousClock.now + .patience
        repeat {
            // A line in its backoff has another reason for a moment.
            running.kill(SIGUSR1)
        } while !running.waitForError("for server", timeout: .milliseconds(200))
            && ContinuousClock.now < end
        server.comeBack()
        let sent = Sent(result: running.wait(), sending: sending)
        try check(sent)
        let text = sent.result.errorOutput
        #expect(text.components(separatedBy: "no valid response yet").count == 2, "\(sent)")
        #expect(text.contains("for server"), "\(sent)")
    }

    @Test(
        "A run stops when the patience has elapsed, and is resumed", arguments: ["server", "proxy"])
    func elapsed(absent: String) throws {
        var flags = ["--start-patience", "1s"]
        if absent == "proxy" {
            flags += ["--proxy", String(server.baseURL.dropLast("/v1".count))]
        }
        let target = absent == "proxy" ? "https://hookstream.example/v1" : server.baseURL
        let stopped = try sending.send(Self.input, to: target, flags)
        #expect(stopped.exitCode == 3, "\(stopped)")
        #expect(stopped.hasJournal)
        let lines = stopped.result.errorOutput.split(separator: "\n")
        // The URL may be wrong too, and has a command of its own.
        try #require(
            lines.count == (absent == "server" ? 5 : 3) && lines[0].contains("\(Self.waits)1s"),
            "\(stopped)")
        let cause =
            absent == "proxy"
            ? "the proxy can't be used: connection refused" : "no connection to the API"
        #expect(lines[1].contains("stopped: \(cause)"), "\(stopped)")
        guard absent == "server" else { return }
        server.comeBack()
        try check(sending.sendAgain(to: server.baseURL))
    }

    @Test("A name that does not resolve is waited for")
    func name() throws {
        let sent = try sending.send(
            Self.input, to: "https://hookbatch.invalid/v1", ["--start-patience", "1s"])
        #expect(sent.exitCode == 3, "\(sent)")
        #expect(sent.result.errorOutput.contains("does not resolve); \(Self.waits)1s"), "\(sent)")
        let words = "stopped: the host name does not resolve"
        #expect(sent.result.errorOutput.contains(words), "\(sent)")
    }

    @Test("A signal ends the wait, and the run resumes", arguments: [SIGTERM, SIGINT])
    func signal(number: Int32) throws {
        let running = try sending.start(
            Self.input, to: server.baseURL, ["--start-patience", "24h"])
        #expect(running.waitForError(Self.waits))
        running.kill(number)
        let result = running.wait()
        #expect(result.exitCode == 128 + number, "\(result)")
        server.comeBack()
        try check(sending.sendAgain(to: server.baseURL))
    }

    @Test("--max-duration ends the wait")
    func maxDuration() throws {
        let sent = try sending.send(
            Self.input, to: server.baseURL, ["--start-patience", "24h", "--max-duration", "500ms"])
        #expect(sent.exitCode == 3, "\(sent)")
        #expect(sent.result.errorOutput.contains("--max-duration 500ms elapsed"), "\(sent)")
    }

    @Test("A certificate that does not verify is not waited for", .needs("nginx", "openssl"))
    func certificate() throws {
        let certificates = try Certificates()
        let tls = try TLSServer(in: server, certificates: certificates)
        let sent = try sending.send(Self.input, to: tls.baseURL, ["--start-patience", "24h"])
        tls.stop()
        withExtendedLifetime(certificates) {}
        #expect(sent.exitCode == 3, "\(sent)")
        #expect(sent.result.errorOutput.contains("certificate"), "\(sent)")
        #expect(!sent.result.errorOutput.contains(Self.waits), "\(sent)")
    }

    @Test("A 401 of a server that comes later stops the run at once")
    func unauthorized() throws {
        let strict = try LoopbackServer { _ in .answer(401) }
        strict.goDown()
        let running = try sending.start(
            Self.input, to: strict.baseURL, ["--start-patience", "24h"])
        #expect(running.waitForError(Self.waits))
        strict.comeBack()
        let result = running.wait()
        #expect(result.exitCode == 3, "\(result)")
        #expect(result.errorOutput.contains("401"), "\(result)")
        #expect(strict.requestCount == 1)
    }

    @Test("At a terminal a run stops soon without the flag", .needs("tmux"))
    func terminal() throws {
        try sending.folder.write(Self.input, to: "in.ndjson")
        let tmux = try Tmux(
            "'\(Hookbatch.binary)' send in.ndjson --to \(server.baseURL)", in: sending.folder,
            columns: 100, environment: ["HOOKSTREAM_API_KEY": Sending.apiKey])
        let (lines, isThere) = try tmux.wait { $0.contains("exit 3") }
        #expect(isThere && !lines.joined().contains(Self.waits), "\(lines)")
    }
}
