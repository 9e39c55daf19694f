import Delivery
import Ledger
import TestSupport
import Testing

@Suite("Reading a report") struct ReportReaderTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder("reports") }

    private static let rows = (1...50).map { reportRow(line: $0, detail: #""\#($0), \"x\"""#) }
    private static let csvHeader =
        "file,line,appId,event_type,outcome,status,message_id,attempts,possible_duplicate,"
        + "started_at,latency_ms,error,detail"

    private func failure(_ text: String, name: String = "r") throws -> ReportError? {
        let path = try folder.write(text, to: name)
        do {
            _ = try texts(ReportReader(path))
            return nil
        } catch let error as ReportError {
            return error
        }
    }

    @Test("A report's content decides its format, whatever its name")
    func kinds() throws {
        let ndjson = try folder.write(Self.rows.joined(separator: "\n") + "\n", to: "a.csv")
        #expect(try ReportReader(ndjson).kind == .ndjson)
        let csv = try folder.write(convert(ndjson, to: .csv), to: "b.ndjson")
        #expect(try ReportReader(csv).kind == .csv)
        #expect(try texts(ReportReader(ndjson)) == Self.rows)
        #expect(try texts(ReportReader(csv)) == Self.rows)
        let empty = try folder.write("", to: "empty")
        #expect(try texts(ReportReader(empty)) == [])
    }

    @Test("A journal's outcome rows are read in the journal's order")
    func journal() throws {
        let text = LedgerTests.rows { encoder in
            for line in [3, 1, 2] as [UInt64] {
                encoder.append(plainRow(LineID(file: 1, line: line), record: line))
            }
        }
        let path = try folder.write(text + #"{"file":"ev"#, to: "r.journal")
        let reader = try ReportReader(path)
        var lines: [UInt64] = []
        while let row = try reader.next() { lines.append(row.fields.line) }
        #expect(reader.kind == .journal)
        #expect(lines == [3, 1, 2])
        let renamed = try folder.write(text, to: "renamed")
        #expect(try ReportReader(renamed).kind == .journal)
    }

    @Test("A report saved by a spreadsheet is read: byte-order mark, CR LF, quotes")
    func spreadsheet() throws {
        let ndjson = try folder.write(Self.rows.joined(separator: "\n") + "\n", to: "a")
        let csv = String(decoding: try convert(ndjson, to: .csv), as: UTF8.self)
        let lines = csv.split(separator: "\n")
        let quoted = lines.map { line in
            line.contains("\"")
                ? String(line)
                : "\""
                    + line.split(
                        separator: ",", omittingEmptySubsequences: false
                    ).joined(separator: "\",\"") + "\""
        }
        let path = try folder.write(
            "\u{feff}"
                + ([quoted[0]] + lines.dropFirst().map(String.init)).map { $0 + "\r\n" }
                .joined(), to: "b")
        #expect(try texts(ReportReader(path)) == Self.rows)
    }

    @Test("A buffer of any size gives the same rows", arguments: [4096, 5000, 1 << 16])
    func buffers(size: Int) throws {
        let rows = (1...300).map {
            reportRow(line: $0, detail: "\"" + String(repeating: "é", count: Int($0) * 13) + "\"")
        }
        let ndjson = try folder.write(rows.joined(separator: "\n") + "\n", to: "a")
        #expect(try texts(ReportReader(ndjson, bufferSize: size)) == rows)
        let csv = try folder.write(convert(ndjson, to: .csv), to: "b")
        #expect(try texts(ReportReader(csv, bufferSize: size)) == rows)
    }

    @Test("An invalid row is an error that names its line")
    func damage() throws {
        let good = Self.rows.prefix(3).joined(separator: "\n") + "\n"
        let path = folder.path("r")
        #expect(try failure(good) == nil)
        #expect(try failure(good + "{}\n") == .badRow(path: path, line: 4))
        #expect(try failure(good + "\n") == .badRow(path: path, line: 4))
        #expect(try failure(good + Self.rows[3]) == .cutOff(path: path, line: 4))
        #expect(try failure(#"{"appId":"a"}"# + "\n") == .notAReport(path: path))
        #expect(try failure("appId,event_type\na,b\n") == .notAReport(path: path))
        #expect(try failure("\u{0}\u{1}\n") == .notAReport(path: path))
        let huge = "{\"file\":\"" + String(repeating: "x", count: 2 << 20) + "\"\n"
        #expect(try failure(good + huge + good) == .badRow(path: path, line: 4))
    }

    @Test(
        "An invalid CSV row is an error that names its line",
        arguments: [
            "a,1", "a,1,,,accepted,,,1,false,,,,,", "a,x,,,accepted,,,1,false,,,,",
            "a,1,,,\"acc\"epted,,,1,false,,,,", "a,1,,,no,,,1,false,,,,",
            "a,1,,,accepted,\"2,\"\"a\"\":1\",,1,false,,,,", "a\"\"b,1,,,accepted,,,1,false,,,,",
            ",1,,,accepted,,,1,false,,,,", "a,01,,,accepted,,,1,false,,,,",
        ])
    func csvDamage(row: String) throws {
        let good = "a,1,,,accepted,,,1,false,,,,\n"
        let path = folder.path("r")
        #expect(try failure(Self.csvHeader + "\n" + good + good) == nil)
        #expect(
            try failure(Self.csvHeader + "\n" + good + row + "\n")
                == .badRow(path: path, line: 3))
    }

    @Test("A CSV report's line numbers are physical, with line breaks in quotes")
    func physicalLines() throws {
        let path = folder.path("r")
        let row = "\"a\nb\",1,,,accepted,,,1,false,,,,\n"
        #expect(
            try failure(Self.csvHeader + "\n" + row + "bad\n") == .badRow(path: path, line: 4))
        let unclosed = "\"a,1,,,accepted,,,1,false,,,,\n"
        #expect(
            try failure(Self.csvHeader + "\n" + row + unclosed) == .cutOff(path: path, line: 4))
    }
}
