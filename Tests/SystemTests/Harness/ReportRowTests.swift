import TestSupport
import Testing

@Suite("Reading reports")
struct ReportRowTests {
    private static let line =
        #"{"file":"a,b.ndjson","line":3,"appId":"app","event_type":"é\"x","outcome":"accepted","#
        + #""status":201,"message_id":"msg_1","attempts":2,"possible_duplicate":true,"#
        + #""started_at":"2026-01-01T00:00:00.000Z","latency_ms":1.5,"error":null,"detail":null}"#
    private static let csvLine =
        "\"a,b.ndjson\",3,app,\"é\"\"x\",accepted,201,msg_1,2,true,2026-01-01T00:00:00.000Z,1.5,,\r\n"

    @Test("All 13 members of a report row are read")
    func members() throws {
        let row = try ReportRow(line: Self.line.utf8)
        #expect(row.file == "a,b.ndjson")
        #expect(row.line == 3)
        #expect(row.appID == "app")
        #expect(row.eventType == "é\"x")
        #expect(row.outcome == "accepted")
        #expect(row.status == 201)
        #expect(row.messageID == "msg_1")
        #expect(row.attempts == 2)
        #expect(row.possibleDuplicate)
        #expect(row.startedAt == "2026-01-01T00:00:00.000Z")
        #expect(row.latencyMilliseconds == 1.5)
        #expect(row.error == nil)
        #expect(row.detail == nil)
    }

    @Test("A CSV report and an NDJSON report give the same rows")
    func csv() throws {
        let report = ReportRow.members.joined(separator: ",") + "\r\n" + Self.csvLine + Self.csvLine
        let row = try ReportRow(line: Self.line.utf8)
        #expect(try ReportRow.csv([UInt8](report.utf8)) == [row, row])
        #expect(try ReportRow.ndjson([UInt8]("\(Self.line)\n\(Self.line)\n".utf8)) == [row, row])
    }

    @Test(
        "A malformed report row is refused",
        arguments: [
            ("\"attempts\":2,", ""), ("\"line\":3,", "\"line\":\"3\","),
            ("\"line\":3,", "\"line\":3.5,"), (",\"detail\":null", ",\"detail\":null,"),
            (",\"detail\":null", ",\"detail\":null,\"more\":1"), ("accepted", "success"),
            ("\"possible_duplicate\":true", "\"possible_duplicate\":null"),
            ("\"error\":null,\"detail\":null", "\"detail\":null,\"error\":null"),
            ("\"line\":3,", "\"file\":\"twice\",\"line\":3,"), ("201", "NaN"), ("{", " {"),
        ])
    func refused(part: String, replacement: String) {
        let line = Self.line.replacing(part, with: replacement)
        #expect(line != Self.line)
        #expect(throws: (any Error).self) { try ReportRow(line: line.utf8) }
    }

    @Test("A report whose last row is truncated is refused")
    func cut() {
        #expect(throws: (any Error).self) { try ReportRow.ndjson([UInt8](Self.line.utf8)) }
        let csv = ReportRow.members.joined(separator: ",") + "\r\n" + Self.csvLine
        #expect(throws: (any Error).self) { try ReportRow.csv([UInt8](csv.utf8.dropLast(2))) }
    }
}
