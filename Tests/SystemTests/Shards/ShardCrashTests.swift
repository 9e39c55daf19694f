import Foundation
import TestSupport
import Testing

@Suite("Killed shards and their limits", .sideBySide) struct ShardCrashTests {
    private static func lines(_ count: Int) -> [UInt8] {
        Array(
            (1...count).map { number in
                #"{"appId":"app_\#(number % 23)","event_type":"t","payload":{"n":\#(number)}}"#
                    + "\n"
            }.joined().utf8)
    }

    /// The number of kills, unless `HOOKBATCH_CRASH_RUNS` sets another one.
    private static let kills =
        ProcessInfo.processInfo.environment["HOOKBATCH_CRASH_RUNS"].flatMap { Int($0) } ?? 12

    @Test("After random kills of four shards, each line is accepted, and has one row in the merge")
    func kills() throws {
        let folder = try TemporaryFolder("shards")
        let server = try LoopbackServer { .delay(.milliseconds(4), .created($0)) }
        // More than are sent until the last kill.
        let count = max(600, Self.kills * 40)
        try folder.write(Self.lines(count), to: "in.ndjson")
        func shard(_ number: Int) -> Program {
            Program(
                Hookbatch.binary,
                [
                    "send", "--to", server.baseURL, "--report", "job.report.ndjson", "--shard",
                    "\(number)/4", "--concurrency", "3", "in.ndjson",
                ],
                environment: ["HOOKSTREAM_API_KEY": Sending.apiKey], directory: folder.path)
        }
        var generator = SeededGenerator.fromEnvironment()
        var kills = 0
        var rounds = 0
        while kills < Self.kills, rounds < Self.kills {
            rounds += 1
            let running = try (1...4).map { try shard($0).start() }
            for process in running.shuffled(using: &generator) {
                let more = Int.random(in: 1...12, using: &generator)
                // All may have ended.
                _ = server.waitForRequests(
                    server.requestCount + more, timeout: .milliseconds(500))
                process.kill(SIGKILL)
                if process.wait().signal == SIGKILL { kills += 1 }
            }
        }
        print("\(kills) kills of four shards with \(count) lines")
        #expect(kills * 2 >= Self.kills, "\(kills) kills")
        for number in 1...4 {
            let result = try shard(number).run()
            #expect(result.exitCode == 0, "\(result)")
        }
        let merged = try Program.run(
            Hookbatch.binary,
            ["report", "--shards", "job.shards.json", "--merge", "all.report.ndjson"],
            directory: folder.path)
        #expect(merged.exitCode == 0, "\(merged)")
        let rows = try ReportRow.ndjson(folder.read("all.report.ndjson"))
        #expect(rows.map(\.line) == Array(1...count))
        #expect(rows.allSatisfy { $0.outcome == "accepted" })
        // A line has one key in all processes, so that a server can drop its repetitions.
        #expect(server.acceptances.count == count)
        for (key, count) in server.acceptances where count > 1 {
            let line = try #require(key.split(separator: "-").last.flatMap { Int($0) })
            #expect(rows[line - 1].possibleDuplicate, "line \(line) was accepted \(count) times")
        }
    }

    @Test("The shards that run at once keep the job's rate in every window", arguments: [3, 2])
    func rate(atOnce: Int) throws {
        let folder = try TemporaryFolder("shards")
        let server = try LoopbackServer()
        try folder.write(Self.lines(90), to: "in.ndjson")
        let running = try (1...atOnce).map { number in
            try Program(
                Hookbatch.binary,
                [
                    "send", "--to", server.baseURL, "--shard", "\(number)/3", "--rate", "120/s",
                    "--shards-at-once", "\(atOnce)", "in.ndjson",
                ],
                environment: ["HOOKSTREAM_API_KEY": Sending.apiKey], directory: folder.path
            ).start()
        }
        for process in running { #expect(process.wait().exitCode == 0) }
        let format = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        let starts = try (1...atOnce).flatMap { number in
            try ReportRow.ndjson(
                folder.read("in.shard-0\(number)-of-03.report.ndjson")
            ).compactMap { try $0.startedAt.map { try Date($0, strategy: format) } }
        }.map(\.timeIntervalSince1970).sorted()
        #expect(starts.count > 20)
        for first in starts.indices {
            for last in first..<starts.count {
                // The guide's bound; the times are truncated to milliseconds.
                let window = starts[last] - starts[first] + 0.001
                let bound = Double(atOnce) + (window + 0.01) * 120
                #expect(Double(last - first + 1) <= bound)
            }
        }
    }

    @Test("Shards keep the job's rate while one of them stops and starts again")
    func restarted() throws {
        let folder = try TemporaryFolder("shards")
        let server = try LoopbackServer()
        try folder.write(Self.lines(120), to: "in.ndjson")
        func shard(_ number: Int) -> Program {
            Program(
                Hookbatch.binary,
                [
                    "send", "--to", server.baseURL, "--shard", "\(number)/3", "--rate", "100/s",
                    "--shards-at-once", "2", "in.ndjson",
                ],
                environment: ["HOOKSTREAM_API_KEY": Sending.apiKey], directory: folder.path)
        }
        // Two at once: the first one is restarted, the third one follows it.
        let second = try shard(2).start()
        let first = try shard(1).start()
        #expect(server.waitForRequests(20))
        first.kill(SIGTERM)
        let stopped = first.wait()
        let restarts = stopped.exitCode == 143 || stopped.signal == SIGTERM ? 1 : 0
        #expect(restarts == 1 || stopped.exitCode == 0, "\(stopped)")
        for number in [1, 3] { #expect(try shard(number).run().exitCode == 0) }
        #expect(second.wait().exitCode == 0)
        let format = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        var starts: [String: Double] = [:]
        for number in 1...3 {
            for row in try ReportRow.ndjson(
                folder.read("in.shard-0\(number)-of-03.report.ndjson"))
            {
                starts["\(row.line)"] = try row.startedAt.map {
                    try Date($0, strategy: format).timeIntervalSince1970
                }
            }
        }
        // A drained process records each request, and none arrives before its start.
        #expect(server.requestCount == 120 && starts.count == 120)
        // Both are of the monotonic clock.
        let offset = Date().timeIntervalSince1970 - ProcessInfo.processInfo.systemUptime
        for request in server.requests {
            let line = try #require(request.idempotencyKey?.split(separator: "-").last)
            let arrived = Double(request.arrivedNanoseconds) / 1e9 + offset
            #expect(try #require(starts[String(line)]) <= arrived + 0.005)
        }
        let times = starts.values.sorted()
        for first in times.indices {
            for last in first..<times.count {
                // The guide's bound; a process that follows another one is a restart too.
                let window = times[last] - times[first] + 0.001
                let bound = Double(2 + restarts + 1) + (window + 0.01) * 100
                #expect(Double(last - first + 1) <= bound)
            }
        }
    }

    @Test("A second process of a shard sends nothing and exits with 75")
    func second() throws {
        let folder = try TemporaryFolder("shards")
        let server = try LoopbackServer { .delay(.seconds(2), .created($0)) }
        try folder.write(Self.lines(20), to: "in.ndjson")
        let program = Program(
            Hookbatch.binary, ["send", "--to", server.baseURL, "--shard", "1/1", "in.ndjson"],
            environment: ["HOOKSTREAM_API_KEY": Sending.apiKey], directory: folder.path)
        let first = try program.start()
        #expect(server.waitForRequests(20))
        let second = try program.run()
        #expect(second.exitCode == 75, "\(second)")
        #expect(second.errorOutput.contains("another process is working on this run"))
        #expect(first.wait().exitCode == 0)
        #expect(server.requestCount == 20)
    }
}
