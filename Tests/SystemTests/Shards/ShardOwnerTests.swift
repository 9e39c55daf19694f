import Foundation
import TestSupport
import Testing

/// Two processes of one shard: the first one is frozen, and its lock is lost.
///
/// The lock is lost as a file system between machines loses it: the journal's path has another file.
/// Another boot id stands for another machine.
@Suite("A shard with two processes", .sideBySide) struct ShardOwnerTests {
    private static let report = ShardScene.report(1, of: 1)
    private static let summary = "job.shard-01-of-01.summary.json"
    private static let elsewhere = ["HOOKBATCH_TEST_BOOT_ID": "another-machine"]

    private static func scene(
        _ count: Int, _ flags: [String] = [], delay: Duration = .milliseconds(5)
    ) throws -> ShardScene {
        let lines = (1...count).map { number in
            #"{"appId":"app_\#(number % 23)","event_type":"t","payload":{"n":\#(number)}}"# + "\n"
        }
        var scene = try ShardScene(["in.ndjson": Array(lines.joined().utf8)]) { request in
            .delay(delay, .created(request))
        }
        scene.flags = ["--concurrency", "4"] + flags
        return scene
    }

    private func loseLock(_ scene: ShardScene) throws {
        let journal = scene.folder.path(Self.report + ".journal")
        try FileManager.default.copyItem(atPath: journal, toPath: journal + ".copy")
        try #require(rename(journal + ".copy", journal) == 0)
    }

    /// Starts a shard and freezes it after some requests.
    private func frozen(
        _ scene: ShardScene, after count: Int, environment: [String: String] = [:]
    ) throws -> RunningProgram {
        let before = scene.server.requestCount
        let running = try scene.shard("1/1", environment: environment).start()
        try #require(scene.server.waitForRequests(before + count))
        running.kill(SIGSTOP)
        // Requests that it has sent before may still arrive.
        var count = -1
        while count != scene.server.requestCount {
            count = scene.server.requestCount
            usleep(300_000)
        }
        return running
    }

    /// Checks that each line has a row, and says so if it was accepted twice.
    private func audit(_ scene: ShardScene, lines: Int) throws {
        let rows = try ReportRow.ndjson(scene.folder.read(Self.report))
        #expect(rows.map(\.line) == Array(1...lines))
        let acceptances = scene.server.acceptances
        for row in rows {
            let found = acceptances.first { $0.key.hasSuffix("-1-\(row.line)") }?.value ?? 0
            if row.outcome == "accepted" {
                #expect(found >= 1, "line \(row.line)")
            } else {
                #expect(row.outcome == "unknown", "line \(row.line)")
            }
            #expect(found < 2 || row.possibleDuplicate, "line \(row.line): \(found)")
        }
    }

    @Test("A frozen process that was taken over sends and writes nothing more, and exits with 75")
    func takenOver() throws {
        let scene = try Self.scene(3000)
        let first = try frozen(scene, after: 100)
        try loseLock(scene)
        let second = try frozen(scene, after: 100, environment: Self.elsewhere)
        // The time itself is tested: after two seconds a process asks whether it was taken over.
        Thread.sleep(forTimeInterval: 2.5)
        let sent = scene.server.requestCount
        first.kill(SIGCONT)
        let lost = first.wait()
        // Both were frozen with at most this many requests on their way.
        #expect(scene.server.requestCount <= sent + 8)
        #expect(lost.exitCode == 75, "\(lost)")
        #expect(lost.errorOutput.contains("has taken over this shard"), "\(lost)")
        #expect(!scene.folder.contains(Self.summary))
        second.kill(SIGCONT)
        let result = second.wait()
        #expect(result.exitCode == 0, "\(result)")
        #expect(result.errorOutput.contains("possible duplicates"))
        try audit(scene, lines: 3000)
    }

    @Test("A process that was taken over within a moment stops before its next lease")
    func nextLease() throws {
        let scene = try Self.scene(5000, delay: .milliseconds(2))
        let first = try frozen(scene, after: 100)
        try loseLock(scene)
        // It is alive, and the second one can't know.
        first.kill(SIGCONT)
        let second = try scene.shard("1/1", environment: Self.elsewhere).run()
        #expect(second.exitCode == 0, "\(second)")
        let lost = first.wait()
        #expect(lost.exitCode == 75, "\(lost)")
        try audit(scene, lines: 5000)
    }

    @Test("At most once, no line is sent by both processes of a shard")
    func atMostOnce() throws {
        let scene = try Self.scene(2500, ["--delivery", "at-most-once"])
        let first = try frozen(scene, after: 100)
        try loseLock(scene)
        let second = try scene.shard("1/1", environment: Self.elsewhere).run()
        #expect(second.exitCode == 4, "\(second)")
        first.kill(SIGCONT)
        #expect(first.wait().exitCode == 75)
        #expect(scene.server.acceptances.values.allSatisfy { $0 == 1 })
        try audit(scene, lines: 2500)
    }

    @Test(
        "After a copy has replaced the journal, what the process before sent in its lease is not lost",
        arguments: ["at-least-once", "at-most-once"])
    func copied(delivery: String) throws {
        let scene = try Self.scene(3000, ["--delivery", delivery])
        let first = try frozen(scene, after: 100)
        try loseLock(scene)
        // It sends more of its lease, and its rows are in the old file alone.
        first.kill(SIGCONT)
        let lost = first.wait()
        #expect(lost.exitCode == 75, "\(lost)")
        let sent = scene.server.requestCount
        let second = try scene.shard("1/1").run()
        #expect(second.errorOutput.contains("; the journal is a copy"), "\(second)")
        try audit(scene, lines: 3000)
        if delivery == "at-most-once" {
            #expect(scene.server.acceptances.values.allSatisfy { $0 == 1 })
        }
        #expect(sent < 3000, "the first process would have sent everything")
    }

    @Test("A process that was taken over publishes no report, though its lines are all sent")
    func published() throws {
        let scene = try Self.scene(4, delay: .milliseconds(700))
        let first = try frozen(scene, after: 4)
        try loseLock(scene)
        let second = try scene.shard("1/1", environment: Self.elsewhere).run()
        #expect(second.exitCode == 0, "\(second)")
        let files = try [Self.report, Self.summary].map { try scene.folder.read($0) }
        first.kill(SIGCONT)
        let lost = first.wait()
        #expect(lost.exitCode == 75, "\(lost)")
        #expect(lost.errorOutput.contains("has finished this shard"), "\(lost)")
        #expect(try [Self.report, Self.summary].map { try scene.folder.read($0) } == files)
        #expect(!scene.folder.contains(Self.report + ".journal"))
        try audit(scene, lines: 4)
    }

    @Test("A process that finds a live owner of its machine without a lock sends nothing")
    func alive() throws {
        let scene = try Self.scene(200)
        let first = try frozen(scene, after: 20)
        try loseLock(scene)
        let sent = scene.server.requestCount
        let second = try scene.shard("1/1").run()
        #expect(second.exitCode == 75, "\(second)")
        #expect(second.errorOutput.contains("another process is working on this run"))
        #expect(scene.server.requestCount == sent)
        let shown = try scene.program(["report", "--shards", "job.shards.json"]).run()
        let host = try Program.run("uname", ["-n"]).output.trimmingCharacters(in: .newlines)
        let words = shown.output.split { $0 == " " || $0 == "\n" }.map(String.init)
        #expect(words.contains(host), "\(shown.output)")
        first.kill(SIGKILL)
        _ = first.wait()
        let last = try scene.shard("1/1").run()
        #expect(last.exitCode == 0, "\(last)")
        try audit(scene, lines: 200)
    }

    @Test(
        "A process whose journal is written by another one, or removed, stops",
        arguments: [false, true])
    func touched(isRemoved: Bool) throws {
        let scene = try Self.scene(3000)
        let first = try frozen(scene, after: 50)
        let journal = scene.folder.path(Self.report + ".journal")
        if isRemoved {
            try FileManager.default.removeItem(atPath: journal)
        } else {
            let handle = try #require(FileHandle(forWritingAtPath: journal))
            try handle.seekToEnd()
            let row = #"{"kind":"owner","host":"node-9","process_start":1,"attempt":null"#
            try handle.write(
                contentsOf: Data((row + ",\"crc\":\"\(JournalChecksum.of(row.utf8))\"}\n").utf8))
        }
        first.kill(SIGCONT)
        let lost = first.wait()
        #expect(lost.exitCode == 75, "\(lost)")
        #expect(lost.errorOutput.contains(isRemoved ? "was removed" : "on node-9"), "\(lost)")
        #expect(!scene.folder.contains(Self.summary) && !scene.folder.contains(Self.report))
    }

    @Test("Shards that are stopped and continued at random lose and double nothing")
    func stopped() throws {
        let scene = try Self.scene(400, delay: .milliseconds(10))
        var generator = SeededGenerator.fromEnvironment()
        let running = try (1...4).map { try scene.shard("\($0)/4").start() }
        for _ in 0..<3 {
            let signal = [SIGTSTP, SIGSTOP].randomElement(using: &generator) ?? SIGSTOP
            let process = running.randomElement(using: &generator) ?? running[0]
            _ = scene.server.waitForRequests(
                scene.server.requestCount + Int.random(in: 1...20, using: &generator),
                timeout: .seconds(1))
            process.kill(signal)
            // The time itself is tested: a frozen process for a second.
            Thread.sleep(forTimeInterval: 1)
            process.kill(SIGCONT)
        }
        for process in running {
            let result = process.wait()
            #expect(result.exitCode == 0, "\(result), \(generator)")
        }
        let rows = try scene.rows(of: 4)
        #expect(rows.map(\.line).sorted() == Array(1...400))
        #expect(rows.allSatisfy { $0.outcome == "accepted" && !$0.possibleDuplicate })
        #expect(scene.server.requestCount == 400)
    }
}
