import Foundation
import TestSupport
import Testing

/// A server that answers a third of the requests with 500, and remembers the others' ids.
private struct FailingThird {
    let server: LoopbackServer
    private let answered = Monitor<Set<String>>([])

    init() throws {
        let answered = answered
        server = try LoopbackServer { request in
            guard request.number % 3 != 1 else { return .answer(500) }
            answered.update { $0.formUnion(request.values(of: "webhook-id")) }
            return .answer(200)
        }
    }

    /// The ids of the requests that were answered with 2xx.
    var successes: Set<String> { answered.read { $0 } }
}

@Suite("Deliveries that are interrupted", .ownThread) struct DeliverCrashTests {
    private static let atOnce = ["--schedule", String(repeating: "0ms,", count: 40) + "0ms"]
    /// How often the process is killed; `HOOKBATCH_KILLS` replaces it.
    private static let kills =
        ProcessInfo.processInfo.environment["HOOKBATCH_KILLS"].flatMap { Int($0) } ?? 25

    @Test("A deliver that is killed at any time is resumed, and no delivery is lost")
    func killed() throws {
        let delivering = try Delivering()
        let third = try FailingThird()
        _ = try delivering.addEndpoint(third.server.url)
        let count = 40 * Self.kills
        try delivering.send(count)
        var random = SeededGenerator.fromEnvironment()
        var killed = 0
        for _ in 0..<Self.kills {
            let program = try delivering.start(Self.atOnce + ["--report", "attempts.ndjson"])
            usleep(UInt32.random(in: 10_000...120_000, using: &random))
            program.kill(SIGKILL)
            if program.wait().exitCode != 0 { killed += 1 }
            #expect(
                try delivering.violations(successes: third.successes, at: third.server) == [],
                "\(random)")
        }
        #expect(killed > 0)
        let last = try delivering.deliverAll(Self.atOnce + ["--report", "attempts.ndjson"])
        #expect(last.exitCode == 0, "\(last), \(random)")
        #expect(third.successes.count == count)
        #expect(try delivering.deliveries("--status", "delivered").count == count)
        #expect(try delivering.violations(successes: third.successes, at: third.server) == [])
        // Each row is whole, and each message has one that was accepted.
        let rows = try Serving.objects(delivering.folder.read("attempts.ndjson"))
        #expect(rows.map { $0["line"] as? Int } == Array(1...rows.count))
        let accepted = rows.filter { $0["outcome"] as? String == "accepted" }
        #expect(Set(accepted.compactMap { $0["message_id"] as? String }).count == count)
        print("\(killed) of \(Self.kills) runs killed, \(third.server.requestCount) requests")
    }

    @Test(
        "A disk that is full stops a deliver, and it continues once there is space",
        .needsMounts("mount", "umount", "fallocate"))
    func fullDisk() throws {
        var stops = 0
        for kibibytes in [4, 40, 100] {
            let folder = try TemporaryFolder("full")
            let mount = try Mount(on: folder, ["-t", "tmpfs", "-o", "size=16m", "tmpfs"])
            let delivering = try Delivering(in: folder)
            let third = try FailingThird()
            _ = try delivering.addEndpoint(third.server.url)
            try delivering.send(400)
            let size = "\(16384 - kibibytes)KiB"
            // Without as much space as it wants, it takes all there is.
            _ = try Program.run("fallocate", ["-l", size, folder.path("ballast")])
            _ = try Program.run(
                "sh", ["-c", "cat /dev/zero >more 2>/dev/null; truncate -s -\(kibibytes)K more"],
                directory: mount.path)
            let stopped = try delivering.run(
                ["deliver", "--report", "attempts.ndjson"] + Self.atOnce)
            if stopped.exitCode == 74 {
                stops += 1
                #expect(stopped.errorOutput.contains("run the same command again"), "\(stopped)")
            }
            for name in ["ballast", "more"] {
                try? FileManager.default.removeItem(atPath: folder.path(name))
            }
            #expect(try delivering.violations(successes: third.successes, at: third.server) == [])
            let last = try delivering.deliverAll(["--report", "attempts.ndjson"] + Self.atOnce)
            #expect(last.exitCode == 0, "\(last)")
            #expect(third.successes.count == 400)
            let rows = try Serving.objects(delivering.folder.read("attempts.ndjson"))
            #expect(rows.map { $0["line"] as? Int } == Array(1...rows.count))
        }
        #expect(stops > 0)
    }

    @Test(
        "A system call on the store that fails loses no delivery",
        .needs("strace"), arguments: ["pwrite64", "fdatasync"], ["ENOSPC", "EIO"])
    func failedCall(call: String, error: String) throws {
        var failures = 0
        for number in [1, 2, 3, 5, 8, 13, 21] {
            let delivering = try Delivering()
            let third = try FailingThird()
            _ = try delivering.addEndpoint(third.server.url)
            try delivering.send(100)
            let folder = delivering.folder
            let log = folder.path("trace.log")
            let names = ["hookbatch.db", "hookbatch.db-wal"]
            let wrapper = Strace.failing(
                call, number, error: error,
                paths: names + names.map { folder.url.resolvingSymlinksInPath().path + "/" + $0 },
                log: log)
            let broken = try delivering.start(Self.atOnce, wrapper: wrapper).wait()
            let trace = try String(contentsOfFile: log, encoding: .utf8)
            guard trace.contains("INJECTED") else { continue }
            failures += 1
            #expect([0, 74].contains(broken.exitCode), "\(call) \(number) \(error): \(broken)")
            #expect(try delivering.violations(successes: third.successes, at: third.server) == [])
            let last = try delivering.deliverAll(Self.atOnce)
            #expect(last.exitCode == 0, "\(call) \(number) \(error): \(last)")
            #expect(third.successes.count == 100)
        }
        #expect(failures > 0)
    }

    @Test("A store that another process locks delays a deliver, or ends it", .needs("sqlite3"))
    func locked() throws {
        let delivering = try Delivering()
        let third = try FailingThird()
        _ = try delivering.addEndpoint(third.server.url)
        try delivering.send(10)
        let holder = try StoreHolder(delivering.folder.path("hookbatch.db"))
        let program = try delivering.start(Self.atOnce)
        // It claims nothing meanwhile, so it sends nothing.
        usleep(300_000)
        #expect(third.server.requestCount == 0)
        holder.letGo()
        #expect(program.wait().exitCode == 0)
        #expect(third.successes.count == 10)
        // SQLite waits for ten seconds.
        try delivering.send(1, from: 10)
        let long = try StoreHolder(delivering.folder.path("hookbatch.db"))
        let ended = try delivering.run(["deliver"])
        long.letGo()
        #expect(ended.exitCode == 74 && ended.errorOutput.contains("locked"), "\(ended)")
        #expect(try delivering.deliverAll(Self.atOnce).exitCode == 0)
        #expect(third.successes.count == 11)
    }
}
