import Foundation
import Glibc
import TestSupport
import Testing

@Suite("Slow files before and after sending", .needs("strace"), .ownThread)
struct SlowFilesTests {
    /// Returns a run into a store that pauses at each `call` on the file `name`.
    private func program(
        _ sending: Sending, slow call: String, by microseconds: Int, on name: String,
        _ words: [String] = ["in.ndjson"]
    ) -> Program {
        var program = Program(
            Hookbatch.binary, ["send", "--report", sending.report] + words,
            directory: sending.folder.path)
        // With -D, the program remains the child and receives the signals.
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

    /// Waits for the first delayed call: signals are handled by then.
    private func waitForCall(_ sending: Sending) {
        let end = ContinuousClock.now + .patience
        while (try? sending.folder.read("calls").isEmpty) != false, ContinuousClock.now < end {
            usleep(10_000)
        }
    }

    /// Starts a run whose report takes three seconds to sync; returns during the sync.
    private func startSlowReport(
        _ sending: Sending, _ words: [String] = ["in.ndjson"], input: Program.Input = .nothing
    ) throws -> RunningProgram {
        let temporary = sending.report + ".tmp"
        var program = program(sending, slow: "fsync", by: 3_000_000, on: temporary, words)
        program.input = input
        let running = try program.start()
        // Signals are handled once the temporary report exists.
        let end = ContinuousClock.now + .patience
        while !sending.folder.contains(temporary), ContinuousClock.now < end { usleep(10_000) }
        repeat {
            running.kill(SIGUSR1)
        } while !running.waitForError("writing the report: ", timeout: .milliseconds(100))
            && ContinuousClock.now < end
        return running
    }

    private func sending() throws -> Sending {
        let sending = try Sending()
        try sending.folder.write(
            String(repeating: Sending.oneLine, count: 6000), to: "in.ndjson")
        return sending
    }

    @Test("A second signal leaves the report unfinished, and the next start completes it")
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

    @Test("The report of a stream, which can't be repeated, is completed despite signals")
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

    @Test("A report is completed after a single signal")
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
        "SIGUSR1 prints the progress of comparing an input, also within skipped records",
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
