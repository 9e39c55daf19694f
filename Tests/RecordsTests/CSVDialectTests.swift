import Records
import TestSupport
import Testing

@Suite("Dialects of CSV")
struct CSVDialectTests {
    private static let tab = UInt8(ascii: "\t")
    private static let raw = InputFormat.csv(CSVDialect(delimiter: tab, quote: .none))
    private static let dump = InputFormat.csv(
        CSVDialect(delimiter: tab, quote: .none, escape: .backslash))
    private static let escaped = InputFormat.csv(CSVDialect(escape: .backslash))
    private static let tabs = InputFormat.csv(delimiter: tab)

    /// Reads in chunks of several sizes, which must give the same.
    static func readAll(
        _ text: String, _ format: InputFormat, _ options: ReaderOptions = ReaderOptions()
    ) -> Readout {
        let whole = read(text, format, options)
        for chunk in 1...5 {
            let parts = read(Array(text.utf8), format, options, chunk: { chunk })
            #expect(parts == whole, "reads of \(chunk) bytes")
        }
        return whole
    }

    @Test(
        "A payload cell is read by its dialect, or its problem names the flag",
        arguments: [
            // Raw JSON between tabs.
            (tabs, #"{"a":1}"#, nil, "use --quote none"),
            (tabs, #"["a"]"#, nil, "use --quote none"),
            (tabs, #""{\"a\":1}""#, nil, "use --csv-escape backslash"),
            (tabs, #"\N"#, nil, "use --csv-escape backslash"),
            (raw, #"{"a":"x\ny"}"#, #"{"a":"x\ny"}"#, nil), (raw, "", nil, nil),
            (raw, #"say "hi""#, #""say \"hi\"""#, nil), (raw, #""x"#, nil, "payload is not valid"),
            (raw, #"{"a":"\\"x\\""}"#, nil, "use --csv-escape backslash"),
            (raw, #"\N"#, nil, "use --csv-escape backslash"),
            (raw, #"{"a":}"#, nil, "payload is not valid JSON"),
            (raw, "[1]", nil, "payload must be an object"),
            // Text dumps.
            (dump, #"{"a":"x\\ny"}"#, #"{"a":"x\ny"}"#, nil), (dump, #"\N"#, nil, nil),
            (dump, #"{"a":"\\"x\\""}"#, #"{"a":"\"x\""}"#, nil),
            (dump, #"a\tb\nc\rd\\e"#, #""a\tb\nc\rd\\e""#, nil),
            (dump, #"\b\f\v\0\Z\q"#, #""\u0008\u000c\u000b\u0000\u001aq""#, nil),
            (dump, "a\\\tb\\\nc", #""a\tb\nc""#, nil), (dump, #"\\N"#, #""\\N""#, nil),
            (dump, #" \N"#, #"" N""#, nil), (dump, #"say "hi""#, #""say \"hi\"""#, nil),
            (dump, #"{"a":"x\ny"}"#, nil, "payload is not valid JSON"),
            // Quotes and escapes.
            (escaped, #""{\"a\":\"x\\ny\"}""#, #"{"a":"x\ny"}"#, nil), (escaped, #"\N"#, nil, nil),
            (escaped, #""{""a"":1}""#, #"{"a":1}"#, nil), (escaped, #""\N""#, #""N""#, nil),
            (escaped, #"x\,y\"z"#, #""x,y\"z""#, nil), (escaped, #"x"y"#, nil, "unexpected quote"),
            (escaped, "\"a\\\nb\nc\"", #""a\nb\nc""#, nil), (escaped, #""x"y"#, nil, "expected a"),
        ] as [(InputFormat, String, String?, String?)])
    func cells(format: InputFormat, cell: String, payload: String?, message: String?) throws {
        let delimiter = format == Self.escaped ? "," : "\t"
        let head = ["appId", "event_type", "payload"].joined(separator: delimiter)
        let row = ["a", "e", cell].joined(separator: delimiter)
        for rowEnd in ["\n", "\r\n"] {
            let seen = Self.readAll(head + rowEnd + row + rowEnd + row, format)
            #expect(seen.records.count == 2)
            for record in seen.records {
                #expect(record.payload == payload)
                #expect(record.bytes == Array(row.utf8))
                let problem = record.problem?.describe()
                #expect((problem == nil) == (message == nil), "\(problem ?? "valid")")
                if let message { #expect(problem?.contains(message) == true, "\(problem ?? "")") }
            }
        }
    }

    @Test("Escapes are decoded in every field, and problems have the position in the file")
    func fields() {
        let options = ReaderOptions {
            $0.mapping.payload = .pointer(["data", "n"])
            $0.idempotencyKeyFrom = ["key"]
        }
        let head = "appId\tevent\\_type\tkey\tdata\n"
        let good = "a\\p\te\\\\x\tk\\-1\t{\"n\":\\\t{\"t\":\"\\\\t\"}}\n"
        let seen = Self.readAll(
            head + good + "a\\tb\te\tk\t\n\\N\te\tk\t\na\t\\N\tk\t\na\te\t\\N\t\na\te\tk\\n\t\n",
            Self.dump, options)
        let first = seen.records.first
        #expect(first?.appID == "ap" && first?.eventType == #""e\\x""#)
        #expect(first?.idempotencyKey == "k-1" && first?.payload == #"{"t":"\t"}"#)
        #expect(
            seen.codes == [
                nil, .invalidAppID, .missingAppID, .missingEventType, .invalidIdempotencyKey,
                .invalidIdempotencyKey,
            ])
        #expect(seen.records[1].problem?.offset.value == UInt64((head + good).utf8.count + 1))
    }

    @Test("Lines of rows with escaped line breaks are physical")
    func lines() {
        let seen = Self.readAll(
            "a\te\tx\\\ny\nb\te\tz\n", Self.dump, ReaderOptions { $0.hasHeader = false })
        #expect(seen.lines == [1, 3] && seen.line == 4)
    }

    @Test(
        "Every dialect agrees with the reference reader",
        arguments: [CSVDialect.Quote.double, .none], CSVDialect.Escape.allCases)
    func reference(quote: CSVDialect.Quote, escape: CSVDialect.Escape) {
        var choices = SeededGenerator.fromEnvironment()
        let seed = choices.seed
        let text = ReaderOptions { $0.csvPayload = .text }
        let dialect = CSVDialect(delimiter: UInt8(ascii: ","), quote: quote, escape: escape)
        let pieces = [
            "a", "e", ",", ",", ",", "\"", "\"\"", ",\"", "\",", "\\", "\\N", "\\n", "\\,", "\\\"",
            "\n",
            "\r\n", "\r", "\r\r\n", "\\\r\n", " ", "x", "é", "\na,e,", "\na,e,\"",
        ]
        for round in 0..<1500 {
            let endsInReturn = choices.below(2) == 0
            let rowEnd = endsInReturn ? "\r" : "\n"
            let soup = (0..<choices.below(30)).map { _ in choices.pick(pieces) }.joined()
            let input = Array(
                ("appId,event_type,payload\(rowEnd)a,e,first\(rowEnd)a" + soup).utf8)
            let rows = ReferenceDialect.rows(of: input, dialect, endsInReturn: endsInReturn)
                .dropFirst()
            let chunk = choices.pick([1, 3, .max])
            let seen = read(input, .csv(dialect), text, chunk: { chunk })
            let place =
                "seed \(seed), round \(round): \(String(decoding: input, as: UTF8.self).debugDescription)"
            #expect(seen.records.count == rows.count, "\(place)")
            for (record, row) in zip(seen.records, rows) {
                #expect(Int(record.line) == row.line, "\(place)")
                #expect(Int(record.offset) == row.offset, "\(place)")
                #expect(Int(record.length) == row.length, "\(place)")
                let code = row.code ?? (row.fields.count == 3 ? nil : .csvColumns)
                if code != nil { #expect(record.code == code, "\(place)") }
                guard code == nil else { continue }
                #expect(record.payload == row.fields[2].map(literal), "\(place)")
                if let appID = record.appID {
                    #expect(Array(appID.utf8) == row.fields[0], "\(place)")
                }
                if let type = record.eventType {
                    #expect(type == row.fields[1].map(literal), "\(place)")
                }
            }
        }
    }
}
