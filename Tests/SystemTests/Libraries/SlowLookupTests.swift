import Glibc
import TestSupport
import Testing

/// Sends to a name whose lookup is slow, with the installed libcurl and as with one that can't end
/// a lookup.
@Suite("Name lookups that take long", .sideBySide, .needs("clang"))
struct SlowLookupTests {
    /// Nil is the installed version.
    private static let versions: [String?] = [nil, "7.81.0", "7.84.0"]

    /// Longer than any test waits.
    private static let endless = 3600

    private let server: LoopbackServer
    private let sending: Sending

    init() throws {
        server = try LoopbackServer()
        sending = try Sending()
        try sending.folder.write(Sending.lines(20), to: "in.ndjson")
    }

    private func program(
        _ version: String?, lookup seconds: Int, _ flags: [String]
    ) throws -> (Program, LibraryFolder) {
        var libraries = try LibraryFolder()
        if let version { try libraries.pretendCurl(version: version) }
        try libraries.slowDownLookups(seconds: seconds)
        var program = sending.program(
            to: "http://slow.test:\(server.port)/v1", flags + ["--allow-plain-http"])
        program.environment.merge(libraries.environment) { $1 }
        // The folder must outlive the program.
        return (program, libraries)
    }

    @Test("A lookup that ends within the connect's time is waited for", arguments: versions)
    func inTime(version: String?) throws {
        let (program, libraries) = try program(version, lookup: 1, [])
        let sent = Sent(result: try program.run(), sending: sending)
        #expect(sent.exitCode == 0, "\(sent) \(libraries)")
        #expect(try sent.rows.map(\.outcome) == Array(repeating: "accepted", count: 20))
        #expect(server.requestCount == 20)
    }

    @Test("--connect-timeout ends a connect whose lookup does not end", arguments: versions)
    func timeout(version: String?) throws {
        let (program, libraries) = try program(
            version, lookup: Self.endless,
            ["--connect-timeout", "300ms", "--retries", "2", "--start-patience", "0s"])
        let sent = Sent(result: try program.run(), sending: sending)
        #expect(sent.exitCode == 3, "\(sent) \(libraries)")
        #expect(
            sent.result.errorOutput.contains(
                "stopped: no connection to the API within --connect-timeout (connect_timeout)"))
        #expect(server.requestCount == 0)
    }

    @Test("A lookup without an end does not keep a stopped run from ending", arguments: versions)
    func stop(version: String?) throws {
        let (program, libraries) = try program(
            version, lookup: Self.endless,
            [
                "--connect-timeout", "1h", "--grace", "0s", "--progress", "json",
                "--progress-every", "1s",
            ])
        let running = try program.start()
        #expect(running.waitForError("{"))
        running.kill(SIGTERM)
        let sent = Sent(result: running.wait(), sending: sending)
        #expect(sent.exitCode == 143, "\(sent) \(libraries)")
        #expect(!sent.result.timedOut)
        #expect(sent.hasJournal)
        #expect(server.requestCount == 0)
    }

    @Test("A lookup that outlasts a connect serves a later one", arguments: ["7.81.0"])
    func later(version: String) throws {
        let (program, libraries) = try program(version, lookup: 2, ["--connect-timeout", "1500ms"])
        let sent = Sent(result: try program.run(), sending: sending)
        #expect(sent.exitCode == 0, "\(sent) \(libraries)")
        #expect(server.requestCount == 20)
        #expect(server.acceptances.values.allSatisfy { $0 == 1 })
    }
}
