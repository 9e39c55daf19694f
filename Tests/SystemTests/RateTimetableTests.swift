import Foundation
import TestSupport
import Testing

@Suite("A rate that follows the clock", .ownThread) struct RateTimetableTests {
    /// A zone with 14 hours between it and UTC, without a database of zones.
    private static let zone = "XYZ-14"

    /// Returns the time of day at a time in seconds since 1970, UTC.
    private func time(at now: Int) -> String {
        func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
        return "\(two(now / 3600 % 24)):\(two(now / 60 % 60)):\(two(now % 60))"
    }

    /// Returns the time of day some seconds from now, in a zone `offset` seconds east of UTC.
    private func time(in seconds: Int, offset: Int = 0) -> String {
        time(at: Int(Date().timeIntervalSince1970) + seconds + offset)
    }

    @Test("The time zone is that of --time-zone, else that of TZ")
    func zones() throws {
        let offset = 14 * 3600
        for isFlag in [true, false] {
            let server = try LoopbackServer()
            let sending = try Sending()
            try sending.folder.write(Sending.lines(5), to: "in.ndjson")
            // In UTC it would be a pause of 13 hours.
            let rate =
                "\(time(in: -3600, offset: offset)) 1000/s, \(time(in: 3600, offset: offset)) 0/s"
            var program = sending.program(
                to: server.baseURL,
                ["--rate", rate] + (isFlag ? ["--time-zone", Self.zone] : []))
            program.environment["TZ"] = isFlag ? "UTC0" : Self.zone
            let result = try program.run()
            #expect(result.exitCode == 0, "\(result)")
            #expect(server.requestCount == 5)

            program.arguments = ["check", "in.ndjson", "--rate", rate]
            program.environment["TZ"] = "UTC0"
            let plan = try program.run()
            #expect(plan.output.contains("Rate by local time (UTC, now "), "\(plan)")
            #expect(plan.output.contains("  pause\n"))
            #expect(
                plan.output.contains("in 12 h 59 min at --rate.")
                    || plan.output.contains("in 13 h 0 min at --rate."))
        }
    }

    @Test("A time zone that does not exist is a usage error")
    func noZone() throws {
        let sent = try Sending().send(to: "store:s.db", ["--time-zone", "Mars/Olympus"])
        #expect(sent.exitCode == 2)
        #expect(sent.result.errorOutput.contains("this system has no time zone 'Mars/Olympus'"))
    }

    @Test("A pause ends at its time, which the progress shows")
    func pause() throws {
        let server = try LoopbackServer()
        let end = time(in: 6)
        let sending = try Sending()
        let running = try sending.start(
            Sending.lines(10), to: server.baseURL,
            [
                "--rate", "\(end) 1000/s, \(time(in: -60)) 0/s", "--time-zone", "UTC",
                "--progress", "plain", "--progress-every", "200ms",
            ])
        let short = end.hasSuffix(":00") ? String(end.dropLast(3)) : end
        #expect(running.waitForError("hookbatch: paused by --rate until \(short)\n"))
        #expect(running.waitForError("0 in flight, paused by --rate until \(short)"))
        #expect(running.waitForError("hookbatch: the rate is 1000/s until "))
        let sent = Sent(result: running.wait(), sending: sending)
        #expect(sent.exitCode == 0, "\(sent)")
        for row in try sent.rows {
            let start = try #require(row.startedAt)
            // 2026-11-23T18:17:36.123Z
            #expect(start.dropFirst(11).prefix(8) >= end || end < "00:01", "\(start)")
        }
    }

    @Test(
        "Three switches within a minute give each part its rate, to 1 % or one request",
        .enabled(if: LongRuns.areWanted, "HOOKBATCH_LONG=1"))
    func switches() throws {
        let server = try LoopbackServer()
        let sending = try Sending()
        let rates = [20.0, 200, 0, 50]
        let length = 12
        let begin = Int(Date().timeIntervalSince1970) + 3
        // A pause until then, and after the last part a rate that ends the test soon.
        let parts =
            [(begin - 60, 0)] + rates.enumerated().map { (begin + $0 * length, Int($1)) }
            + [(begin + rates.count * length, 10_000)]
        let table = parts.map { "\(time(at: $0)) \($1)/s" }.joined(separator: ", ")
        let running = try sending.start(
            Sending.lines(5000), to: server.baseURL, ["--rate", table, "--time-zone", "UTC"])
        let sent = Sent(result: running.wait(timeout: .seconds(180)), sending: sending)
        #expect(sent.exitCode == 0, "\(sent)")
        // The server's clock is monotonic; both are read together here.
        let wall = Date().timeIntervalSince1970 * 1000
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        let monotonic = Double(now.tv_sec) * 1000 + Double(now.tv_nsec) / 1e6
        let arrivals = server.requests.map {
            Double($0.arrivedNanoseconds) / 1e6 + wall - monotonic
        }
        for (index, rate) in rates.enumerated() {
            let from = Double(begin + index * length) * 1000
            let count = arrivals.count { $0 >= from && $0 < from + Double(length) * 1000 }
            let ideal = rate * Double(length)
            print("\(Int(rate))/s: \(count) requests in \(length) s, \(Int(ideal)) expected")
            #expect(abs(Double(count) - ideal) <= max(ideal / 100, 1))
        }
    }
}
