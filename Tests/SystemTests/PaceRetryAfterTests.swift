import TestSupport
import Testing

/// The first response of a server, which decides how long the retry has to wait.
private struct Refusal: Sendable, CustomTestStringConvertible {
    var status = 429
    var headers: [(String, String)]

    var testDescription: String { "\(status) \(headers.map { "\($0.0): \($0.1)" })" }

    static let ofTwoSeconds = [
        Refusal(headers: [("Retry-After", "2")]),
        Refusal(status: 503, headers: [("Retry-After", "2")]),
        // The server's clock is far off, which must not matter.
        Refusal(headers: [
            ("Date", "Tue, 15 Nov 1994 08:12:31 GMT"),
            ("Retry-After", "Tue, 15 Nov 1994 08:12:33 GMT"),
        ]),
        Refusal(headers: [
            ("Retry-After", "Tue, 15 Nov 2033 08:12:33 GMT"),
            ("Date", "Tue, 15 Nov 2033 08:12:31 GMT"),
        ]),
    ]

    static let ofNothing = [
        "soon", "-1", "2.5", "2s", "", "0x10", "0", "Tue, 15 Nov 1994 08:12:33 GMT",
    ].map { Refusal(headers: [("Retry-After", $0)]) }
}

@Suite("Retry-After is obeyed", .ownThread) struct PaceRetryAfterTests {
    /// Sends one line for each refusal and returns the seconds from the refusal to the retry.
    private func waits(after refusals: [Refusal]) throws -> [Double] {
        let runs = try refusals.map { refusal in
            let server = try LoopbackServer { request in
                request.number == 0
                    ? .answer(refusal.status, headers: refusal.headers) : .created(request)
            }
            let sending = try Sending()
            let running = try sending.start(Sending.oneLine, to: server.baseURL)
            return (server, sending, running)
        }
        return try runs.map { server, sending, running in
            let sent = Sent(result: running.wait(), sending: sending)
            #expect(sent.exitCode == 0, "\(sent)")
            #expect(try sent.row.attempts == 2)
            #expect(try !sent.row.possibleDuplicate)
            let requests = server.requests
            try #require(requests.count == 2)
            return Double(requests[1].arrivedNanoseconds - requests[0].arrivedNanoseconds) / 1e9
        }
    }

    @Test("A Retry-After of two seconds is obeyed, as a number or relative to the response's Date")
    func obeyed() throws {
        for (wait, refusal) in zip(try waits(after: Refusal.ofTwoSeconds), Refusal.ofTwoSeconds) {
            #expect(wait >= 2, "\(refusal)")
            // Far less than the maximum of five minutes; a busy machine is late by less.
            #expect(wait < 12, "\(refusal)")
        }
    }

    @Test("A Retry-After without a valid wait leaves the retry to the backoff")
    func unreadable() throws {
        for (wait, refusal) in zip(try waits(after: Refusal.ofNothing), Refusal.ofNothing) {
            // The first backoff is a quarter of a second at most; the rest is for a busy machine.
            #expect(wait < 1.9, "\(refusal)")
        }
    }

    @Test("A Retry-After above --max-retry-after stops the run, which can be resumed")
    func tooLong() throws {
        let server = try LoopbackServer { request in
            request.number == 3
                ? .answer(429, headers: [("Retry-After", "1000000000")]) : .created(request)
        }
        let sending = try Sending()
        let stopped = try sending.send(
            Sending.lines(10), to: server.baseURL, ["--concurrency", "1"])
        #expect(stopped.exitCode == 3, "\(stopped)")
        #expect(stopped.result.errorOutput.contains("Retry-After is 277777h46m40s"), "\(stopped)")
        #expect(stopped.hasJournal && !stopped.hasReport)
        #expect(server.requestCount == 4)
        let finished = try sending.sendAgain(to: server.baseURL, ["--concurrency", "1"])
        #expect(finished.exitCode == 0, "\(finished)")
        #expect(try finished.rows.map(\.attempts) == [1, 1, 1, 2, 1, 1, 1, 1, 1, 1])
        #expect(server.acceptances.values.allSatisfy { $0 == 1 })
        #expect(server.acceptances.count == 10)
    }

    @Test("Retry-After to one application does not hold up another")
    func oneApplication() throws {
        let server = try LoopbackServer { request in
            request.number == 0
                ? .answer(429, headers: [("Retry-After", "2")]) : .created(request)
        }
        let sent = try Sending().send(
            Sending.lines(20, applications: ["slow", "fast"]), to: server.baseURL,
            ["--concurrency", "1"])
        #expect(sent.exitCode == 0, "\(sent)")
        let order = server.requests.map(\.appID)
        #expect(
            order == ["slow"] + Array(repeating: "fast", count: 10)
                + Array(repeating: "slow", count: 10))
        #expect(try sent.waited["retry_after"] ?? 0 > 500, "\(sent)")
    }

    @Test("Retry-After to two applications at the same time holds up all")
    func twoApplications() throws {
        let server = try LoopbackServer { request in
            request.number < 2
                ? .answer(429, headers: [("Retry-After", "1")]) : .created(request)
        }
        let sent = try Sending().send(
            Sending.lines(30, applications: ["a", "b", "c"]), to: server.baseURL,
            ["--concurrency", "1"])
        #expect(sent.exitCode == 0, "\(sent)")
        let times = server.requests.map(\.arrivedNanoseconds)
        #expect(times[2] - times[1] >= 1_000_000_000)
        #expect(try sent.waited["retry_after"] ?? 0 > 500, "\(sent)")
    }
}
