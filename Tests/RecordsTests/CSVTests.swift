import Records
import Testing

@Suite("CSV")
struct CSVTests {
    static let header = "appId,event_type,payload\n"

    @Test("CSV columns are found by name in any order, and others are ignored")
    func columns() throws {
        let seen = read("note,payload,appId,x,event_type\r\nn,{},a,,e\r\n", commas)
        let record = try #require(seen.records.first)
        #expect(record.problem == nil)
        #expect(record.appID == "a" && record.eventType == #""e""# && record.payload == "{}")
        #expect(record.line == 2 && record.ordinal == 1)
        #expect(seen.ignoredMembers == 2)
        #expect(seen.csvHeader == Array("note,payload,appId,x,event_type\r\n".utf8))
    }

    @Test("A CSV header may be quoted, follow a byte-order mark and lack a payload column")
    func quotedHeader() {
        let seen = read("\u{FEFF}\"event_type\",\"appId\"\ne,a", commas)
        #expect(seen.records.map(\.appID) == ["a"])
        #expect(seen.payloads == [nil])
        #expect(seen.records.first?.offset == 24)
    }

    @Test("Quoted CSV fields contain delimiters, quotes and line breaks, and lines are physical")
    func quoting() {
        let seen = read(Self.header + "a,e,\"x,\"\"y\"\"\r\nz\"\r\n\nb,e,t\n", commas)
        #expect(seen.codes == [nil, nil])
        #expect(seen.payloads == [#""x,\"y\"\r\nz""#, #""t""#])
        #expect(seen.lines == [2, 5])
        #expect(seen.blankLines == 1)
        #expect(seen.records.map(\.length) == [16, 5])
    }

    @Test(
        "A CSV payload is JSON or text according to --csv-payload",
        arguments: [
            (.auto, "", nil, nil), (.auto, "  ", nil, nil),
            (.auto, #"" {""a"": 1}\#t""#, #"{"a": 1}"#, nil),
            (.auto, #"{""a"":1}"#, nil, .csvQuote), (.auto, #""{""a"":}""#, nil, .invalidPayload),
            (.auto, "null", "null", nil), (.auto, " null ", "null", nil),
            (.auto, "nul", #""nul""#, nil),
            (.auto, #""""text""""#, #""text""#, nil), (.auto, #""""text""#, nil, .invalidPayload),
            (.auto, #""""a"""" b""#, nil, .invalidPayload), (.auto, "[]", nil, .invalidPayload),
            (.auto, "12", #""12""#, nil), (.auto, "true", #""true""#, nil),
            (.auto, " é ", #"" é ""#, nil),
            (.auto, "a\\b\u{1}", #""a\\b\u0001""#, nil), (.auto, "{} {}", nil, .invalidPayload),
            (.json, "", nil, .invalidPayload), (.json, " {} ", "{}", nil),
            (.json, "text", nil, .invalidPayload),
            (.json, "12", nil, .invalidPayload), (.json, "null", "null", nil),
            (.text, "", #""""#, nil), (.text, "null", #""null""#, nil),
            (.text, #""{""a"":1}""#, #""{\"a\":1}""#, nil),
        ] as [(ReaderOptions.CSVPayload, String, String?, RecordProblem.Code?)])
    func cells(
        mode: ReaderOptions.CSVPayload, cell: String, payload: String?, code: RecordProblem.Code?
    ) {
        let seen = read(
            Self.header + "a,e,\(cell)\n", commas, ReaderOptions { $0.csvPayload = mode })
        #expect(seen.payloads == [payload])
        #expect(seen.codes == [code])
    }

    @Test("With any payload allowed, CSV cells may be arrays and, as JSON, scalars")
    func anyPayload() {
        let any = ReaderOptions { $0.payload = .any }
        #expect(
            read(Self.header + "a,e,\"[1, 2]\"\na,e,12\n", commas, any).payloads == [
                "[1, 2]", #""12""#,
            ])
        let json = ReaderOptions {
            $0.payload = .any
            $0.csvPayload = .json
        }
        #expect(read(Self.header + "a,e,12\na,e,true\n", commas, json).payloads == ["12", "true"])
    }

    @Test(
        "A misplaced quote invalidates its CSV row up to the next line break only",
        arguments: [
            ("a,e,x\"y\n", .csvQuote, 30, 3), ("a,e,\"x\"y\n", .csvQuote, 32, 3),
            ("a,\"e\" ,x\n", .csvQuote, 30, 2), ("\"a\n\"b,e,\n", .csvQuote, 29, 1),
            ("a,e,\"x\"\ry\n", .csvQuote, 32, 3), ("a,\"e,x\n", .csvUnclosedQuote, 27, 2),
        ] as [(String, RecordProblem.Code, UInt64, Int)])
    func quoteErrors(row: String, code: RecordProblem.Code, offset: UInt64, column: Int) {
        let seen = read(Self.header + row + "b,e,\n", commas)
        #expect(seen.codes == [code, nil])
        #expect(seen.records.first?.problem?.offset == ByteOffset(offset))
        #expect(seen.records.first?.problem?.column == column)
        #expect(seen.records.last?.appID == "b")
        #expect(seen.records.last?.line == UInt64(row.utf8.count { $0 == 10 }) + 2)
    }

    @Test("An unclosed quote invalidates only its own physical line")
    func unclosed() {
        let seen = read(Self.header + "a,e,\"open\r\nb,e,1\nc,e,2", commas)
        #expect(seen.codes == [.csvUnclosedQuote, nil, nil])
        #expect(seen.lines == [2, 3, 4])
        #expect(seen.records.first?.length == 9)
        #expect(
            seen.records.first?.problem?.describe()
                == "unclosed quote, in column 3, at byte 29")
    }

    @Test("A CSV row with more or fewer columns is invalid, and the problem has both counts")
    func columnCount() {
        let seen = read(Self.header + "a,e\na,e,,\na\na,e,\n", commas)
        #expect(seen.codes == [.csvColumns, .csvColumns, .csvColumns, nil])
        #expect(seen.records.first?.problem?.reason == .columns(found: 2, expected: 3))
    }

    @Test(
        "A row equal to the CSV header is invalid, whatever its row end",
        arguments: ["appId,event_type,payload", "\"event_type\",appId", "event_type,x,appId"])
    func repeatedHeader(header: String) {
        for rowEnd in ["\n", "\r\n", "\r\r\n", ""] {
            let input = Array((header + "\n\n" + header + "\r\n" + header + rowEnd).utf8)
            for chunk in [1, .max] {
                let seen = read(input, commas, chunk: { chunk })
                #expect(seen.codes == [.csvRepeatedHeader, .csvRepeatedHeader])
                #expect(seen.records.allSatisfy { $0.appID == nil && $0.payload == nil })
                #expect(seen.lines == [3, 4])
            }
        }
    }

    @Test("A row that differs from the CSV header in one byte is a record, as is any without one")
    func almostHeader() {
        let rows = "appId,event_type,payloae\nappIe,event_type,payload\nappId,event_type,\n"
        #expect(read(Self.header + rows, commas).codes == [nil, nil, nil])
        let options = ReaderOptions { $0.hasHeader = false }
        let seen = read("a,e,\n" + Self.header + "a,e,\n", commas, options)
        #expect(seen.codes == [nil, nil, nil])
    }

    @Test(
        "CSV fields obey the same rules as in NDJSON, and empty cells are missing",
        arguments: [
            ("a/b,e,", .invalidAppID), ("..,e,", .invalidAppID), (",e,", .missingAppID),
            ("a,,", .missingEventType), ("a,\"\",", .missingEventType),
            ("a,\"e\n\",", .invalidEventType),
            ("a,e\r\r\n,", .csvColumns), ("a\r,e,", .invalidAppID), (" a,e,", .invalidAppID),
        ] as [(String, RecordProblem.Code)])
    func fieldRules(row: String, code: RecordProblem.Code) {
        #expect(read(Self.header + row + "\n", commas).codes.first == code)
    }

    @Test("A CSV event type becomes the JSON string of its cell")
    func eventType() {
        let seen = read(Self.header + "a,\"say \"\"hi\"\" \\ é\",\n", commas)
        #expect(seen.records.first?.eventType == #""say \"hi\" \\ é""#)
    }

    @Test("Malformed UTF-8 invalidates a CSV row even in an ignored column")
    func notUTF8() {
        let input = Array("appId,x,event_type\na,".utf8) + [0xC3] + Array(",e\nb,,e\n".utf8)
        let seen = read(input, commas)
        #expect(seen.codes == [.invalidUTF8, nil])
        #expect(seen.records.first?.problem?.offset == ByteOffset(21))
    }

    @Test("Without a CSV header the first row determines whether there is a payload column")
    func noHeader() {
        let options = ReaderOptions { $0.hasHeader = false }
        let two = read("a,e\nb,e,{}\n", commas, options)
        #expect(two.codes == [nil, .csvColumns])
        let three = read("a,e,\nb,e\n", commas, options)
        #expect(three.codes == [nil, .csvColumns])
        #expect(three.lines == [1, 2])
        #expect(three.csvHeader.isEmpty)
    }

    @Test("Any ASCII byte can be the CSV delimiter")
    func delimiter() {
        for delimiter in "\t;|: ,".utf8 {
            let text = "appId,event_type,payload\na,e,{}\n".utf8.map {
                $0 == UInt8(ascii: ",") ? delimiter : $0
            }
            #expect(read(text, .csv(delimiter: delimiter)).payloads == ["{}"])
        }
    }

    @Test(
        "A CSV idempotency key comes from a column or from the JSON of a cell",
        arguments: [
            ("key", "k1", "k1"), ("/key", "k1", "k1"), ("key", "", nil), ("key", "a b", nil),
            ("/key/id", #""{""id"":""x""}""#, "x"), ("/key/id", #""{""id"":7}""#, "7"),
            ("/key/id", "no JSON", nil), ("/key/1", "\"[1,2]\"", "2"),
            ("/key/id", #""{""id"":""\u0078""}""#, "x"),
        ] as [(String, String, String?)])
    func keys(pointer: String, cell: String, key: String?) {
        let options = ReaderOptions { $0.idempotencyKeyFrom = JSONPointer(parsing: pointer) }
        let seen = read("appId,event_type,key\na,e,\(cell)\n", commas, options)
        #expect(seen.records.map(\.idempotencyKey) == [key])
        #expect(seen.codes == [key == nil ? .invalidIdempotencyKey : nil])
    }

    @Test("A problem in a quoted JSON cell has the offset of its byte in the file")
    func offsetInCell() {
        let seen = read(Self.header + #"a,e,"{""a"": x}""#, commas)
        #expect(seen.records.first?.problem?.offset == ByteOffset(38))
        #expect(seen.records.first?.problem?.column == 3)
    }
}
