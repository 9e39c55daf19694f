import TestSupport
import Testing

@Suite("A run that waits for an answer", .needs("strace"), .ownThread)
struct WakeTests {
    /// How often the program waits while one answer takes a second.
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

    @Test("is not woken for nobody")
    func none() throws {
        #expect(try waits([]) < 10)
    }

    @Test("is woken when there is something to show, and not more often")
    func lines() throws {
        let count = try waits(["--progress", "plain", "--progress-every", "100ms"])
        #expect(count >= 5 && count <= 20, "\(count)")
    }
}
