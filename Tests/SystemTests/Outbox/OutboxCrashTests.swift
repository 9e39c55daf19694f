import Foundation
import TestSupport
import Testing

@Suite("An outbox whose processes are killed", .ownThread)
struct OutboxCrashTests {
    @Test("Two rounds never overlap, even if the first one is killed while it sends")
    func lock() throws {
        let isSlow = Monitor(true)
        let scene = try OutboxScene { request in
            isSlow.read { $0 } ? .silence : Reply.created(request)
        }
        try scene.put("a.ndjson", OutboxScene.line(1))
        let running = try scene.program().start()
        #expect(scene.server.waitForRequests(1))
        let child = try #require(OutboxScene.children(of: running.pid).first)
        let busy = try scene.round()
        #expect(busy.exitCode == 75 && busy.errorOutput == "", "\(busy)")
        #expect(!scene.folder.contains("round.prom"))
        running.kill(SIGKILL)
        #expect(running.wait().signal == SIGKILL)
        // The child has the lock.
        #expect(try scene.round().exitCode == 75)
        isSlow.update { $0 = false }
        #expect(kill(child, SIGKILL) == 0)
        // It may not have ended yet.
        let result = try scene.freeRound()
        #expect(result.exitCode == 0 && result.errorOutput == "", "\(result)")
        #expect(scene.acceptedNumbers() == [1])
        #expect(scene.server.requestsByKey.count == 1)
        #expect(try scene.files().contains("done/a.ndjson/a.ndjson"))
    }

    @Test("A killed send ends the round with exit code 3, and the next round resumes its file")
    func child() throws {
        let isSlow = Monitor(true)
        let scene = try OutboxScene { request in
            isSlow.read { $0 } ? .silence : Reply.created(request)
        }
        try scene.put("a.ndjson", OutboxScene.line(1))
        try scene.put("b.ndjson", OutboxScene.line(2))
        let running = try scene.program().start()
        #expect(scene.server.waitForRequests(1))
        let child = try #require(OutboxScene.children(of: running.pid).first)
        let journal = "outbox/sending/a.ndjson/a.ndjson.report.ndjson.journal"
        let report = try Program.run(
            Hookbatch.binary, ["report", journal], directory: scene.directory)
        #expect(report.output.contains("is running (process \(child))"), "\(report)")
        #expect(kill(child, SIGKILL) == 0)
        let killed = running.wait()
        #expect(killed.exitCode == 3 && killed.messages.count == 1, "\(killed)")
        #expect(try scene.files().contains("b.ndjson"))
        isSlow.update { $0 = false }
        let resumed = try scene.round()
        #expect(resumed.exitCode == 0 && resumed.errorOutput == "", "\(resumed)")
        #expect(scene.acceptedNumbers() == [1, 2])
        #expect(scene.server.requestsByKey.count == 2)
    }

    @Test("A send that crashes is told once and not tried again, and other files are sent")
    func crash() throws {
        let scene = try OutboxScene { request in
            request.bodyText.contains("\"n\":1}") ? .silence : Reply.created(request)
        }
        try scene.put("a.ndjson", OutboxScene.line(1))
        try scene.put("b.ndjson", OutboxScene.line(2))
        let running = try scene.program().start()
        #expect(scene.server.waitForRequests(1))
        let child = try #require(OutboxScene.children(of: running.pid).first)
        #expect(kill(child, SIGABRT) == 0)
        let crashed = running.wait()
        #expect(crashed.exitCode == 70 && crashed.messages.count == 1, "\(crashed)")
        #expect(crashed.errorOutput.contains("its send crashed (signal 6)"), "\(crashed)")
        #expect(scene.acceptedNumbers() == [2])
        let again = try scene.round()
        #expect(again.exitCode == 70 && again.errorOutput == "", "\(again)")
        #expect(scene.server.requestCount == 2)
        #expect(try scene.files().contains("sending/a.ndjson/a.ndjson.report.ndjson.journal"))
    }

    @Test(
        "A signal to the round is passed on to its send, and ends the round",
        arguments: [(SIGTERM, 143), (SIGINT, 130), (SIGHUP, 129)] as [(Int32, Int32)])
    func signal(number: Int32, code: Int32) throws {
        let scene = try OutboxScene { _ in .silence }
        try scene.put("a.ndjson", OutboxScene.line(1))
        try scene.put("b.ndjson", OutboxScene.line(2))
        let running = try scene.program(["--grace", "0s"]).start()
        #expect(scene.server.waitForRequests(1))
        running.kill(number)
        let stopped = running.wait()
        #expect(stopped.exitCode == code && stopped.messages.count == 1, "\(stopped)")
        #expect(try scene.metric("hookbatch_run_exit_code") == Double(code))
        #expect(try scene.files().contains("b.ndjson"))
        #expect(try scene.files().contains("sending/a.ndjson/a.ndjson.report.ndjson.journal"))
    }

    /// The system calls of a round that change files.
    private static let calls = [
        "mkdir", "rename", "renameat2", "pwrite64", "fdatasync", "fsync", "unlink", "vfork",
        "clone3", "wait4", "write",
    ]

    @Test(
        "A round killed at any of its system calls is completed by the next one",
        .needs("strace"))
    func everyCall() throws {
        var kills = 0
        for call in Self.calls {
            for number in 1...100 {
                let scene = try OutboxScene()
                try scene.put("a.ndjson", OutboxScene.line(1))
                try scene.put("b.ndjson", OutboxScene.line(2) + "{\n")
                let broken = try scene.round(killedAt: call, number: number)
                let isKilled = broken.signal == SIGKILL
                if isKilled { kills += 1 }
                let next = try scene.freeRound()
                let place: Comment = "\(call) \(number): \(broken); \(next)"
                let told = (broken.messages + next.messages).count { $0.contains("'b.ndjson'") }
                // It is told before that is recorded, so that no message is lost.
                #expect(told == 1 || isKilled && told == 2, place)
                let isTold = isKilled && !broken.messages.isEmpty
                #expect(broken.exitCode == 1 || next.exitCode == 1 || isTold, place)
                #expect(scene.acceptedNumbers() == [1, 2], place)
                #expect(scene.server.requestsByKey.count == 2, place)
                let files = try scene.files()
                #expect(files.contains("done/a.ndjson/a.ndjson"), place)
                #expect(files.contains("failed/b.ndjson/b.ndjson.rejected.ndjson"), place)
                #expect(
                    files.contains("failed/b.ndjson/b.ndjson.rejected.ndjson.origins"), place)
                #expect(files.count == 8, place)
                let last = try scene.round()
                #expect(last.exitCode == 0 && last.errorOutput == "", "\(call) \(number): \(last)")
                guard isKilled else { break }
            }
        }
        print("\(kills) kills")
        #expect(kills >= 25)
    }

    @Test("A torn last row of the ledger is removed, and a damaged row before others is refused")
    func ledger() throws {
        let scene = try OutboxScene()
        try scene.put("a.ndjson", OutboxScene.line(1))
        #expect(try scene.round().exitCode == 0)
        let name = "outbox/.hookbatch-outbox.ndjson"
        let whole = try scene.folder.text(name)
        try scene.folder.write(whole + "{\"time\":\"20", to: name)
        #expect(try scene.round().exitCode == 0)
        #expect(try scene.folder.text(name) == whole)
        try scene.folder.write(whole.replacing("\"a.ndjson\"", with: "\"b.ndjson\""), to: name)
        try scene.put("a.ndjson", OutboxScene.line(1))
        let damaged = try scene.round()
        #expect(damaged.exitCode == 2, "\(damaged)")
        #expect(damaged.errorOutput.contains("is damaged at line 1"), "\(damaged)")
        #expect(scene.server.requestCount == 1)
    }

    @Test(
        "A full disk ends each round and is told once, and is resumed once there is space",
        .needsMounts("mount", "umount", "fallocate"), arguments: [0, 16, 64, 300])
    func fullDisk(kibibytesFree: Int) throws {
        let disk = try TemporaryFolder("full")
        let mount = try Mount(on: disk, ["-t", "tmpfs", "-o", "size=16m", "tmpfs"])
        let scene = try OutboxScene(directory: mount.path)
        try scene.put("0.ndjson", OutboxScene.line(0))
        #expect(try scene.round().exitCode == 0)
        try scene.put("a.ndjson", OutboxScene.lines(1...3000))
        try scene.put("b.ndjson", OutboxScene.line(3001))
        // A separate program makes the ballast, whose descriptor no other child inherits.
        let free = try #require(
            FileManager.default.attributesOfFileSystem(forPath: mount.path)[.systemFreeSize] as? Int
        )
        try Program.run(
            "fallocate",
            ["-l", String(max(4096, free - kibibytesFree << 10)), mount.path + "/ballast"])
        var messages = 0
        for _ in 1...3 {
            let result = try scene.round()
            #expect(result.exitCode == 74, "\(result)")
            messages += result.messages.count { $0.contains("ndjson'") }
            #expect(!result.errorOutput.contains("--fresh"))
            #expect(try scene.files().contains("b.ndjson"), "\(result)")
        }
        #expect(messages == 1)
        try FileManager.default.removeItem(atPath: mount.path + "/ballast")
        let resumed = try scene.round()
        #expect(resumed.exitCode == 0 && resumed.errorOutput == "", "\(resumed)")
        #expect(scene.acceptedNumbers() == Array(0...3001))
    }
}
