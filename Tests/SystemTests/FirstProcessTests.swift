import Foundation
import Glibc
import TestSupport
import Testing

/// The program as the first process of a PID namespace, as in a container.
@Suite("The first process of a container", .ownThread)
struct FirstProcessTests {
    /// A started program, as process 1 of its own namespace.
    private struct Contained {
        let running: RunningProgram
        /// The program's process id outside the namespace.
        let pid: Int32

        init(_ program: Program) throws {
            var contained = program
            contained.arguments =
                ["--pid", "--fork", "--mount-proc", "--kill-child", program.executable]
                + program.arguments
            contained.executable = "unshare"
            running = try contained.start()
            pid = try Self.child(of: running)
        }

        /// Waits until the program, the child of unshare, handles or blocks SIGTERM.
        private static func child(of running: RunningProgram) throws -> Int32 {
            let end = ContinuousClock.now + .patience
            while ContinuousClock.now < end, running.isRunning {
                let names = try FileManager.default.contentsOfDirectory(atPath: "/proc")
                let pid = names.lazy.compactMap { Int32($0) }.first {
                    isReady($0, parent: running.pid)
                }
                if let pid { return pid }
                usleep(5000)
            }
            return try #require(nil, "no process: \(running.errorOutputSoFar)")
        }

        private static func isReady(_ pid: Int32, parent: Int32) -> Bool {
            let path = "/proc/\(pid)/status"
            guard let status = try? String(contentsOfFile: path, encoding: .utf8),
                status.hasPrefix("Name:\thookbatch\n"), status.contains("PPid:\t\(parent)\n")
            else { return false }
            return status.matches(of: /Sig(?:Blk|Cgt):\t(\w+)/).contains {
                // SIGTERM is bit 14.
                (UInt64($0.1, radix: 16) ?? 0) & (1 << 14) != 0
            }
        }
    }

    @Test("SIGTERM stops a run, which the same command resumes", .needsMounts("unshare"))
    func send() throws {
        let server = try LoopbackServer()
        let sending = try Sending()
        try sending.folder.write(Sending.lines(40), to: "in.ndjson")
        let flags = ["--rate", "10/s", "--burst", "1"]
        let contained = try Contained(sending.program(to: server.baseURL, flags))
        #expect(server.waitForRequests(3))
        kill(contained.pid, SIGTERM)
        let stopped = Sent(result: contained.running.wait(), sending: sending)
        #expect(stopped.exitCode == 143, "\(stopped)")
        #expect(stopped.hasJournal)
        #expect(server.requestCount < 40)
        let finished = try sending.sendAgain(to: server.baseURL)
        #expect(finished.exitCode == 0, "\(finished)")
        #expect(try finished.rows.count == 40)
        #expect(server.requestCount == 40)
    }

    @Test(
        "Signals end a command that does not wait for them", .needsMounts("unshare"),
        arguments: [(SIGTERM, 143), (SIGINT, 130), (SIGHUP, 129)] as [(Int32, Int32)])
    func check(signal: Int32, exitCode: Int32) throws {
        var program = Program(Hookbatch.binary, ["check", "-"])
        program.input = .open
        let contained = try Contained(program)
        kill(contained.pid, signal)
        #expect(contained.running.wait().exitCode == exitCode)
    }

    @Test("SIGTERM ends the local API", .needsMounts("unshare"))
    func serve() throws {
        let folder = try TemporaryFolder("first")
        let program = Program(
            Hookbatch.binary, ["serve", "--listen", "127.0.0.1:0"],
            directory: folder.path)
        let contained = try Contained(program)
        #expect(contained.running.waitForError("/v1\n"))
        kill(contained.pid, SIGTERM)
        #expect(contained.running.wait().exitCode == 0)
    }
}
