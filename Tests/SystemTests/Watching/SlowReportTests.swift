import Foundation
import Glibc
import TestSupport
import Testing

@Suite("A report that takes long", .needs("strace"), .ownThread)
struct SlowReportTests {
    /// A run whose report is written with long pauses, once it is at it.
    private func start(_ sending: Sending, _ flags: [String] = []) throws -> RunningProgram {
        var program = Program(
            Hookbatch.binary, ["send", "in.ndjson", "--report", sending.report] + flags,
            directory: sending.folder.path)
        // -D: the program stays the child, and gets the signals.
        program.arguments =
            [
                "-D", "-f", "-o", "/dev/null", "-P",
                sending.folder.path(sending.report + ".tmp"), "-e", "trace=write", "-e",
                "inject=write:delay_enter=300000", program.executable,
            ] + program.arguments
        program.executable = "strace"
        program.environment["ASAN_OPTIONS"] = "detect_leaks=0"
        let running = try program.start()
        let end = ContinuousClock.now + .seconds(30)
        while !sending.folder.contains(sending.report + ".tmp"), ContinuousClock.now < end {
            usleep(10_000)
        }
        return running
    }

    private func sending() throws -> Sending {
        let sending = try Sending()
        try sending.folder.write(
            String(repeating: Sending.oneLine, count: 6000), to: "in.ndjson")
        return sending
    }

    @Test("is left for the next time at the second signal, and completed then")
    func twoSignals() throws {
        let sending = try sending()
        let program = try start(sending)
        program.kill(SIGUSR1)
        #expect(program.waitForError("writing the report: "))
        program.kill(SIGINT)
        #expect(program.waitForError("once more"))
        program.kill(SIGTERM)
        let result = program.wait()
        #expect(result.exitCode == 143, "\(result)")
        #expect(result.errorOutput.contains("run it again to complete it"), "\(result)")
        #expect(!sending.folder.contains(sending.report))
        let again = try Program.run(
            Hookbatch.binary, ["send", "in.ndjson", "--report", sending.report],
            directory: sending.folder.path)
        #expect(again.exitCode == 0, "\(again)")
        #expect(try ReportRow.ndjson(sending.folder.read(sending.report)).count == 6000)
        #expect(try !sending.folder.names().contains { $0.hasSuffix(".tmp") })
    }

    @Test("is written to its end at one signal")
    func oneSignal() throws {
        let sending = try sending()
        let program = try start(sending)
        program.kill(SIGINT)
        #expect(program.waitForError("once more"))
        let result = program.wait()
        #expect(result.exitCode == 0, "\(result)")
        #expect(try ReportRow.ndjson(sending.folder.read(sending.report)).count == 6000)
    }
}
