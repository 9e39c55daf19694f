import Foundation
import TestSupport
import Testing

/// Files that version 0.1.0 has left, made by `make` beside this file.
///
/// In each run lines 4 and 9 are invalid, line 11 is rejected, and line 6 is accepted at its second
/// attempt.
@Suite("Files of version 0.1.0", .ownThread) struct CompatibilityTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder("compatibility")
        let source = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "0.1.0")
        for name in try FileManager.default.contentsOfDirectory(atPath: source.path) {
            try FileManager.default.copyItem(
                atPath: source.path + "/" + name, toPath: folder.path(name))
        }
    }

    private func run(_ arguments: [String], input: Program.Input = .nothing) throws -> ProgramResult
    {
        try Program(
            Hookbatch.binary, arguments, environment: ["HOOKSTREAM_API_KEY": "k"],
            directory: folder.path, input: input
        ).run()
    }

    private func rows(_ name: String) throws -> [ReportRow] {
        let bytes = try folder.read(name)
        return name.hasSuffix(".csv") ? try ReportRow.csv(bytes) : try ReportRow.ndjson(bytes)
    }

    /// Accepts every line but 11.
    private func server() throws -> LoopbackServer {
        try LoopbackServer { $0.line == 11 ? .answer(422) : .created($0) }
    }

    /// Changes the address in a journal to that of `server`, and the boot to the present one.
    private func redirect(
        _ journal: String, to server: LoopbackServer, isReset: Bool = false
    ) throws {
        var rows = try folder.text(journal).split(
            separator: "\n", omittingEmptySubsequences: false)
        let boot = try String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
            .trimmingCharacters(in: .newlines)
        for (index, value) in [
            (0, "\"to\":\"\(server.baseURL)\""),
            (1, "\"boot_id\":\"\(isReset ? UUID().uuidString.lowercased() : boot)\""),
        ] {
            let name = try #require(value.split(separator: ":").first)
            let pattern = try Regex("\(name):\"[^\"]*\"")
            let end = try #require(rows[index].firstRange(of: #","crc":"#)).lowerBound
            let body = rows[index][..<end].replacing(pattern, with: value)
            rows[index] = "\(body),\"crc\":\"\(JournalChecksum.of(body.utf8))\"}"
        }
        try folder.write(rows.joined(separator: "\n"), to: journal)
    }

    /// Checks the report of a whole run, of which the new version sent `lines`.
    private func check(_ report: String, _ lines: Set<Int>, by server: LoopbackServer) throws {
        let rows = try rows(report)
        #expect(rows.map(\.line) == Array(1...20))
        for row in rows {
            let expected = [4: "invalid", 9: "invalid", 11: "rejected"][row.line] ?? "accepted"
            #expect(row.outcome == expected, "\(row)")
            if expected == "accepted", !lines.contains(row.line) {
                #expect(row.messageID == "msg_\(row.line)", "\(row)")
            }
        }
        #expect(Set(server.requests.compactMap(\.line)) == lines.subtracting([9]))
    }

    @Test(
        "A journal of a killed run is resumed, and only unfinished lines are sent",
        arguments: [false, true])
    func killed(isReset: Bool) throws {
        let server = try server()
        try redirect("killed.ndjson.journal", to: server, isReset: isReset)
        let read = try run(["report", "killed.ndjson.journal"])
        #expect(read.output.contains("10 "), "\(read)")
        let arguments = [
            "send", "in.ndjson", "--to", server.baseURL, "--report", "killed.ndjson",
        ]
        let result = try run(arguments)
        #expect(result.exitCode == 1, "\(result)")
        try check("killed.ndjson", Set(12...20).union([6]), by: server)
        // Three were in flight, and 6 was to be retried: the server may have accepted them.
        let uncertain = try rows("killed.ndjson").filter { $0.possibleDuplicate }.map(\.line)
        // After a reset it may have been all up to the lease, which covers the input.
        #expect(uncertain == (isReset ? [6] + Array(12...20) : [6, 12, 13, 14]))
        #expect(try run(arguments).errorOutput.contains("already done"))
    }

    @Test("A journal and a spool of a killed run are resumed when the stream is piped again")
    func killedStream() throws {
        let server = try server()
        try redirect("killed-stream.ndjson.journal", to: server)
        let result = try run(
            ["send", "-", "--to", server.baseURL, "--report", "killed-stream.ndjson"],
            input: .bytes(try folder.read("in.ndjson")))
        #expect(result.exitCode == 1, "\(result)")
        try check("killed-stream.ndjson", Set(12...20), by: server)
        let rejected = try folder.text("killed-stream.rejected.ndjson")
        let lines = try folder.text("in.ndjson").split(separator: "\n")
        #expect(rejected == [4, 9, 11].map { lines[$0 - 1] + "\n" }.joined())
    }

    @Test("A stream that was stopped at a limit is resumed, and its file of the rest is removed")
    func stoppedStream() throws {
        let server = try server()
        try redirect("stream.ndjson.journal", to: server)
        let result = try run(
            ["send", "-", "--to", server.baseURL, "--report", "stream.ndjson"],
            input: .bytes(try folder.read("in.ndjson")))
        #expect(result.exitCode == 1, "\(result)")
        try check("stream.ndjson", Set(8...20), by: server)
        #expect(!folder.contains("stream.rest"))
    }

    @Test("A store and its journal are resumed, and every line is in the store once")
    func store() throws {
        let result = try run([
            "send", "in.ndjson", "--to", "store:store.db", "--report", "store.ndjson",
        ])
        #expect(result.exitCode == 1, "\(result)")
        let rows = try rows("store.ndjson")
        #expect(rows.map(\.line) == Array(1...20))
        let ids = rows.compactMap(\.messageID)
        #expect(ids.count == 18 && Set(ids).count == 18)
        let store = try run(["store", "messages", "--store", "store.db"])
        for id in ids { #expect(store.output.contains(id), "\(store)") }
    }

    @Test(
        "A finished report is recognized by its summary", arguments: ["done.ndjson", "table.csv"])
    func finished(report: String) throws {
        let name = report.split(separator: ".")[0]
        let summary = try JSONSerialization.jsonObject(
            with: Data(folder.read("\(name).summary.json")))
        let inputs = (summary as? [String: Any])?["inputs"] as? [[String: Any]]
        let modified = try #require(Starts.milliseconds(inputs?[0]["modified_at"] as? String))
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: (modified + 0.5) / 1000)],
            ofItemAtPath: folder.path("in.ndjson"))
        let arguments = [
            "send", "in.ndjson", "--to", "http://127.0.0.1:40404/v1", "--report", report,
        ]
        let result = try run(arguments)
        #expect(result.exitCode == 1, "\(result)")
        #expect(result.errorOutput.contains("already done"), "\(result)")
        let other = try run(arguments + ["--skip", "1"])
        #expect(other.exitCode == 2 && other.errorOutput.contains("different --skip"), "\(other)")
    }

    @Test("Reports are merged into one report")
    func merged() throws {
        let result = try run([
            "report", "done.ndjson", "table.csv", "--merge", "all.csv",
        ])
        #expect(result.exitCode == 0, "\(result)")
        let all = try rows("all.csv")
        let done = try rows("done.ndjson")
        #expect(try rows("table.csv").map(\.line) == done.map(\.line))
        for line in 1...20 {
            let these = all.filter { $0.line == line }
            #expect(these.count == 2, "\(line)")
            #expect(these.contains(done[line - 1]), "\(line)")
        }
    }
}
