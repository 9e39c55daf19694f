import Foundation
import Glibc
import TestSupport
import Testing

/// The start of a run of undelivered lines, which are compared with those of the earlier run.
@Suite("Matching many undelivered lines", .ownThread)
struct MatchingTests {
    private static let input = "in.rejected.ndjson"
    private static let lineCount = 40_000
    private let sending: Sending

    /// Leaves many invalid lines; most of them are then edited.
    init() throws {
        sending = try Sending(report: "in.report.ndjson")
        let lines = (0..<Self.lineCount).map {
            #"{"appId":"app_\#($0 % 9)","event_type":"t","payload":\#($0)}"# + "\n"
        }
        try sending.folder.write(lines.joined(), to: "in.ndjson")
        let result = try sending.program(to: "store:a.db").run()
        try #require(result.exitCode == 1, "\(result)")
        var edited = lines
        for index in lines.indices where index % 4 > 0 {
            edited[index].replace("\"t\"", with: "\"u\"")
        }
        edited.removeAll { $0.contains("\"payload\":9") }
        edited.append(edited[0])
        try sending.folder.write(edited.joined(), to: Self.input)
    }

    private func program(_ flags: [String]) -> Program {
        Program(
            Hookbatch.binary, ["send", Self.input, "--to", "store:a.db"] + flags,
            directory: sending.folder.path)
    }

    private func expectNothingBegun() throws {
        let names = try sending.folder.names()
        #expect(!names.contains { $0.contains("rejected.report") || $0.hasPrefix(".hookbatch") })
    }

    /// Starts a run, and returns once it has printed the progress of the matching at SIGUSR1.
    private func startMatching() throws -> RunningProgram {
        let running = try program([]).start()
        let end = ContinuousClock.now + .patience
        // Before it handles signals, one would end it.
        while !isHandlingSignals(running.pid), ContinuousClock.now < end { usleep(1000) }
        repeat {
            running.kill(SIGUSR1)
        } while !running.waitForError(
            "comparing with the earlier run: ", timeout: .milliseconds(10))
            && running.isRunning && ContinuousClock.now < end
        #expect(running.waitForError("comparing with the earlier run: "))
        return running
    }

    /// Whether a process blocks SIGUSR1, to read it from a descriptor.
    private func isHandlingSignals(_ pid: Int32) -> Bool {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8),
            let match = text.firstMatch(of: /SigBlk:\s*([0-9a-f]+)/),
            let mask = UInt64(match.1, radix: 16)
        else { return false }
        return mask & 1 << (UInt64(SIGUSR1) - 1) != 0
    }

    @Test(
        "SIGUSR1 prints its progress, and a stop signal ends it with its exit code",
        arguments: [SIGINT, SIGTERM])
    func signal(number: Int32) throws {
        let running = try startMatching()
        running.kill(number)
        let result = running.wait()
        #expect(result.exitCode == 128 + number, "\(result)")
        #expect(
            result.errorOutput.hasSuffix(
                "stopped before anything was sent; run the same command again to resume\n"),
            "\(result)")
        try expectNothingBegun()
    }

    @Test("It counts for --max-duration")
    func duration() throws {
        let result = try program(["--max-duration", "20ms"]).run()
        #expect(result.exitCode == 3, "\(result)")
        #expect(result.errorOutput.contains("--max-duration elapsed"), "\(result)")
        try expectNothingBegun()
    }

    @Test("After a stop the same command matches all lines")
    func again() throws {
        #expect(try program(["--max-duration", "20ms"]).run().exitCode == 3)
        #expect(try program([]).run().exitCode == 2)
        // Some lines were removed and added.
        let result = try program(["--fresh"]).run()
        #expect(result.exitCode == 1, "\(result.exitCode ?? -1)")
        let rows = try ReportRow.ndjson(sending.folder.read("in.rejected.report.ndjson"))
        let own = rows.filter { $0.file == Self.input }
        #expect(rows.count - own.count > Self.lineCount / 4)
        let lines = Set(rows.filter { $0.file == "in.ndjson" }.map(\.line))
        #expect(lines.count == rows.count - own.count)
    }
}
