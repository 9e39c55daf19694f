import Records
import Testing

@Suite("Problems of records")
struct RecordProblemTests {
    @Test("The message of any problem is one sentence that ends with column and byte offset")
    func sentences() {
        let fields = RecordField.allCases
        var reasons: [RecordProblem.Reason] = [
            .invalidUTF8, .notJSON, .notAnObject, .dotSegment, .tooLarge(limit: 5),
            .quoteInField,
            .bytesAfterQuote, .unclosedQuote, .columns(found: 1, expected: 3), .repeatedHeader,
            .leftOut(nil, bytes: 1), .leftOut(.expectedValue, bytes: .max),
            .leftOut(.unexpectedEnd, bytes: 0), .noRecords, .missingInWrapper,
            .wrapperTooLarge(limit: 1 << 30), .duplicateSource(0), .missingTime, .unreadableTime,
        ]
        reasons += PayloadTemplate.Conversion.allCases.map { .notConverted($0, source: 0) }
        reasons += JSONProblem.Reason.allCases.map { .memberJSON($0, source: 0) }
        reasons += JSONProblem.Reason.allCases.flatMap { [.json($0), .payloadJSON($0)] }
        reasons += fields.flatMap {
            [
                .duplicate($0), .missing($0), .wrongType($0), .empty($0), .tooLong($0, limit: 9),
                .invalidCharacter($0, codePoint: 0xA0),
            ]
        }
        for reason in reasons {
            let text = RecordProblem(reason, offset: ByteOffset(1234), column: 2).describe()
            #expect(text.hasSuffix(", in column 2, at byte 1234"))
            #expect(!text.contains("\n") && text.utf8.count < 200)
        }
        #expect(Set(reasons.map(\.code)) == Set(RecordProblem.Code.allCases))
    }

    @Test(
        "The message of an invalid NDJSON line names the rule that it breaks",
        arguments: [
            (#"{"a":1 "b":2}"#, "expected ',' or '}' after a member, at byte 7"),
            (#"{"a":1}{}"#, "unexpected data after the JSON value, at byte 7"),
            (#"{"a":01}"#, "a number has a leading zero, at byte 5"),
            (#"{"a":"#, "unexpected end of JSON, at byte 5"),
            (#"{"a":"\x"}"#, "invalid escape sequence in a string, at byte 7"),
            ("{\"a\":\"\t\"}", "unescaped control character in a string (U+0009), at byte 6"),
            ("\u{A0}{}", "expected a value (U+00A0), at byte 0"),
            ("{\"a\":\u{FEFF}1}", "expected a value (U+FEFF), at byte 5"),
            ("\0", "expected a value (U+0000), at byte 0"),
            ("{}\u{FEFF}", "unexpected data after the JSON value (U+FEFF), at byte 2"),
            ("{\u{2028}}", "expected a member name in double quotes (U+2028), at byte 1"),
            (event(appID: "7"), "appId must be a string, at byte 9"),
            (event(appID: #""..""#), "appId must not be '.' or '..', at byte 10"),
            (event(payload: "[]"), RecordProblemTests.wrongPayload + ", at byte 55"),
            (#"{"appId":"a","appId":"b"}"#, "duplicate member appId, at byte 13"),
        ])
    func messages(line: String, message: String) {
        #expect(read(line).records.first?.problem?.describe() == message)
    }

    private static let wrongPayload =
        "payload must be an object, string or null (use --payload any)"

    @Test(
        "The message of an invalid character names its code point",
        arguments: [
            ("appId", "app\u{A0}x", "an invalid character (U+00A0)", 13),
            ("appId", "a b", "an invalid character (U+0020)", 11),
            ("appId", "\u{1F600}", "an invalid character (U+1F600)", 10),
            ("appId", #"a\u000ab"#, "an invalid character (U+000A)", 11),
            ("appId", #"\u0061\u007E\ufeffb"#, "an invalid character (U+FEFF)", 22),
            ("appId", #"a\/b"#, "an invalid character (U+002F)", 11),
            ("event_type", "a\u{7F}", "a control character (U+007F)", 28),
            ("event_type", #"\u0000"#, "a control character (U+0000)", 27),
            ("event_type", #"\udc00"#, "an unpaired surrogate (U+DC00)", 27),
        ])
    func codePoints(field: String, text: String, words: String, offset: Int) throws {
        let line =
            field == "appId"
            ? event(appID: "\"\(text)\"") : event(appID: #""a""#, eventType: "\"\(text)\"")
        let message = try #require(read(line).records.first?.problem?.describe())
        let allowed = field == "appId" ? "; allowed: A-Z a-z 0-9 . _ ~ -" : ""
        #expect(message == "\(field) contains \(words)\(allowed), at byte \(offset)")
        let row = "\(text),e\n"
        guard field == "appId", !text.contains("\\") else { return }
        let cell = try #require(read("appId,event_type\n" + row, commas).records.first?.problem)
        #expect(cell.describe().hasPrefix("appId contains \(words)\(allowed), in column 1"))
    }

    @Test(
        "The message of an invalid CSV row names the rule that it breaks",
        arguments: [
            ("a,e,x\"y", "unexpected quote in an unquoted field (quote the field and double"),
            ("a,e,\"x\"y", "expected a delimiter or the end of the row after a closing quote, in"),
            ("a,e,\"x", "unclosed quote, in column 3, at byte"),
            ("a", "the row has 1 column, expected 3, at byte"),
            ("appId,event_type,payload", "the row repeats the header, at byte 25"),
            ("a,e,[1]", RecordProblemTests.wrongPayload + ", in column 3, at byte"),
            ("a,e,{", "payload is not valid JSON: unexpected end of JSON, in column 3, at byte"),
        ])
    func rowMessages(row: String, words: String) throws {
        let seen = read("appId,event_type,payload\n\(row)\n", commas)
        let message = try #require(seen.records.first?.problem?.describe())
        #expect(message.hasPrefix(words), "\(message)")
    }

    @Test(
        "The message of invalid UTF-8 names Windows-1252 if the byte may be of it",
        arguments: [
            ([0xE9, 0x20], " (byte 0xE9; perhaps Windows-1252)"),
            ([0x80], " (byte 0x80; perhaps Windows-1252)"),
            ([0xC3, 0x28], " (byte 0xC3; perhaps Windows-1252)"),
            ([0xF6, 0xDF, 0x65], " (byte 0xF6; perhaps Windows-1252)"),
            ([0xE9, 0xE9], " (byte 0xE9; perhaps Windows-1252)"),
            ([0xE9, 0xC3, 0xBC], ""),
            ([0xED, 0xA0, 0x80], ""), ([0xC0, 0x80], ""), ([0x81, 0x20], ""), ([0xF0, 0x9F], ""),
        ] as [([UInt8], String)])
    func windows(text: [UInt8], words: String) {
        let line = Array(#"{"appId":"a","event_type":""#.utf8) + text + Array("\"}".utf8)
        for chunk in [1, .max] {
            let seen = read(line, .ndjson, chunk: { chunk }).records.first?.problem
            #expect(seen?.describe() == "invalid UTF-8\(words), at byte 27")
        }
        let row = Array("appId,event_type\na,".utf8) + text + Array("\n".utf8)
        let cell = read(row, commas, chunk: { 1 }).records.first?.problem
        #expect(cell?.describe() == "invalid UTF-8\(words), at byte 19")
        let header = read(Array("appId,event_type,".utf8) + text + [0x0A], commas, chunk: { 1 })
        #expect(
            header.refusal?.message == "invalid CSV header: invalid UTF-8\(words), at byte 17")
    }

    @Test("The offset of an invalid character in a mapped value or a key is that of the character")
    func ownPositions() throws {
        func offset(_ input: String, _ format: InputFormat, _ options: ReaderOptions) throws
            -> UInt64
        {
            try #require(read(input, format, options).records.first?.problem).offset.value
        }
        let nested = ReaderOptions { $0.mapping.appID = .pointer(["m", "id"]) }
        #expect(try offset(#"{"m":{"id":"\u0061 b"},"event_type":"t"}"#, .ndjson, nested) == 18)
        let cell = "m,event_type\n\"{\"\"id\"\":\"\"\\u0061 b\"\"}\",t\n"
        #expect(try offset(cell, commas, nested) == 30)
        let type = ReaderOptions { $0.mapping.eventType = .pointer(["m", "t"]) }
        #expect(
            try offset(#"appId,m"# + "\na,\"{\"\"t\"\":\"\"ab\u{85}\"\"}\"\n", commas, type) == 22)
        let key = ReaderOptions { $0.idempotencyKeyFrom = ["k"] }
        #expect(try offset("appId,event_type,k\na,t,k k\n", commas, key) == 24)
        #expect(
            try offset(#"{"appId":"a","event_type":"t","k":"\u0061é"}"#, .ndjson, key) == 41)
    }

    @Test("The message of an invalid idempotency key names the characters that are allowed")
    func keyMessage() {
        let options = ReaderOptions { $0.idempotencyKeyFrom = ["payload"] }
        let seen = read(event(payload: #""a b""#), .ndjson, options)
        #expect(
            seen.records.first?.problem?.describe()
                == "idempotency key contains an invalid character (U+0020);"
                + " allowed: visible ASCII, at byte 57")
    }
}
