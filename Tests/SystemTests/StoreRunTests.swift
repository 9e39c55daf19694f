import Foundation
import TestSupport
import Testing

@Suite("Runs into a store", .ownThread, .needs("sqlite3"))
struct StoreRunTests {
    private static let to = "store:messages.db"

    private let sending: Sending

    init() throws { sending = try Sending() }

    /// Runs a query and returns its result; nil if it fails.
    private func query(_ sql: String) throws -> String? {
        let result = try Program.run("sqlite3", [sending.folder.path("messages.db"), sql])
        guard result.exitCode == 0 else { return nil }
        return result.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Starts a run whose messages are all in flight to a store that another process has locked.
    private func startHeld(lines: Int, shown: String) throws -> (RunningProgram, StoreHolder) {
        // The store must exist before it can be locked.
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

    /// Resumes the run to its end and checks that each line is stored once.
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

    @Test("Each line of a slow stream is stored as soon as it arrives")
    func trickle() throws {
        var program = sending.program(["-"], to: Self.to)
        program.input = .open
        let running = try program.start()
        for number in 1...3 {
            running.write(Sending.oneLine.utf8)
            let end = ContinuousClock.now + .patience
            var count: String?
            // Before the first line the store may not exist.
            while count != "\(number)", ContinuousClock.now < end {
                count = try query("SELECT count(*) FROM messages")
            }
            #expect(count == "\(number)")
        }
        running.closeInput()
        let result = running.wait()
        #expect(result.exitCode == 0, "\(result)")
    }

    @Test("A run stopped by a signal while the store is locked stores all admitted lines")
    func signal() throws {
        let (program, holder) = try startHeld(lines: 3000, shown: "3,000")
        program.kill(SIGINT)
        #expect(program.waitForError("stopping: waiting for the store to write 3,000 messages"))
        holder.letGo()
        let result = program.wait()
        #expect(result.exitCode == 130, "\(result)")
        #expect(result.errorOutput.contains("3,000 lines done"), "\(result)")
        #expect(try query("SELECT count(*) FROM messages") == "3000")
        try resume(lines: 3000)
    }

    @Test("A run stopped by two signals has recorded exactly the messages in the store")
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

    @Test("A run killed while it waits for the store can be resumed")
    func killed() throws {
        let (program, holder) = try startHeld(lines: 3000, shown: "3,000")
        program.kill(SIGKILL)
        #expect(program.wait().signal == SIGKILL)
        holder.letGo()
        #expect(try query("SELECT count(*) FROM messages") == "0")
        try resume(lines: 3000)
    }
}
