import Foundation
import TestSupport
import Testing
import Time

@Suite("Runs at the recorded pace", .ownThread) struct RecordedPaceTests {
    private let server: LoopbackServer
    private let sending: Sending
    private static let flags = ["--time", "/ts", "--pace", "recorded"]
    private static let start: Int64 = 1_772_366_400_000

    init() throws {
        server = try LoopbackServer()
        sending = try Sending()
    }

    /// Lines with these times in milliseconds from a start.
    private static func lines(_ times: [Int64]) -> String {
        times.enumerated().map { index, time in
            #"{"appId":"app_\#(index % 7)","event_type":"t","payload":{"n":\#(index + 1)},"#
                + #""ts":\#(start + time)}"# + "\n"
        }.joined()
    }

    /// Bursts of equal times, steady parts and silences, over two seconds.
    private static let traffic: [Int64] =
        Array(repeating: 0, count: 20) + (0..<100).map { 400 + Int64($0) * 5 }
        + Array(repeating: 1500, count: 50) + [2000]

    private func rows(_ name: String = "out.report.ndjson") throws -> [[String: Any]] {
        try sending.folder.read(name).split(separator: UInt8(ascii: "\n")).map {
            try #require(try JSONSerialization.jsonObject(with: Data($0)) as? [String: Any])
        }
    }

    private static func milliseconds(_ value: Any?) throws -> Int64 {
        let text = try #require(value as? String)
        let time = Array(text.utf8).withUnsafeBytes { RFC3339.parse($0) }
        return try #require(time).nanoseconds / 1_000_000
    }

    private func numbers() -> [Int] {
        server.requests.compactMap { request in
            request.bodyText.firstMatch(of: /"n":(\d+)/).flatMap { Int($0.1) }
        }
    }

    @Test("Each record starts at its distance from the first one, never earlier")
    func distances() throws {
        let sent = try sending.send(Self.lines(Self.traffic), to: server.baseURL, Self.flags)
        #expect(sent.exitCode == 0, "\(sent)")
        let rows = try rows()
        let scheduled = try rows.map { try Self.milliseconds($0["scheduled_at"]) }
        let started = try rows.map { try Self.milliseconds($0["started_at"]) }
        for (index, time) in Self.traffic.enumerated() {
            #expect(abs(scheduled[index] - scheduled[0] - time) <= 1)
            #expect(started[index] >= scheduled[index] - 1)
            #expect((rows[index]["lag_ms"] as? Double ?? -1) >= 0)
        }
        let arrivals = server.requests.map(\.arrivedNanoseconds)
        let last = try #require(arrivals.max())
        #expect(last - arrivals[0] >= 1_500_000_000)
        let summary =
            try JSONSerialization.jsonObject(
                with: Data(sending.folder.read("out.summary.json"))) as? [String: Any]
        let pace = try #require(summary?["pace"] as? [String: Any])
        #expect(pace["out_of_order"] as? Int == 0)
        #expect((pace["lag_ms"] as? [String: Double])?.keys.sorted() == ["max", "p50", "p99"])
    }

    @Test("The columns stand at the end of a CSV report, which converts back and forth")
    func csv() throws {
        let sending = try Sending(report: "out.report.csv")
        try sending.folder.write(
            Self.lines([0, 30]) + "{\"appId\":\"a\",\"event_type\":\"t\"}\n", to: "in.ndjson")
        let sent = try sending.sendAgain(to: server.baseURL, Self.flags)
        #expect(sent.exitCode == 1, "\(sent)")
        let report = String(decoding: try sending.folder.read("out.report.csv"), as: UTF8.self)
        let lines = report.split(separator: "\n")
        #expect(lines[0].hasSuffix(",error,detail,scheduled_at,lag_ms"))
        #expect(lines[3].contains(",invalid_time,") && lines[3].hasSuffix(",,"))
        func convert(_ name: String, to format: String, _ output: String) throws {
            let result = try Program.run(
                Hookbatch.binary, ["report", name, "--merge", output],
                directory: sending.folder.path)
            #expect(result.exitCode == 0, "\(result)")
        }
        try convert("out.report.csv", to: "ndjson", "b.ndjson")
        try convert("b.ndjson", to: "csv", "c.csv")
        #expect(try sending.folder.read("c.csv") == Array(report.utf8))
        let shown = try Program.run(
            Hookbatch.binary, ["report", "c.csv"], directory: sending.folder.path)
        #expect(shown.output.contains("\n  lag      p50 "), "\(shown)")
    }

    @Test("A sort window puts records in the order of their times; others count as out of order")
    func sortWindow() throws {
        let times: [Int64] = [0, 300, 100, 200, 400]
        let plain = try sending.send(
            Self.lines(times), to: server.baseURL, Self.flags + ["--concurrency", "1"])
        #expect(plain.exitCode == 0, "\(plain)")
        #expect(numbers() == [1, 2, 3, 4, 5])
        let again = try Sending()
        let second = try again.send(
            Self.lines(times), to: server.baseURL,
            Self.flags + ["--concurrency", "1", "--sort-window", "1s"])
        #expect(second.exitCode == 0, "\(second)")
        #expect(numbers().suffix(5) == [1, 3, 4, 2, 5])
    }

    @Test("A killed replay resumes with the first record that is not done")
    func killed() throws {
        let times = (0..<200).map { Int64($0) * 20 }
        try sending.folder.write(Self.lines(times), to: "in.ndjson")
        let running = try sending.program(to: server.baseURL, Self.flags).start()
        #expect(server.waitForRequests(60))
        running.kill(SIGKILL)
        _ = running.wait()
        let other = try sending.program(to: server.baseURL).run()
        #expect(other.exitCode == 2 && other.errorOutput.contains("--pace"), "\(other)")
        let sent = try sending.sendAgain(to: server.baseURL, Self.flags + ["--speed", "2x"])
        #expect(sent.exitCode == 0, "\(sent)")
        #expect(sent.result.errorOutput.contains("the replay resumes, "), "\(sent)")
        #expect(Set(numbers()) == Set(1...200))
        #expect(server.requestCount <= 200 + 64)
        let rows = try rows()
        #expect(rows.count == 200)
        // At twice the speed from where it resumes.
        let tail = try rows.suffix(100).map { try Self.milliseconds($0["scheduled_at"]) }
        for (index, time) in tail.enumerated() {
            #expect(abs(time - tail[0] - Int64(index) * 10) <= 1)
        }
    }

    @Test("A run of a few lines gets a recorded pace for its rest, and lines of text do not count")
    func addedPace() throws {
        let text = "server started\n" + Self.lines([0, 10]) + "panic: oops\n  at main\n"
        let lines = text + Self.lines((0..<6).map { 1000 + Int64($0) * 1000 })
        let first = try sending.send(
            lines, to: server.baseURL, ["--format", "ndjson", "--limit", "3"])
        #expect(first.exitCode == 3, "\(first)")
        #expect(
            first.result.errorOutput.contains("(3 records taken), 6 lines done"), "\(first)")
        #expect(server.requestCount == 3)
        let other = ["--format", "ndjson", "--since", "1h"] + Self.flags
        #expect(try sending.sendAgain(to: server.baseURL, other).exitCode == 2)
        let flags = ["--format", "ndjson", "--speed", "2x"] + Self.flags
        let start = ContinuousClock.now
        let rest = try sending.sendAgain(to: server.baseURL, flags)
        // Four gaps of half a second, after any delay of the first record.
        #expect(ContinuousClock.now - start >= .seconds(2))
        #expect(rest.exitCode == 1, "\(rest)")
        #expect(rest.result.errorOutput.contains("3 of 11 lines not accepted"), "\(rest)")
        #expect(server.requestCount == 8)
        // One that began with it keeps it.
        #expect(try sending.sendAgain(to: server.baseURL, flags).exitCode == 1)
        #expect(server.requestCount == 8)
    }

    @Test(
        "A replay into the store keeps the pace, over a change of the clocks too",
        arguments: [
            // In spring an hour is skipped. In autumn 02:59:59.9 is the first of two.
            (["2026-03-29 01:59:59.900", "2026-03-29 03:00:00.100"], 200),
            (["2026-10-25 02:59:59.900", "2026-10-25 03:00:00.100"], 450),
            (["2026-10-25T02:59:59.900+01:00", "2026-10-25 03:00:00.100"], 200),
        ])
    func store(times: [String], distance: Int) throws {
        let text = times.map {
            #"{"appId":"a","event_type":"t","ts":"\#($0)"}"# + "\n"
        }.joined()
        try sending.folder.write(text, to: "in.ndjson")
        let flags = ["--time-zone", "Europe/Vienna", "--max-gap", "450ms"]
        let result = try Program(
            Hookbatch.binary,
            ["send", "in.ndjson", "--to", "store:a.db", "--report", "out.report.ndjson"]
                + Self.flags + flags, directory: sending.folder.path
        ).run()
        #expect(result.exitCode == 0, "\(result)")
        let scheduled = try rows().map { try Self.milliseconds($0["scheduled_at"]) }
        #expect(abs(scheduled[1] - scheduled[0] - Int64(distance)) <= 1)
    }

    @Test("Rejected lines of a replay are sent again at once, and no variable sets its pace")
    func resend() throws {
        let text = Self.lines([0, 50]) + "{\"appId\":\"a\",\"event_type\":\"t\"}\n"
        let sent = try sending.send(text, to: server.baseURL, Self.flags)
        #expect(sent.exitCode == 1, "\(sent)")
        let again = try Program(
            Hookbatch.binary, ["send", "out.rejected.ndjson", "--to", server.baseURL],
            environment: ["HOOKSTREAM_API_KEY": Sending.apiKey], directory: sending.folder.path
        ).run()
        #expect(again.exitCode == 0, "\(again)")
        #expect(server.requestCount == 3)
        var program = sending.program(to: server.baseURL, ["--fresh"] + Self.flags.prefix(2))
        program.environment["HOOKBATCH_PACE"] = "recorded"
        let refused = try program.run()
        #expect(refused.exitCode == 2, "\(refused)")
        #expect(refused.errorOutput.contains("HOOKBATCH_PACE"), "\(refused)")
    }

    @Test(
        "Flags of a replay without it, or without times, are refused with the flag to add",
        arguments: [
            (["--speed", "2x"], "--speed needs --pace recorded; add it"),
            (["--max-gap", "2s"], "--max-gap needs --pace recorded; add it"),
            (["--catch-up", "no"], "--catch-up needs --pace recorded; add it"),
            (["--pace", "recorded"], "--pace recorded needs --time; add it"),
            (["--pace", "recorded", "--time", "/ts", "--speed", "2y"], "--speed: "),
            (["--pace", "recorded", "--time", "/ts", "--speed", "0x"], "--speed: "),
        ])
    func refused(flags: [String], message: String) throws {
        let sent = try sending.send(to: server.baseURL, flags)
        #expect(sent.exitCode == 2 && sent.result.errorOutput.contains(message), "\(sent)")
        #expect(server.requestCount == 0)
    }
}
