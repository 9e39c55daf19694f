import TestSupport
import Testing

@Suite("Waiting for a response", .needs("strace"), .ownThread)
struct WakeTests {
    /// Counts the waits of the program while one response takes a second.
    private func waits(_ flags: [String]) throws -> Int {
        let server = try LoopbackServer { .delay(.seconds(1), .created($0)) }
        let sending = try Sending()
        try sending.folder.write(Sending.oneLine, to: "in.ndjson")
        var program = sending.program(to: server.baseURL, flags)
        program.arguments =
            [
                "-f", "-o", sending.folder.path("calls"), "-e",
                "trace=epoll_wait,epoll_pwait,epoll_pwait2", program.executable,
            ] + program.arguments
        program.executable = "strace"
        program.environment["ASAN_OPTIONS"] = "detect_leaks=0"
        let result = try program.run()
        #expect(result.exitCode == 0, "\(result)")
        return try sending.folder.text("calls").split(separator: "\n")
            .count { $0.contains("epoll_") && !$0.contains("resumed>") }
    }

    @Test("A run that waits for a response without progress output is rarely woken")
    func none() throws {
        #expect(try waits([]) < 10)
    }

    @Test("A run that waits for a response is woken to print progress, and not more often")
    func lines() throws {
        let count = try waits(["--progress", "plain", "--progress-every", "100ms"])
        #expect(count >= 5 && count <= 20, "\(count)")
    }
}
