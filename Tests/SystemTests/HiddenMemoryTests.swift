import Foundation
import Glibc
import TestSupport
import Testing

/// The program as another user than root, for whom the kernel makes a difference.
@Suite("A process that holds the API key", .sideBySide, .needs("setpriv"))
struct HiddenMemoryTests {
    /// Runs as this user. Root's files in /proc belong to root anyway.
    private static let user: uid_t = geteuid() == 0 ? 65534 : geteuid()

    private let folder: TemporaryFolder
    private let server: LoopbackServer

    init() throws {
        folder = try TemporaryFolder("hidden")
        server = try LoopbackServer()
        try folder.write("a-key-0123456789\n", to: "key")
        try folder.write(Sending.oneLine, to: "in.ndjson")
        // The program's own folder may be root's alone.
        let copied = try Program.run("cp", [Hookbatch.binary, folder.path("program")])
        try #require(copied.exitCode == 0, "\(copied)")
        try #require(chmod(folder.path, 0o777) == 0)
        try #require(chmod(folder.path("program"), 0o755) == 0)
        try #require(chmod(folder.path("key"), 0o644) == 0)
        try #require(chmod(folder.path("in.ndjson"), 0o644) == 0)
    }

    private func program(_ words: [String], key: String?) -> Program {
        let command = [
            "setpriv", "--reuid=\(Self.user)", "--regid=\(Self.user)", "--clear-groups",
        ]
        let all = geteuid() == 0 ? command + words : words
        return Program(
            all[0], Array(all.dropFirst()),
            environment: key.map { ["HOOKSTREAM_API_KEY": $0] } ?? [:],
            directory: folder.path)
    }

    /// The owner of the process's environment in /proc: root if its memory is hidden.
    private func owner(of running: RunningProgram) -> uid_t? {
        var facts = stat()
        return stat("/proc/\(running.pid)/environ", &facts) == 0 ? facts.st_uid : nil
    }

    @Test(
        "Its memory and environment are hidden from other processes of its user",
        arguments: [nil, "a-key-0123456789"])
    func hidden(key: String?) throws {
        let source = key == nil ? ["--api-key-file", "key"] : []
        var program = program(
            [folder.path("program"), "send", "-", "--to", server.baseURL, "--format", "ndjson"]
                + ["--report", "out.ndjson"] + source, key: key)
        program.input = .open
        let running = try program.start()
        running.write(Sending.oneLine.utf8)
        #expect(server.waitForRequests(1))
        #expect(owner(of: running) == 0)
        running.closeInput()
        let result = running.wait()
        #expect(result.exitCode == 0, "\(result)")
    }

    @Test("The memory of a process without a key is not hidden")
    func notHidden() throws {
        var program = program(
            [folder.path("program"), "send", "-", "--to", "store:messages.db"]
                + ["--format", "ndjson", "--report", "out.ndjson"], key: nil)
        program.input = .open
        let running = try program.start()
        running.write(Sending.oneLine.utf8)
        while running.isRunning, !folder.contains("out.ndjson.journal") { usleep(5000) }
        #expect(owner(of: running) == Self.user)
        running.closeInput()
        let result = running.wait()
        #expect(result.exitCode == 0, "\(result)")
    }

    @Test(
        "It opens its own descriptors by their names",
        arguments: ["/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"])
    func ownDescriptors(name: String) throws {
        // A pipe that the user made: one of root's could not be opened again.
        let script =
            "cat in.ndjson | ./program send \(name) --to \(server.baseURL) --format ndjson "
            + "--report out.ndjson --api-key-file /dev/fd/3 3< key"
        let result = try program(["sh", "-c", script], key: nil).run()
        try #require(result.exitCode == 0, "\(result)")
        #expect(server.requests.first?.values(of: "Authorization") == ["Bearer a-key-0123456789"])
    }
}
