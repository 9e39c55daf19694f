import Foundation
import TestSupport
import Testing

/// Another process that has the store to itself, from `init` to `letGo`.
private final class StoreHolder {
    private let program: RunningProgram

    init(_ path: String) throws {
        program = try Program("sqlite3", [path], input: .open).start()
        program.write("BEGIN IMMEDIATE;\n.shell echo held >&2\n".utf8)
        try #require(program.waitForError("held"))
    }

    func letGo() {
        program.write("COMMIT;\n".utf8)
        program.closeInput()
        #expect(program.wait().exitCode == 0)
    }
}

@Suite("A run into a store", .ownThread, .needs("sqlite3"))
struct StoreRunTests {
    private static let to = "store:messages.db"

    private let sending: Sending

    init() throws { sending = try Sending() }

    /// What a query answers; nil if it fails.
    private func query(_ sql: String) throws -> String? {
        let result = try Program.run("sqlite3", [sending.folder.path("messages.db"), sql])
        guard result.exitCode == 0 else { return nil }
        return result.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// A run whose messages are all on their way into a store that another process holds.
    private func startHeld(lines: Int, shown: String) throws -> (RunningProgram, StoreHolder) {
        // There must be a store before it can be held.
        let first = try Program.run(
            Hookbatch.binary, ["store", "add-app", "other", "--store", "messages.db"],
            directory: sending.folder.path)
        try #require(first.exitCode == 0, "\(first)")
        let holder = try StoreHolder(sending.folder.path("messages.db"))
        try sending.folder.write(
            String(repeating: Sending.oneLine, count: lines), to: "in.ndjson")
        let program = try sending.program(
            to: Self.to, ["--progress", "plain", "--progress-every", "100ms"]
        ).start()
        try #require(program.waitForError("\(shown) in flight"), "\(program.errorOutputSoFar)")
        return (program, holder)
    }

    /// Goes on with the run to its end, and looks whether each line is stored once.
    private func resume(lines: Int) throws {
        let sent = try sending.sendAgain(to: Self.to)
        #expect(sent.exitCode == 0, "\(sent)")
        let rows = try sent.rows
        #expect(rows.map(\.line) == Array(1...lines))
        #expect(rows.allSatisfy { $0.outcome == "accepted" && !$0.possibleDuplicate })
        let ids = try #require(try query("SELECT id FROM messages ORDER BY id"))
            .split(separator: "\n")
        #expect(rows.compactMap(\.messageID).sorted() == ids.map(String.init))
        #expect(ids.count == lines)
    }

    @Test("stores each line of a slow stream as soon as it comes")
    func trickle() throws {
        var program = sending.program(["-"], to: Self.to)
        program.input = .open
        let running = try program.start()
        for number in 1...3 {
            running.write(Sending.oneLine.utf8)
            let end = ContinuousClock.now + .seconds(20)
            var count: String?
            // Until the first line there may be no store to ask.
            while count != "\(number)", ContinuousClock.now < end {
                count = try query("SELECT count(*) FROM messages")
            }
            #expect(count == "\(number)")
        }
        running.closeInput()
        let result = running.wait()
        #expect(result.exitCode == 0, "\(result)")
    }

    @Test("hears a signal while another process holds the store, and ends with all it took up")
    func signal() throws {
        let (program, holder) = try startHeld(lines: 3000, shown: "3,000")
        program.kill(SIGINT)
        #expect(program.waitForError("stopping: waiting for the store to write 3,000 messages"))
        holder.letGo()
        let result = program.wait()
        #expect(result.exitCode == 130, "\(result)")
        #expect(result.errorOutput.contains("3,000 accepted"), "\(result)")
        #expect(try query("SELECT count(*) FROM messages") == "3000")
        try resume(lines: 3000)
    }

    @Test("stopped by two signals, it has recorded just what is in the store")
    func twoSignals() throws {
        let (program, holder) = try startHeld(lines: 3000, shown: "3,000")
        program.kill(SIGTERM)
        #expect(program.waitForError("signal again"))
        program.kill(SIGTERM)
        holder.letGo()
        let result = program.wait()
        #expect(result.exitCode == 143, "\(result)")
        let journal = try sending.folder.text(sending.report + ".journal").split(separator: "\n")
        let recorded = journal.count { $0.contains(#""outcome":"accepted""#) }
        #expect(try query("SELECT count(*) FROM messages") == "\(recorded)")
        #expect(recorded >= 2048)
        try resume(lines: 3000)
    }

    @Test("killed while it waits for the store, it is gone on with")
    func killed() throws {
        let (program, holder) = try startHeld(lines: 3000, shown: "3,000")
        program.kill(SIGKILL)
        #expect(program.wait().signal == SIGKILL)
        holder.letGo()
        #expect(try query("SELECT count(*) FROM messages") == "0")
        try resume(lines: 3000)
    }
}
