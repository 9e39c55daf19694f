import Foundation
import TestSupport
import Testing

@Suite("Samples sent without a key or another setting", .sideBySide)
struct SampleTests {
    /// A folder with a copy of the samples, so that a run writes nothing into the sources.
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder("samples")
        try FileManager.default.copyItem(
            atPath: Hookbatch.root + "/samples", toPath: folder.path("samples"))
    }

    private func send(_ input: String) throws -> ProgramResult {
        try Program.run(Hookbatch.binary, ["send", input], directory: folder.path)
    }

    @Test(
        "All lines of the sample events are accepted by the local store",
        arguments: ["ndjson", "csv"])
    func events(format: String) throws {
        let result = try send("samples/events.\(format)")
        #expect(result.exitCode == 0, "\(result.errorOutput)")
        let rows = try ReportRow.ndjson(folder.read("events.report.ndjson"))
        #expect(rows.count >= 10)
        #expect(rows.allSatisfy { $0.outcome == "accepted" && $0.status == 201 })
        #expect(rows.allSatisfy { $0.file == "samples/events.\(format)" })
        #expect(Set(rows.compactMap(\.messageID)).count == rows.count)
        #expect(folder.contains("hookbatch.db"))
        #expect(folder.contains("events.summary.json"))
        #expect(!folder.contains("events.report.ndjson.journal"))
    }

    @Test("Each line of the sample events is in the database once", .needs("sqlite3"))
    func database() throws {
        #expect(try send("samples/events.ndjson").exitCode == 0)
        let rows = try ReportRow.ndjson(folder.read("events.report.ndjson"))
        let query = "SELECT count(*), count(DISTINCT id) FROM messages"
        let result = try Program.run("sqlite3", ["hookbatch.db", query], directory: folder.path)
        #expect(result.output == "\(rows.count)|\(rows.count)\n", "\(result.errorOutput)")
    }

    @Test("Sample events that are sent again leave their report unchanged")
    func again() throws {
        #expect(try send("samples/events.ndjson").exitCode == 0)
        let report = try folder.read("events.report.ndjson")
        let result = try send("samples/events.ndjson")
        #expect(result.exitCode == 0, "\(result.errorOutput)")
        #expect(try folder.read("events.report.ndjson") == report)
    }

    @Test(
        "Each record of the samples with mistakes is either accepted or invalid",
        arguments: ["ndjson", "csv"])
    func mistakes(format: String) throws {
        let result = try send("samples/mistakes.\(format)")
        #expect(result.exitCode == 1, "\(result.errorOutput)")
        let rows = try ReportRow.ndjson(folder.read("mistakes.report.ndjson"))
        let invalid = rows.filter { $0.outcome == "invalid" }
        #expect(rows.first?.outcome == "accepted")
        #expect(invalid.count >= 5)
        #expect(invalid.count + rows.filter { $0.outcome == "accepted" }.count == rows.count)
        #expect(invalid.allSatisfy { $0.status == nil && $0.attempts == 0 && $0.error != nil })
        #expect(rows.map(\.line) == rows.map(\.line).sorted())
        #expect(folder.contains("mistakes.rejected.\(format)"))
    }
}
