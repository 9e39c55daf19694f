import Ledger
import TestSupport
import Testing

@Suite("Reports as CSV and back") struct ReportRoundTripTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder("reports") }

    @Test(
        "Each text round-trips through CSV byte for byte",
        arguments: [
            #""""#, #""plain""#, #""=1+1""#, #""'=1+1""#, #""''@x""#, #""'quoted'""#, #""-""#,
            #""a,b""#, #""say \"no\"""#, #""C:\\new\\u0041""#, #""line\r\n\tnext""#,
            #""\\n is no line break""#, #""\u202e and \u0000""#, #""ends with \\""#, #""\\\\""#,
            #""grüße 漢字 😀""#, #""\u001b[31m""#, #""\"""#, #""'""#, #""+\"\\""#,
        ])
    func texts(literal: String) throws {
        try check([reportRow(file: literal, line: 1, error: literal, detail: literal)])
    }

    @Test("Absent texts round-trip through CSV as null")
    func absent() throws {
        try check([reportRow(line: 1, appID: nil, eventType: nil)])
    }

    @Test("An escape that JSON does not need becomes its character")
    func escapes() throws {
        let path = try folder.write(
            reportRow(line: 1, eventType: #""user.\u0063reated\/x""#) + "\n", to: "r")
        let csv = try folder.write(convert(path, to: .csv), to: "r.csv")
        let back = String(decoding: try convert(csv, to: .ndjson), as: UTF8.self)
        #expect(back == reportRow(line: 1, eventType: #""user.created/x""#) + "\n")
        // Further conversions change nothing.
        let again = try folder.write(back, to: "again")
        #expect(try convert(again, to: .csv) == folder.read("r.csv"))
    }

    @Test("Random texts that are special in JSON, CSV or a spreadsheet round-trip through CSV")
    func random() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SeededGenerator(seed: seed)
        let pieces = [
            "=", "'", "+", "-", "@", ",", #"\""#, #"\\"#, #"\n"#, #"\u202e"#, "u0041", "n", "x",
            "é", " ", "/",
        ]
        let rows = (1...500).map { line in
            let literals = (0..<3).map { _ in
                let length = Int.random(in: 0...6, using: &generator)
                let text = (0..<length).map { _ in pieces.randomElement(using: &generator) ?? "" }
                return "\"" + text.joined() + "\""
            }
            return reportRow(
                file: literals[0], line: UInt64(line), error: literals[1], detail: literals[2])
        }
        try check(rows, "seed \(seed)")
    }

    private func check(_ rows: [String], _ comment: Comment? = nil) throws {
        let text = rows.map { $0 + "\n" }.joined()
        let path = try folder.write(text, to: "r")
        let csv = try folder.write(convert(path, to: .csv), to: "r.csv")
        // A plain CSV parser reads the same cells.
        #expect(try CSVRows.parse(folder.read("r.csv")).allSatisfy { $0.count == 13 }, comment)
        #expect(String(decoding: try convert(csv, to: .ndjson), as: UTF8.self) == text, comment)
    }
}
