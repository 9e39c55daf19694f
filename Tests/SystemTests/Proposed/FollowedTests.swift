import Foundation
import TestSupport
import Testing

/// Messages of runs that can't begin or continue, each followed to the letter.
@Suite("Messages that are followed to the letter", .sideBySide)
struct FollowedTests {
    @Test(
        "Who does what the message of a failed connection says completes the run",
        .needs("nginx", "openssl"), arguments: Trap.ofConnections)
    func connections(trap: Trap) throws { try check(trap) }

    @Test("Who does what the message about a file says completes the run", arguments: Trap.ofFiles)
    func files(trap: Trap) throws { try check(trap) }

    @Test(
        "Who does what the message about a store says completes the run",
        arguments: Trap.ofStores)
    func stores(trap: Trap) throws { try check(trap, isStore: true) }

    @Test(
        "Who makes a read-only file system writable, as the message says, completes the run",
        .needsMounts("mount", "umount"))
    func readOnly() throws {
        let disk = try TemporaryFolder("disk")
        let mount = try Mount(on: disk, ["-t", "tmpfs", "-o", "size=16m", "tmpfs"])
        let scene = try TrapScene()
        let command = TrapScene.command(
            ["in.ndjson", "--to", scene.server.baseURL, "--report", mount.path + "/r.ndjson"])
        let stopped = try scene.run(command + " --limit 5")
        #expect(stopped.exitCode == 3, "\(stopped)")
        try Program.run("mount", ["-o", "remount,ro", mount.path])
        let refused = try scene.run(command)
        #expect(refused.exitCode == 74, "\(refused)")
        #expect(refused.errorOutput.contains("Read-only file system; mount it"), "\(refused)")
        try Program.run("mount", ["-o", "remount,rw", mount.path])
        let resumed = try scene.run(command)
        #expect(resumed.exitCode == 0, "\(resumed)")
        #expect(scene.server.acceptances.count == TrapScene.count)
    }

    private func check(_ trap: Trap, isStore: Bool = false) throws {
        let scene = try TrapScene()
        let first = TrapScene.command(try trap.set(scene))
        var result = try scene.run(first)
        #expect(result.exitCode == trap.exitCode, "\(result)")
        for part in trap.words { #expect(result.errorOutput.contains(part), "\(result)") }
        let proposed = ProposedRun.command(in: result.errorOutput)
        // The message of a run that did not begin is about the command that was typed.
        #expect((proposed != nil) == result.errorOutput.contains("stopped: "), "\(result)")
        var command = try trap.follow(scene, proposed ?? first)
        for _ in 0..<30 {
            result = try scene.run(command)
            guard result.exitCode != 0 else { break }
            command = ProposedRun.command(in: result.errorOutput) ?? command
        }
        #expect(result.exitCode == 0, "\(result)")
        let rows = try ReportRow.ndjson(scene.folder.read(scene.sending.report))
        #expect(rows.count == TrapScene.count)
        #expect(rows.allSatisfy { $0.outcome == "accepted" })
        if !isStore { #expect(Self.lines(scene.server).count == TrapScene.count) }
    }

    /// The numbers of the lines that the server accepted.
    private static func lines(_ server: LoopbackServer) -> Set<Substring> {
        Set(
            server.requests.compactMap { request in
                request.bodyText.firstMatch(of: /"n":([0-9]+)/).map { $0.1 }
            })
    }
}
