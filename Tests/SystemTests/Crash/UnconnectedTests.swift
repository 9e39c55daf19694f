import Foundation
import TestSupport
import Testing

/// Lines that wait for a connection are not recorded as sent, so that a kill leaves no doubt.
@Suite("Lines without a connection", .sideBySide)
struct UnconnectedTests {
    private static let sent = #"{"kind":"sent""#

    private static func journal(_ sending: Sending) throws -> String {
        try sending.folder.text(sending.report + ".journal")
    }

    @Test("With few descriptors a kill flags no more lines than could have a connection")
    func descriptors() throws {
        let descriptors = 64
        let isSilent = Monitor(true)
        let server = try LoopbackServer { isSilent.read { $0 } ? .silence : .created($0) }
        let sending = try Sending()
        try sending.folder.write(Sending.lines(600), to: "in.ndjson")
        var program = sending.program(to: server.baseURL, ["--concurrency", "500"])
        program.arguments =
            ["-c", "ulimit -n \(descriptors) && exec \"$@\"", "sh", program.executable]
            + program.arguments
        program.executable = "/bin/sh"
        let running = try program.start()
        #expect(server.waitForRequests(1))
        running.kill(SIGKILL)
        _ = running.wait()
        #expect(try Self.journal(sending).contains(Self.sent))

        isSilent.update { $0 = false }
        let resumed = try sending.sendAgain(to: server.baseURL)
        #expect(resumed.exitCode == 0, "\(resumed)")
        let flagged = try resumed.rows.count { $0.possibleDuplicate }
        #expect(flagged >= 1 && flagged <= descriptors, "\(flagged)")
    }

    @Test("A handshake that does not end leaves no line in doubt after a kill")
    func handshake() throws {
        let server = try LoopbackServer()
        let sending = try Sending()
        try sending.folder.write(Sending.lines(50), to: "in.ndjson")
        let to = server.baseURL.replacing("http:", with: "https:")
        let running = try sending.program(to: to, ["--delivery", "at-most-once"]).start()
        #expect(server.waitForConnections(1))
        running.kill(SIGKILL)
        _ = running.wait()
        let journal = try Self.journal(sending)
        #expect(journal.contains(#"{"kind":"lease""#))
        #expect(!journal.contains(Self.sent))
    }

    @Test("An attempt without a connection is recorded by its end alone")
    func refused() throws {
        let server = try LoopbackServer()
        server.goDown()
        let sending = try Sending()
        let stopped = try sending.send(
            Sending.lines(5), to: server.baseURL, ["--start-patience", "0s"])
        #expect(stopped.exitCode == 3, "\(stopped)")
        let journal = try Self.journal(sending)
        #expect(!journal.contains(Self.sent))
        #expect(journal.contains(#""fate":"unsent","status":null,"error":"connect_failed""#))
        server.comeBack()
        let resumed = try sending.sendAgain(to: server.baseURL)
        #expect(resumed.exitCode == 0, "\(resumed)")
        #expect(try resumed.rows.allSatisfy { !$0.possibleDuplicate && $0.attempts >= 1 })
        #expect(server.requestCount == 5)
    }
}
