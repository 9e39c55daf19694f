import Foundation
import TestSupport
import Testing

@Suite("A rate from a file", .ownThread) struct RateFileTests {
    private let server: LoopbackServer
    private let sending: Sending

    init() throws {
        server = try LoopbackServer()
        sending = try Sending()
    }

    private func start(
        _ rate: String, lines: Int, _ flags: [String] = []
    ) throws -> RunningProgram {
        try sending.folder.write(rate, to: "rate")
        return try sending.start(
            Sending.lines(lines), to: server.baseURL, ["--rate", "@rate"] + flags)
    }

    @Test("A pause ends when its file has a rate, and the bound holds in each part")
    func pause() throws {
        let running = try start("0/s\n", lines: 300)
        #expect(running.waitForError("hookbatch: paused by --rate\n"))
        #expect(server.requestCount == 0)
        try sending.folder.write("100/s\n", to: "rate")
        #expect(running.waitForError("hookbatch: the rate is 100/s\n"))
        let sent = Sent(result: running.wait(), sending: sending)
        #expect(sent.exitCode == 0, "\(sent)")
        #expect(server.requestCount == 300)
        #expect(try Starts(rows: sent.rows).excess(interval: 10, tolerance: 11) <= 0)
        #expect(try sent.waited["paused"] ?? 0 > 0)
    }

    @Test("A run is slowed down, paused and sped up without a stop")
    func changes() throws {
        let running = try start("50/s", lines: 2000)
        #expect(server.waitForRequests(1))
        try sending.folder.write("0/s", to: "rate")
        #expect(running.waitForError("paused by --rate"))
        // Replaced, as an editor or a mounted configuration does.
        try sending.folder.write("5/s, 00:00 5/s", to: "new")
        #expect(rename(sending.folder.path("new"), sending.folder.path("rate")) == 0)
        #expect(running.waitForError("the rate is 5/s"))
        try sending.folder.write("10000/s", to: "rate")
        #expect(running.waitForError("the rate is 10000/s"))
        let sent = Sent(result: running.wait(), sending: sending)
        #expect(sent.exitCode == 0, "\(sent)")
        #expect(server.requestCount == 2000)
    }

    @Test("A file that sets no rate leaves the rate, with one warning for each change")
    func problems() throws {
        let running = try start("2/s", lines: 1000, ["--quiet"])
        #expect(server.waitForRequests(1))
        let rate = sending.folder.path("rate")
        try sending.folder.write("fast\u{1B}", to: "rate")
        let first =
            "hookbatch: warning: --rate @rate: 'fast\\u{001B}' is not a rate "
            + "(example: 20/s); the rate stays as it was\n"
        #expect(running.waitForError(first))
        try FileManager.default.removeItem(atPath: rate)
        let second =
            "hookbatch: warning: --rate @rate: the file does not exist; "
            + "the rate stays as it was\n"
        #expect(running.waitForError(second))
        #expect(mkfifo(rate, 0o600) == 0)
        let third =
            "hookbatch: warning: --rate @rate: it is not a regular file; "
            + "the rate stays as it was\n"
        #expect(running.waitForError(third))
        #expect(server.requestCount < 1000)
        try FileManager.default.removeItem(atPath: rate)
        try sending.folder.write("10000/s", to: "rate")
        let sent = Sent(result: running.wait(), sending: sending)
        #expect(sent.exitCode == 0, "\(sent)")
        for warning in [first, second, third] {
            #expect(
                sent.result.errorOutput.components(separatedBy: warning).count == 2, "\(sent)")
        }
    }

    @Test("A signal or --max-duration stops a run in a pause, and a resume may have another rate")
    func stopped() throws {
        let running = try start("0/s", lines: 20)
        #expect(running.waitForError("paused by --rate"))
        running.kill(SIGTERM)
        #expect(running.wait().exitCode == 143)
        let flags = ["--rate", "@rate", "--max-duration", "300ms"]
        #expect(try sending.sendAgain(to: server.baseURL, flags).exitCode == 3)
        #expect(server.requestCount == 0)
        let sent = try sending.sendAgain(to: server.baseURL, ["--rate", "1000/s"])
        #expect(sent.exitCode == 0, "\(sent)")
        #expect(server.requestCount == 20)
    }

    @Test("A file without a rate at the start is a usage error")
    func refused() throws {
        for (text, reason) in [
            ("x", "'x' is not a rate (example: 20/s)"),
            (String(repeating: " ", count: 4097), "the file is larger than 4 KiB"),
            ("", "it contains no rate (example: 20/s)"),
        ] {
            try sending.folder.write(text, to: "rate")
            let sent = try sending.send(to: server.baseURL, ["--rate", "@rate"])
            #expect(sent.exitCode == 2)
            #expect(sent.result.errorOutput == "hookbatch: --rate @rate: \(reason)\n")
        }
        let sent = try sending.send(to: server.baseURL, ["--rate", "@none"])
        #expect(sent.exitCode == 2)
        #expect(
            sent.result.errorOutput == "hookbatch: --rate @none: the file does not exist\n")
        #expect(server.requestCount == 0)
    }
}
