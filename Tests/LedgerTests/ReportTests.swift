import Delivery
import Ledger
import Platform
import TestSupport
import Testing

@Suite("Reports") struct ReportTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder("ledger") }

    /// The report of rows that `write` appends, in the journal's order.
    private func report(
        _ format: ReportFormat, inputs: [String] = ["events.ndjson"],
        _ write: (inout JournalEncoder) -> Void
    ) throws -> String {
        let journal = try Journal.create(
            folder.path("r.journal"), header: header(inputs: inputs), bootID: "b", pid: 1, now: 0)
        write(&journal.encoder)
        try journal.flush()
        var rows = try JournalRows(journal.file, length: journal.size)
        var report = try ReportWriter(path: folder.path("r"), format: format)
        while let row = try rows.next() { try report.append(row.bytes, row.fields) }
        try report.finish()
        #expect(try FileStatus.of(folder.path("r")) == nil)
        #expect(try AtomicFile.publish(folder.path("r")))
        return try folder.text("r")
    }

    @Test("An NDJSON report has the journal's rows in the input's order, without its own members")
    func ndjson() throws {
        let rows = [3, 1, 2].map { plainRow(LineID(file: 1, line: $0 * 10), record: $0) }
        let text = try report(.ndjson) { encoder in for row in rows { encoder.append(row) } }
        let lines = [10, 20, 30].map {
            #"{"file":"events.ndjson","line":\#($0),"appId":null,"event_type":null,"#
                + #""outcome":"accepted","status":null,"message_id":null,"attempts":0,"#
                + #""possible_duplicate":false,"started_at":null,"latency_ms":null,"#
                + #""error":null,"detail":null}"# + "\n"
        }
        #expect(text == lines.joined())
        for line in lines {
            withBytes(String(line.dropLast())) {
                let fields = OutcomeFields(reportRow: $0)
                #expect(fields?.outcome == .accepted && fields?.location == nil)
            }
        }
    }

    private static let columns =
        "file,line,appId,event_type,outcome,status,message_id,attempts,possible_duplicate,"
        + "started_at,latency_ms,error,detail\n"

    @Test("A CSV report has the same columns, and absent values are empty")
    func csv() throws {
        let text = try report(.csv, inputs: ["a,\"b\".csv"]) { encoder in
            withBytes("\"user.\\u0063reated\"") { eventType in
                withBytes("said: \"no\", twice\nand\u{202e} left") { detail in
                    var row = plainRow(LineID(file: 1, line: 2), .failed, record: 1)
                    row.eventType = eventType
                    row.status = 503
                    row.attempts = 3
                    row.isPossibleDuplicate = true
                    row.startedAtMilliseconds = 0
                    row.latencyNanoseconds = 1_500_000
                    row.error = .transport(.connectionClosed)
                    row.detail = detail
                    encoder.append(row)
                    encoder.append(plainRow(LineID(file: 1, line: 3), record: 2))
                }
            }
        }
        #expect(
            text == Self.columns
                + #""a,""b"".csv",2,,user.created,failed,503,,3,true,1970-01-01T00:00:00.000Z,1.5,"#
                + #"connection_closed,"said: ""no"", twice\nand\u202e left""# + "\n"
                + #""a,""b"".csv",3,,,accepted,,,0,false,,,,"# + "\n")
    }

    @Test(
        "A CSV report has no cell that a spreadsheet would run",
        arguments: [
            ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@SUM(A1)", "'@SUM(A1)"),
            ("=HYPERLINK(\"x\",1)", "\"'=HYPERLINK(\"\"x\"\",1)\""),
            ("\t=1", #"\t=1"#), ("\r=1", #"\r=1"#), ("a=1", "a=1"), ("'=1", "''=1"), ("", "\"\""),
        ])
    func injection(text: String, cell: String) throws {
        let report = try report(.csv) { encoder in
            withBytes(text) { text in
                var row = plainRow(LineID(file: 1, line: 2), .rejected, record: 1)
                row.appID = text
                row.messageID = text
                row.error = .bytes(text)
                row.detail = text
                encoder.append(row)
            }
        }
        #expect(
            report == Self.columns
                + "events.ndjson,2,\(cell),,rejected,,\(cell),0,false,,,\(cell),\(cell)\n")
    }

    @Test("A report's format is that of its extension")
    func format() {
        #expect(ReportFormat(path: "a/b.report.ndjson") == .ndjson)
        #expect(ReportFormat(path: "B.CSV") == .csv)
        #expect(ReportFormat(path: "report") == nil)
    }
}
