import Foundation
import Glibc
import TestSupport
import Testing

@Suite("What takes long before and after sending", .needs("strace"), .ownThread)
struct SlowFilesTests {
    /// A run into a store, with a pause at each call of that name on the file at `name`.
    private func program(
        _ sending: Sending, slow call: String, by microseconds: Int, on name: String,
        _ words: [String] = ["in.ndjson"]
    ) -> Program {
        var program = Program(
            Hookbatch.binary, ["send", "--report", sending.report] + words,
            directory: sending.folder.path)
        // -D: the program stays the child, and gets the signals.
        program.arguments =
            [
                "-D", "-f", "-o", sending.folder.path("calls"), "-P", sending.folder.path(name),
                "-e", "trace=\(call)", "-e", "inject=\(call):delay_enter=\(microseconds)",
                program.executable,
            ] + program.arguments
        program.executable = "strace"
        program.environment["ASAN_OPTIONS"] = "detect_leaks=0"
        return program
    }

    /// Waits until a call was made slow: signals are heard by then.
    private func waitForCall(_ sending: Sending) {
        let end = ContinuousClock.now + .seconds(30)
        while (try? sending.folder.read("calls").isEmpty) != false, ContinuousClock.now < end {
            usleep(10_000)
        }
    }

    /// A run whose report takes three seconds to be synced, once it is at it.
    private func startSlowReport(
        _ sending: Sending, _ words: [String] = ["in.ndjson"], input: Program.Input = .nothing
    ) throws -> RunningProgram {
        let temporary = sending.report + ".tmp"
        var program = program(sending, slow: "fsync", by: 3_000_000, on: temporary, words)
        program.input = input
        let running = try program.start()
        // Signals are heard by the time there is a report.
        for _ in 0..<3000 where !sending.folder.contains(temporary) { usleep(10_000) }
        for _ in 0..<300 {
            running.kill(SIGUSR1)
            let timeout = Duration.milliseconds(100)
            if running.waitForError("writing the report: ", timeout: timeout) { break }
        }
        return running
    }

    private func sending() throws -> Sending {
        let sending = try Sending()
        try sending.folder.write(
            String(repeating: Sending.oneLine, count: 6000), to: "in.ndjson")
        return sending
    }

    @Test("a report is left for the next time at the second signal, and completed then")
    func twoSignals() throws {
        let sending = try sending()
        let program = try startSlowReport(sending)
        #expect(program.waitForError("writing the report: "))
        program.kill(SIGINT)
        #expect(program.waitForError("signal again"))
        program.kill(SIGTERM)
        let result = program.wait()
        #expect(result.exitCode == 143, "\(result)")
        #expect(result.errorOutput.contains("again to complete it"), "\(result)")
        #expect(!sending.folder.contains(sending.report))
        let again = try Program.run(
            Hookbatch.binary, ["send", "in.ndjson", "--report", sending.report],
            directory: sending.folder.path)
        #expect(again.exitCode == 0, "\(again)")
        #expect(try ReportRow.ndjson(sending.folder.read(sending.report)).count == 6000)
        #expect(try !sending.folder.names().contains { $0.hasSuffix(".tmp") })
    }

    @Test("a report of a stream, which can't be repeated, is written to its end at any signal")
    func stream() throws {
        let sending = try Sending()
        let input = String(repeating: Sending.oneLine, count: 6000)
        let running = try startSlowReport(sending, ["-"], input: .text(input))
        running.kill(SIGINT)
        #expect(running.waitForError("is always completed"))
        running.kill(SIGTERM)
        let result = running.wait()
        #expect(result.exitCode == 0, "\(result)")
        #expect(!result.errorOutput.contains("signal again"), "\(result)")
        #expect(try ReportRow.ndjson(sending.folder.read(sending.report)).count == 6000)
    }

    @Test("a report is written to its end at one signal")
    func oneSignal() throws {
        let sending = try sending()
        let program = try startSlowReport(sending)
        program.kill(SIGINT)
        #expect(program.waitForError("signal again"))
        let result = program.wait()
        #expect(result.exitCode == 0, "\(result)")
        #expect(try ReportRow.ndjson(sending.folder.read(sending.report)).count == 6000)
    }

    @Test(
        "SIGUSR1 is answered while an earlier run is compared, and within what that has skipped",
        arguments: [
            (["--limit", "5000"], ["in.ndjson"], "20%, 1,024 of"),
            (["--limit", "500"], ["--skip", "5000", "in.ndjson"], "0%, 0 of"),
        ])
    func comparing(limit: [String], words: [String], place: String) throws {
        let sending = try sending()
        let stopped = try Program.run(
            Hookbatch.binary, ["send", "--report", sending.report] + limit + words,
            directory: sending.folder.path)
        #expect(stopped.exitCode == 3, "\(stopped)")
        let running = try program(sending, slow: "pread64", by: 300_000, on: "in.ndjson", words)
            .start()
        waitForCall(sending)
        running.kill(SIGUSR1)
        let result = running.wait()
        #expect(result.exitCode == 0, "\(result)")
        #expect(
            result.errorOutput.hasPrefix(
                "hookbatch: comparing with the earlier run: " + place),
            "\(result)")
    }
}
