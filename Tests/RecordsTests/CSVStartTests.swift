import Records
import Testing

@Suite("The start of a CSV")
struct CSVStartTests {
    private static let auto = InputFormat.csv(CSVDialect())

    private static func read(
        _ text: String, _ format: InputFormat = auto, _ options: ReaderOptions = ReaderOptions()
    ) -> Readout {
        CSVDialectTests.readAll(text, format, options)
    }

    @Test(
        "The header decides the delimiter",
        arguments: [
            "appId,event_type,payload\na,e,{}", "appId;event_type;payload\na;e;{}",
            "appId\tevent_type\tpayload\na\te\t{}", "appId|event_type|payload\na|e|{}",
            "\n \nappId;event_type;payload\na;e;{}", "\u{FEFF}x;payload;appId;event_type\n;{};a;e",
            "\"appId\";\"x\n,y\";event_type;payload\na;;e;{}",
            "appId ; event_type;\tpayload\na;e;{}",
            "appId,event_type,payload,x;y\na,e,{},",
            "appId;event_type|appId|event_type|payload\n|a|e|{}",
            "appId;event_type;payload,x\na;e;{}",
        ])
    func delimiter(text: String) {
        // The last one has no column payload: its name is another.
        let payload: String? = text.contains("payload,x\n") ? nil : "{}"
        let seen = Self.read(text)
        #expect(seen.refusal == nil)
        #expect(seen.records.map(\.appID) == ["a"] && seen.payloads == [payload])
        #expect(seen.records.map(\.eventType) == [#""e""#] && seen.codes == [nil])
    }

    @Test(
        "Without a delimiter that gives all names the header is refused with the names it gives",
        arguments: [
            ("a;b;c\n", ["a", "b", "c"]), ("a;b|c\n", ["a;b|c"]), ("appId;b\n", ["appId", "b"]),
            ("appId,x;event_type\n", ["appId", "x;event_type"]), ("x\n", ["x"]),
        ])
    func undecided(header: String, found: [String]) {
        guard case .missingColumns(_, let names, _) = Self.read(header + "a;e\n").refusal else {
            Issue.record("not refused")
            return
        }
        #expect(names == found)
    }

    @Test("Mapped columns decide the delimiter, a given one and a missing header do not let them")
    func mapped() {
        let options = ReaderOptions {
            $0.mapping.appID = .pointer(["Customer ID "])
            $0.mapping.eventType = .constant(Array(#""e""#.utf8))
        }
        let seen = Self.read(" Customer ID;Note, long;payload\na;x;{}", Self.auto, options)
        #expect(seen.records.map(\.appID) == ["a"] && seen.payloads == ["{}"])
        let text = "appId;event_type\na;e\n"
        #expect(Self.read(text, commas).refusal != nil)
        #expect(Self.read(text, .csv(delimiter: UInt8(ascii: ";"))).codes == [nil])
        let noHeader = ReaderOptions { $0.hasHeader = false }
        #expect(Self.read("a;e\n", Self.auto, noHeader).codes == [.csvColumns])
    }

    @Test(
        "A first line with sep= sets the delimiter and is kept for files of rejected rows",
        arguments: ["\n", "\r\n", "\r"], ["", "\u{FEFF}"])
    func separator(lineEnd: String, mark: String) {
        for name in ["sep=;", "SEP=;"] {
            let head = name + lineEnd + "appId;event_type;payload" + lineEnd
            let seen = Self.read(mark + head + "a;e;{}" + lineEnd + "b;e", Self.auto)
            #expect(seen.codes == [nil, .csvColumns] && seen.payloads.first == "{}")
            #expect(seen.lines == [3, 4])
            #expect(seen.csvHeader == Array(head.utf8))
            // A given delimiter wins.
            #expect(Self.read(mark + head + "a;e;{}", commas).refusal != nil)
            let noHeader = ReaderOptions { $0.hasHeader = false }
            let rows = Self.read(mark + name + lineEnd + "a;e;{}" + lineEnd, Self.auto, noHeader)
            #expect(rows.payloads == ["{}"] && rows.lines == [2])
            #expect(rows.csvHeader == Array((name + lineEnd).utf8))
        }
    }

    @Test(
        "A line that is no delimiter's is the header",
        arguments: ["sep=", "sep=\"", "sep=;;", "sep", "se", "sep=é", "xsep=;"])
    func noSeparator(line: String) {
        guard case .missingColumns = Self.read(line + "\n").refusal else {
            if case .malformedHeader = Self.read(line + "\n").refusal { return }
            Issue.record("not refused")
            return
        }
    }

    @Test("A CR alone ends rows if it ends the header, and so do CR LF and LF then")
    func returns() {
        let head = "appId,event_type,payload\r"
        let seen = Self.read(head + "a,e,\"x\ry\"\r\rb,e,{}\r\nc,e,1\nd,e,\"\r\n\"\re,e,x\r")
        #expect(seen.payloads == [#""x\ry""#, "{}", #""1""#, nil, #""x""#])
        #expect(seen.lines == [2, 5, 6, 7, 9] && seen.line == 10)
        #expect(seen.blankLines == 1)
        #expect(seen.csvHeader == Array(head.utf8))
        #expect(Self.read(head).records.isEmpty)
        #expect(Self.read("x,y\ra,b\r").refusal?.message.contains("'x', 'y'") == true)
        #expect(
            Self.read(head + "a,e\rb,e,\"x\"y\rc,e,\"\r").codes == [
                .csvColumns, .csvQuote, .csvUnclosedQuote,
            ])
    }

    @Test("Without a header, a CR alone ends rows if the next row has as many cells")
    func returnsWithoutHeader() {
        let options = ReaderOptions { $0.hasHeader = false }
        #expect(Self.read("a,e,{}\rb,e,x\r", Self.auto, options).payloads == ["{}", #""x""#])
        #expect(Self.read("a,e,x\ry\nb,e,z", Self.auto, options).payloads == [#""x\ry""#, #""z""#])
        #expect(Self.read("a,e,x\r", Self.auto, options).payloads == [#""x""#])
    }

    @Test(
        "A row of any length in a CSV with CRs is read or skipped", arguments: [1, 2, 7, Int.max])
    func long(chunk: Int) {
        let options = ReaderOptions { $0.maxRecordBytes = 30 }
        for length in 20...60 {
            for rowEnd in ["\r", "\r\n", "\n"] {
                for quote in ["", "\""] {
                    let cell =
                        quote + String(repeating: "x", count: length - 4 - 2 * quote.count) + quote
                    let input = "appId,event_type,payload\ra,e,\(cell)\(rowEnd)b,e,\r"
                    let seen = RecordsTests.read(
                        Array(input.utf8), commas, options, chunk: { chunk })
                    #expect(seen.codes == [length > 30 ? .recordTooLarge : nil, nil], "\(length)")
                    #expect(seen.records.first?.length == UInt64(length))
                    #expect(
                        seen.lines == [2, 3] && seen.line == 4,
                        "\(length) \(rowEnd.debugDescription)")
                }
            }
        }
    }

    @Test(
        "A delimiter after the last cell is allowed if the first row has it, then in all rows",
        arguments: [
            ("appId,event_type,payload,\na,e,{},\nb,e,{},\n", [nil, nil]),
            ("appId,event_type,payload\na,e,{},\nb,e,,\n", [nil, nil]),
            (
                "appId,event_type,payload\na,e,{},\nb,e,\nc,e,{},x\nd,e,{},,\n",
                [nil, .csvColumns, .csvColumns, .csvColumns]
            ),
            ("appId,event_type,payload\na,e,{}\nb,e,{},\n", [nil, .csvColumns]),
            ("appId,event_type,payload\na,e,{},x\n", [.csvColumns]),
            ("appId,event_type,payload\na,e,{},\"\"\n", [.csvColumns]),
            ("appId,event_type\na,e,\n", [nil]),
        ] as [(String, [RecordProblem.Code?])])
    func lastDelimiter(text: String, codes: [RecordProblem.Code?]) {
        #expect(Self.read(text).codes == codes)
    }

    @Test(
        "A header among the rows is recognised after a byte-order mark and between spaces",
        arguments: ["", "\u{FEFF}", " ", "\u{FEFF} "], ["", "  "])
    func repeatedHeader(before: String, after: String) {
        for header in ["appId,event_type,payload", " event_type, appId "] {
            let text = header + "\n" + before + header + after + "\n"
            #expect(Self.read(text).codes == [.csvRepeatedHeader])
        }
    }

    @Test("Spaces around the names of a header do not count, but a name may not be given twice")
    func spaces() {
        #expect(Self.read(" appId\t,event_type ,\" payload \"\na,e,{}\n").payloads == ["{}"])
        #expect(Self.read("appId, appId,event_type\n").refusal == .duplicateColumn("appId"))
    }
}
