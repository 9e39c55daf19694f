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
}
