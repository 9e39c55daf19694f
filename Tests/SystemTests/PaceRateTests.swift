import TestSupport
import Testing

@Suite("A rate is kept", .ownThread) struct PaceRateTests {
    /// The lateness that the pacer may recover, and a millisecond of rounding in rows.
    private static let tolerance = 11.0

    /// Sends at `rate` for about `seconds` and returns the starts in the rows and at the server.
    private func send(rate: Int, seconds: Int) throws -> (rows: Starts, server: Starts) {
        let server = try LoopbackServer()
        let sending = try Sending()
        let count = rate * seconds
        let running = try sending.start(
            Sending.lines(count, applications: ["a", "b", "c"]), to: server.baseURL,
            ["--rate", "\(rate)/s"])
        let sent = Sent(result: running.wait(), sending: sending)
        let rows = try sent.rows
        #expect(rows.count == count, "\(sent)")
        #expect(rows.allSatisfy { $0.outcome == "accepted" && $0.attempts == 1 })
        #expect(server.requestCount == count)
        return (try Starts(rows: rows), Starts(server.requests))
    }

    @Test("No window has more starts than the rate allows", arguments: [10, 100, 1000])
    func bound(rate: Int) throws {
        let rows = try send(rate: rate, seconds: 2).rows
        let interval = 1000 / Double(rate)
        #expect(rows.excess(interval: interval, tolerance: Self.tolerance) <= 0)
    }

    @Test(
        "Requests arrive at the rate, to 1 % or one request",
        .enabled(if: LongRuns.areWanted, "HOOKBATCH_LONG=1"), arguments: [10, 100, 1000, 10_000])
    func achieved(rate: Int) throws {
        let (rows, server) = try send(rate: rate, seconds: 8)
        let interval = 1000 / Double(rate)
        let ideal = Double(rows.times.count - 1) * interval
        print(
            "\(rate)/s: \(rows.perSecond) started, \(server.perSecond) arrived, "
                + "\(rows.lost(interval: interval, tolerance: Self.tolerance)) ms lost by late turns"
        )
        #expect(rows.excess(interval: interval, tolerance: Self.tolerance) <= 0)
        #expect(abs(rows.length - ideal) <= max(ideal / 100, interval))
        #expect(abs(server.length - ideal) <= max(ideal / 100, interval))
    }

    @Test("Retries count against the rate")
    func retries() throws {
        // The first attempt of every third line fails.
        let failed = Monitor<Set<Int>>([])
        let server = try LoopbackServer { request in
            let line = request.line ?? 0
            let isFirst = line % 3 == 1 && failed.update { $0.insert(line).inserted }
            return isFirst ? .answer(500) : .created(request)
        }
        let sent = try Sending().send(
            Sending.lines(60), to: server.baseURL, ["--rate", "60/s"])
        #expect(sent.exitCode == 0, "\(sent)")
        #expect(server.requestCount == 80)
        // The starts by the program's own clock: a busy server notices requests late, and closer
        // together than they left.
        #expect(try sent.pace["attempts"] as? Int == server.requestCount)
        #expect(try #require(sent.pace["attempts_per_second"] as? Double) < 61)
        #expect(try sent.waited["rate"] ?? 0 > 0)
    }

    @Test("A burst starts at once, and the remaining lines at the rate")
    func burst() throws {
        let server = try LoopbackServer()
        let sent = try Sending().send(
            Sending.lines(60), to: server.baseURL, ["--rate", "20/s", "--burst", "40"])
        let starts = try Starts(rows: sent.rows)
        #expect(starts.times[39] - starts.times[0] < 1500)
        #expect(starts.excess(interval: 50, tolerance: 39 * 50 + 1) <= 0)
        #expect(starts.length >= 20 * 50 - 1)
    }

    @Test("A quarter of a ramp's messages start in its first half")
    func ramp() throws {
        let server = try LoopbackServer()
        let sent = try Sending().send(
            Sending.lines(300), to: server.baseURL, ["--rate", "200/s", "--ramp", "2s"])
        let starts = try Starts(rows: sent.rows)
        let summary = try sent.summary
        let began = try #require(Starts.milliseconds(summary["started_at"] as? String))
        // 200/s · t² / (2 · 2 s) is 50 at one second, and 200 at two.
        #expect(starts.times.count { $0 < began + 1000 } <= 54)
        #expect(starts.times.count { $0 < began + 2000 } <= 204)
        #expect(starts.excess(interval: 5, tolerance: Self.tolerance) <= 0)
    }
}
