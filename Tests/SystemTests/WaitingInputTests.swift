import Foundation
import Glibc
import TestSupport
import Testing

/// Inputs that have not begun, and a run that must stop nevertheless.
@Suite("A run that waits for its input", .ownThread) struct WaitingInputTests {
    private func start(
        _ input: String, _ flags: [String] = [], isOpen: Bool = false
    ) throws -> (RunningProgram, Sending) {
        let sending = try Sending()
        if input != "-" { try #require(mkfifo(sending.folder.path(input), 0o600) == 0) }
        var program = sending.program([input], to: "http://127.0.0.1:9/v1", flags)
        if isOpen { program.input = .open }
        return (try program.start(), sending)
    }

    /// Waits until the program has blocked its signals.
    private func waitUntilReady(_ running: RunningProgram) throws {
        let end = ContinuousClock.now + .patience
        while ContinuousClock.now < end {
            let status = try String(
                contentsOfFile: "/proc/\(running.pid)/status", encoding: .utf8)
            // SIGTERM is bit 14.
            let blocked = status.firstMatch(of: /SigBlk:\t(\w+)/).flatMap {
                UInt64($0.1, radix: 16)
            }
            if let blocked, blocked & (1 << 14) != 0 { return }
            usleep(5000)
        }
        Issue.record("the program does not block signals")
    }

    @Test(
        "A FIFO without a writer does not delay a signal",
        arguments: [(SIGTERM, 143), (SIGINT, 130)] as [(Int32, Int32)], ["f.ndjson", "f", "f.csv"])
    func fifo(_ signal: (number: Int32, exitCode: Int32), name: String) throws {
        let (running, sending) = try start(name)
        try waitUntilReady(running)
        running.kill(signal.number)
        let result = running.wait()
        #expect(result.exitCode == signal.exitCode, "\(result)")
        #expect(!sending.folder.contains(sending.report))
    }

    @Test("A pipe without a byte does not delay a signal", arguments: [SIGTERM, SIGINT, SIGHUP])
    func pipe(signal: Int32) throws {
        let (running, sending) = try start("-", isOpen: true)
        defer { withExtendedLifetime(sending) {} }
        try waitUntilReady(running)
        running.kill(signal)
        let result = running.wait()
        #expect(result.exitCode == 128 + signal, "\(result)")
    }

    @Test(
        "--max-duration ends a run whose input does not begin", arguments: ["f.ndjson", "f", "-"])
    func maxDuration(name: String) throws {
        let (running, sending) = try start(name, ["--max-duration", "200ms"], isOpen: true)
        // The folder lasts as long as this.
        defer { withExtendedLifetime(sending) {} }
        let result = running.wait()
        #expect(result.exitCode == 3, "\(result)")
        #expect(result.errorOutput.contains("--max-duration"), "\(result)")
    }

    @Test("SIGUSR1 is answered before the input begins")
    func status() throws {
        let (running, sending) = try start("-", isOpen: true)
        defer { withExtendedLifetime(sending) {} }
        try waitUntilReady(running)
        running.kill(SIGUSR1)
        #expect(running.waitForError("0 lines"))
        running.kill(SIGTERM)
        #expect(running.wait().exitCode == 143)
    }

    @Test("A FIFO is read once its writer comes", arguments: ["f.ndjson", "f"])
    func lateWriter(name: String) throws {
        let server = try LoopbackServer()
        let sending = try Sending()
        let path = sending.folder.path(name)
        try #require(mkfifo(path, 0o600) == 0)
        let running = try sending.program([name], to: server.baseURL).start()
        try waitUntilReady(running)
        let writer = try #require(FileHandle(forWritingAtPath: path))
        try writer.write(contentsOf: Data((Sending.oneLine + Sending.oneLine).utf8))
        #expect(server.waitForAcceptances(2))
        try writer.close()
        #expect(running.wait().exitCode == 0)
        let checked = Program(
            "sh", ["-c", #"cat in >f2 & exec "$0" check f2"#, Hookbatch.binary],
            directory: sending.folder.path)
        try sending.folder.write(Sending.oneLine, to: "in")
        try #require(mkfifo(sending.folder.path("f2"), 0o600) == 0)
        let result = try checked.run()
        #expect(result.output.contains("1 record"), "\(result) \(result.output)")
    }

    @Test("A run whose last messages are not read is ended by a signal")
    func unreadMessages() throws {
        let sending = try Sending()
        try sending.folder.write(Sending.oneLine, to: "in.ndjson")
        let reader = try StalledReader(sending)
        // The pipe is open until the run has ended.
        defer { withExtendedLifetime(reader) {} }
        let running = try reader.start()
        let end = ContinuousClock.now + .patience
        while !sending.folder.contains("out.summary.json"), ContinuousClock.now < end {
            usleep(10_000)
        }
        while running.isRunning, ContinuousClock.now < end {
            running.kill(SIGTERM)
            usleep(10_000)
        }
        let result = running.wait()
        #expect(result.signal == SIGTERM || result.exitCode == 0, "\(result)")
        #expect(!result.timedOut)
        #expect(try ReportRow.ndjson(sending.folder.read(sending.report)).count == 1)
    }
}
