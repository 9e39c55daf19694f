import Foundation
import TestSupport
import Testing

@Suite("A key that is replaced during a run", .sideBySide)
struct KeyRotationTests {
    private static let old = "old-7Zq9Xw4LkP2v"
    private static let new = "new-and-longer-B8mT3cYd"

    /// Accepts a request with the valid key; others get a 401 that repeats their key.
    private static func reply(_ request: Request, valid: String) -> Reply {
        let given = request.values(of: "Authorization").first ?? ""
        return given == "Bearer \(valid)"
            ? .created(request) : .answer(401, body: "{\"error\":\"bad \(given)\"}")
    }

    private func sending(_ key: String = Self.old) throws -> Sending {
        var sending = try Sending()
        sending.key = nil
        let path = try sending.folder.write(key + "\n", to: "key")
        try #require(chmod(path, 0o600) == 0)
        return sending
    }

    private func expectNoKey(_ result: ProgramResult, _ sending: Sending) throws {
        for key in [Self.old, Self.new] {
            #expect(!(result.output + result.errorOutput).contains(key))
            for file in try sending.folder.files() where !file.hasSuffix("/key") && file != "key" {
                let text = String(decoding: try sending.folder.read(file), as: UTF8.self)
                #expect(!text.contains(key), "a key is in \(file)")
            }
        }
    }

    @Test(
        "A run whose key is turned off in the middle continues with the key that its source has then",
        arguments: [["--api-key-file", "key"], ["--api-key-command", "cat key"]])
    func rotated(flags: [String]) throws {
        let sending = try sending()
        let path = sending.folder.path("key")
        let valid = Monitor(Self.old)
        let server = try LoopbackServer { request in
            if request.number == 5000 {
                try? (Self.new + "\n").write(toFile: path, atomically: true, encoding: .utf8)
                valid.update { $0 = Self.new }
            }
            return Self.reply(request, valid: valid.read { $0 })
        }
        let count = 10_000
        // One payload is too large to be copied into its request.
        let large = Sending.oneLine.replacing(
            "1}", with: "\"\(String(repeating: "x", count: 90_000))\"}")
        try sending.folder.write(
            String(repeating: Sending.oneLine, count: 4990) + String(repeating: large, count: 20)
                + String(repeating: Sending.oneLine, count: count - 5010), to: "in.ndjson")
        let sent = try sending.sendAgain(to: server.baseURL, flags)
        #expect(sent.exitCode == 0, "\(sent)")
        let auditor = Auditor([.init(file: "in.ndjson", count: count)])
        #expect(auditor.violations(rows: try sent.rows, server: server) == [])
        #expect(server.acceptances.count == count)
        #expect(server.acceptances.values.allSatisfy { $0 == 1 })
        #expect(
            sent.result.errorOutput.contains(
                "the API rejected the key (401); \(flags[0]) has another one: sending resumes"),
            "\(sent)")
        try expectNoKey(sent.result, sending)
    }

    @Test("A source with the same key, or without a key, stops the run, which can be resumed")
    func same() throws {
        let valid = Monitor(Self.old)
        let server = try LoopbackServer { request in
            if request.number == 50 { valid.update { $0 = Self.new } }
            return Self.reply(request, valid: valid.read { $0 })
        }
        let sending = try sending()
        let flags = ["--api-key-file", "key"]
        let input = String(repeating: Sending.oneLine, count: 200)
        let stopped = try sending.send(input, to: server.baseURL, flags)
        #expect(stopped.exitCode == 3, "\(stopped)")
        #expect(
            stopped.result.errorOutput.contains(
                "warning: --api-key-file: it was read again, and has no other key"), "\(stopped)")
        #expect(
            stopped.result.errorOutput.contains("the API rejected the key (401)"), "\(stopped)")
        #expect(stopped.hasJournal)
        try expectNoKey(stopped.result, sending)
        let path = try sending.folder.write(Self.new, to: "key")
        try #require(chmod(path, 0o600) == 0)
        let resumed = try sending.sendAgain(to: server.baseURL, flags)
        #expect(resumed.exitCode == 0, "\(resumed)")
        #expect(server.acceptances.count == 200)
        #expect(server.acceptances.values.allSatisfy { $0 == 1 })
    }

    @Test(
        "A command that fails, hangs or has too much to say stops the run",
        arguments: [
            ("exit 7", "the command ended with status 7"),
            ("head -c 9000 /dev/zero", "the command's output is larger than 8 KiB"),
            ("echo", "the API key is empty"),
        ])
    func failing(then: String, words: String) throws {
        let server = try LoopbackServer { $0.number < 5 ? .created($0) : .answer(401) }
        let sending = try sending()
        try sending.folder.write(
            "if [ -e second ]; then \(then); else touch second; cat key; fi", to: "source")
        let sent = try sending.send(
            String(repeating: Sending.oneLine, count: 20), to: server.baseURL,
            ["--api-key-command", "sh source", "--concurrency", "1"])
        #expect(sent.exitCode == 3, "\(sent)")
        #expect(
            sent.result.errorOutput.contains("warning: --api-key-command: \(words)"), "\(sent)")
        #expect(server.requestCount == 6)
        try expectNoKey(sent.result, sending)
    }

    @Test("Ever new keys that the API refuses end the run, without a request for each line")
    func everNew() throws {
        let server = try LoopbackServer { _ in .answer(401) }
        let sending = try sending()
        let sent = try sending.send(
            String(repeating: Sending.oneLine, count: 500), to: server.baseURL,
            ["--api-key-command", "sh -c 'echo x >>n; wc -l <n'", "--concurrency", "4"])
        #expect(sent.exitCode == 3, "\(sent)")
        #expect(server.requestCount <= 3 * 4)
    }

    @Test("A SIGTERM during a command that hangs ends the run at once")
    func signal() throws {
        let server = try LoopbackServer { $0.number < 5 ? .created($0) : .answer(401) }
        let sending = try sending()
        try sending.folder.write(String(repeating: Sending.oneLine, count: 20), to: "in.ndjson")
        try sending.folder.write(
            "if [ -e second ]; then touch third; exec sleep 20; fi; touch second; cat key",
            to: "source")
        let running = try sending.program(
            to: server.baseURL, ["--api-key-command", "sh source"]
        ).start()
        while !sending.folder.contains("third") { usleep(10_000) }
        running.kill(15)
        let result = running.wait(timeout: .seconds(15))
        #expect(result.exitCode == 143, "\(result)")
    }

    @Test("A key of the environment is not read again")
    func variable() throws {
        let server = try LoopbackServer { _ in .answer(401) }
        let sent = try Sending().send(to: server.baseURL)
        #expect(sent.exitCode == 3, "\(sent)")
        #expect(!sent.result.errorOutput.contains("read again"), "\(sent)")
        #expect(server.requestCount == 1)
    }

    @Test(
        "A command that gives no key at the start is a usage error",
        arguments: [
            ("cat missing", "the command ended with status 1"),
            ("no-such-program", "the command can't be started: No such file or directory"),
            ("sh -c 'no-such-program'", "the command ended with status 127: is its name right?"),
            (#"printf 'a\nb'"#, "the API key contains a space or control character at byte 2"),
        ])
    func start(command: String, words: String) throws {
        let sending = try sending()
        let sent = try sending.send(
            to: "http://127.0.0.1:1/v1", ["--api-key-command", command])
        #expect(sent.exitCode == 2, "\(sent)")
        #expect(sent.result.errorOutput.contains("--api-key-command: \(words)"), "\(sent)")
    }
}
