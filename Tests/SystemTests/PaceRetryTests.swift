import Foundation
import TestSupport
import Testing

/// A server's response to every attempt of a line, the flags, and the line's outcome.
private struct RetryCase: Sendable, CustomTestStringConvertible {
    var status: Int
    var headers: [(String, String)] = []
    var flags: [String]
    var outcome: String
    var attempts: Int

    var testDescription: String { "\(status) with \(flags.joined(separator: " ")): \(outcome)" }

    static let all = [
        // Refusals are retried by their status code.
        Self(status: 429, flags: ["--retries", "0"], outcome: "failed", attempts: 1),
        Self(status: 429, flags: ["--retries", "2"], outcome: "failed", attempts: 3),
        Self(
            status: 429, flags: ["--retries", "2", "--retry-on", "503"], outcome: "rejected",
            attempts: 1),
        Self(
            status: 404, flags: ["--retries", "2", "--retry-on", "404"], outcome: "failed",
            attempts: 3),
        Self(
            status: 409, flags: ["--retries", "2", "--retry-on", "4xx"], outcome: "failed",
            attempts: 3),
        Self(
            status: 503, headers: [("Retry-After", "0")],
            flags: ["--retries", "2", "--retry-on", "429"], outcome: "rejected", attempts: 1),
        // Uncertain attempts are retried under at-least-once, for any --retry-on.
        Self(status: 500, flags: ["--retries", "0"], outcome: "unknown", attempts: 1),
        Self(status: 500, flags: ["--retries", "2"], outcome: "unknown", attempts: 3),
        Self(
            status: 500, flags: ["--retries", "2", "--retry-on", "429"], outcome: "unknown",
            attempts: 3),
        Self(
            status: 503, flags: ["--retries", "2", "--retry-on", "429"], outcome: "unknown",
            attempts: 3),
        Self(
            status: 500,
            flags: ["--retries", "2", "--retry-on", "500", "--delivery", "at-most-once"],
            outcome: "unknown", attempts: 1),
    ]
}

@Suite("Attempts that are retried", .ownThread) struct PaceRetryTests {
    @Test("The flags decide whether a line is retried", arguments: RetryCase.all)
    fileprivate func retried(_ tried: RetryCase) throws {
        let server = try LoopbackServer { request in
            request.appID == "good"
                ? .created(request) : .answer(tried.status, headers: tried.headers)
        }
        let input =
            #"{"appId":"good","event_type":"t"}"# + "\n" + #"{"appId":"bad","event_type":"t"}"#
            + "\n"
        let sent = try Sending().send(
            input, to: server.baseURL, ["--concurrency", "1"] + tried.flags)
        let rows = try sent.rows
        try #require(rows.count == 2, "\(sent)")
        #expect(rows[1].outcome == tried.outcome)
        #expect(rows[1].attempts == tried.attempts)
        #expect(rows[1].status == tried.status)
        #expect(rows[1].possibleDuplicate == (tried.outcome == "unknown" && tried.attempts > 1))
        let counts = try #require(try sent.summary["counts"] as? [String: Int])
        #expect(counts["retries"] == tried.attempts - 1)
        let pace = try sent.pace
        #expect(pace["attempts"] as? Int == tried.attempts + 1)
        let latency = try #require(pace["latency_ms"] as? [String: Double])
        #expect(try #require(latency["p50"]) <= (latency["max"] ?? 0))
        if tried.attempts > 1 {
            #expect(try (sent.waited["backoff"] ?? 0) + (sent.waited["retry_after"] ?? 0) > 0)
        }
    }

    @Test("Failures beyond the retry budget slow the retries down and lose no line")
    func budget() throws {
        let server = try LoopbackServer { $0.number < 60 ? .answer(408) : .created($0) }
        let sent = try Sending().send(
            Sending.lines(60), to: server.baseURL, ["--concurrency", "10"])
        #expect(sent.exitCode == 0, "\(sent)")
        #expect(try sent.rows.allSatisfy { $0.outcome == "accepted" && !$0.possibleDuplicate })
        #expect(server.requestCount == 120)
        // The budget starts with 50 retries; each acceptance adds a tenth of one, each second one.
        let seconds = Starts(server.requests).length / 1000
        #expect(60 <= 50 + 60 / 10 + seconds + 0.5, "\(sent)")
        #expect(!sent.result.errorOutput.contains("warning"), "\(sent)")
    }

    @Test("A run that waits for its retry budget warns once, also without a terminal")
    func slowRetries() throws {
        let server = try LoopbackServer { $0.number < 72 ? .answer(408) : .created($0) }
        let sent = try Sending().send(
            Sending.lines(72), to: server.baseURL, ["--concurrency", "10", "--quiet"])
        #expect(sent.exitCode == 0, "\(sent)")
        let output = sent.result.errorOutput
        #expect(output.contains("the server fails often (last: http_408)"), "\(sent)")
        #expect(output.split(separator: "the rest of the run is slow").count == 2, "\(sent)")
    }

    @Test("A server that does not respond any more is told once, with what follows, unless quiet")
    func outage() throws {
        let server = try LoopbackServer { .created($0) }
        let sending = try Sending()
        try sending.folder.write(Sending.lines(2000), to: "in.ndjson")
        let running = try sending.program(
            to: server.baseURL, ["--rate", "50/s", "--outage-patience", "12s"]
        ).start()
        #expect(server.waitForAcceptances(20))
        server.goDown()
        let stopped = running.wait()
        #expect(stopped.exitCode == 3, "\(stopped)")
        let parts = stopped.errorOutput.components(
            separatedBy: "the API does not respond (last: ")
        #expect(parts.count == 2, "\(stopped)")
        #expect(
            stopped.errorOutput.contains(
                "no line is lost: the run continues when it responds again, and stops after 12s without a "
                    + "response (--outage-patience)"), "\(stopped)")
    }
}
