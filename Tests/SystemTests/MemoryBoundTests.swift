import Foundation
import TestSupport
import Testing

@Suite("What is held of records at once", .sideBySide)
struct MemoryBoundTests {
    @Test("is bounded by all their bytes where they can't be read again")
    func ignoredMembers() throws {
        // What is sent of a line is small; what must be kept of it is not.
        let ignored = String(repeating: "x", count: 100_000)
        let line = #"{"appId":"a","event_type":"t","ignored":"\#(ignored)"}"# + "\n"
        let server = try LoopbackServer { _ in .silence }
        let folder = try TemporaryFolder()
        let running = try Program(
            Hookbatch.binary,
            [
                "send", "-", "--to", server.baseURL, "--report", "out.ndjson",
                "--max-in-flight-bytes", "128KiB", "--grace", "0s",
            ],
            environment: ["HOOKSTREAM_API_KEY": "k"], directory: folder.path,
            input: .text(String(repeating: line, count: 20))
        ).start()
        #expect(server.waitForRequests(1))
        // Were there room for a second one, it would not wait for the first.
        #expect(!server.waitForRequests(2, timeout: .milliseconds(300)))
        running.kill(15)
        #expect(running.wait().exitCode == 143)
    }

    @Test(
        "is bounded where a small payload stands in a long line",
        .enabled(if: Hookbatch.canBeMeasured, "memory is not measured here"))
    func longLines() throws {
        // The line is larger than what is kept without a copy; its payload is not.
        let ignored = String(repeating: "x", count: 3 << 20)
        let line =
            #"{"appId":"a","event_type":"t","payload":{"n":1},"ignored":"\#(ignored)"}"# + "\n"
        let server = try LoopbackServer { _ in .silence }
        let sending = try Sending()
        try sending.folder.write(String(repeating: line, count: 24), to: "in.ndjson")
        let running = try sending.program(to: server.baseURL, ["--grace", "0s"]).start()
        #expect(server.waitForRequests(24))
        let status = try String(contentsOfFile: "/proc/\(running.pid)/status", encoding: .utf8)
        let held = try #require(Int(status.firstMatch(of: /VmRSS:\s+(\d+) kB/)?.1 ?? ""))
        // Kept with their lines they would be 72 MiB.
        #expect(held < 60 << 10, "\(held) KiB")
        running.kill(15)
        #expect(running.wait().exitCode == 143)
    }
}
