import Foundation
import TestSupport
import Testing

@Suite("Rehearsals against the local API", .sideBySide) struct RehearsalTests {
    private func rehearse(_ flags: [String], lines: Int) throws -> (Sent, Serving) {
        let serving = try Serving(flags)
        var sending = try Sending()
        sending.key = Serving.apiKey
        let input = (0..<lines).map {
            #"{"appId":"app_\#($0 % 7)","event_type":"user.created","payload":{"n":\#($0)}}"#
        }
        let sent = try sending.send(
            input.joined(separator: "\n") + "\n", to: serving.baseURL, timeout: .seconds(600))
        return (sent, serving)
    }

    @Test("Without faults every line is accepted and stored once, under the id of its row")
    func goodDay() throws {
        let (sent, serving) = try rehearse([], lines: 2000)
        #expect(sent.exitCode == 0, "\(sent)")
        let rows = try sent.rows
        #expect(rows.count == 2000)
        let stored = try serving.messages().map { $0["id"] as? String }
        #expect(Set(rows.map(\.messageID)) == Set(stored))
        #expect(stored.count == 2000)
    }

    @Test("With injected faults every line is stored once, and possible duplicates are reported")
    func badDay() throws {
        let count = Self.badDayLines
        let (sent, serving) = try rehearse(
            ["--latency", "2ms±2ms", "--fail", "3%", "--drop", "3%", "--limit", "2000/s"],
            lines: count)
        #expect(sent.exitCode == 0, "\(sent)")
        let rows = try sent.rows
        #expect(rows.map(\.line) == Array(1...count))
        #expect(rows.allSatisfy { $0.outcome == "accepted" && $0.status == 201 })
        // An attempt that was dropped after it was stored left its line stored. The next attempt
        // may be a duplicate, and the row reports it.
        #expect(rows.contains { $0.possibleDuplicate })
        #expect(rows.allSatisfy { $0.attempts > 1 || !$0.possibleDuplicate })
        let stored = try serving.messages().map { $0["id"] as? String }
        #expect(stored.count == count)
        #expect(Set(rows.map(\.messageID)) == Set(stored))
    }

    /// The number of lines with injected faults; `HOOKBATCH_REHEARSAL_LINES` raises it.
    private static var badDayLines: Int {
        ProcessInfo.processInfo.environment["HOOKBATCH_REHEARSAL_LINES"].flatMap(Int.init) ?? 2000
    }

    @Test("A store and its local API give the same report of a file, except for times and ids")
    func sameReport() throws {
        let serving = try Serving()
        var sending = try Sending()
        sending.key = Serving.apiKey
        let mistakes = FileManager.default.contents(
            atPath: Hookbatch.root + "/samples/mistakes.ndjson")
        try sending.folder.write(#require(mistakes), to: "in.ndjson")
        let rehearsed = try sending.sendAgain(to: serving.baseURL)
        let stored = try Program.run(
            Hookbatch.binary, ["send", "in.ndjson", "--report", "direct.ndjson"],
            directory: sending.folder.path)
        #expect(rehearsed.exitCode == 1 && stored.exitCode == 1)
        func plain(_ row: ReportRow) -> ReportRow {
            var row = row
            row.messageID = row.messageID.map { _ in "id" }
            row.startedAt = row.startedAt.map { _ in "time" }
            row.latencyMilliseconds = row.latencyMilliseconds.map { _ in 0 }
            return row
        }
        let direct = try ReportRow.ndjson(sending.folder.read("direct.ndjson"))
        #expect(try rehearsed.rows.map(plain) == direct.map(plain))
        #expect(direct.contains { $0.outcome == "accepted" })
    }

    @Test("An export of a store can be sent with the keys of its messages")
    func exportAndSend() throws {
        let (_, first) = try rehearse([], lines: 50)
        let export = try first.store("export", "--with-keys")
        let second = try Serving()
        var sending = try Sending()
        sending.key = Serving.apiKey
        try sending.folder.write(export.standardOutput, to: "in.ndjson")
        let sent = try sending.sendAgain(
            to: second.baseURL, ["--idempotency-key-from", "idempotency_key"])
        #expect(sent.exitCode == 0, "\(sent)")
        let again = try second.store("export", "--with-keys")
        // Several connections send at once, so the order is not kept.
        func lines(_ result: ProgramResult) -> [String] {
            result.output.split(separator: "\n").map(String.init).sorted()
        }
        #expect(lines(again) == lines(export))
        #expect(lines(again).count == 50)
    }
}
