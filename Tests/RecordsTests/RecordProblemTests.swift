import Records
import Testing

@Suite("Problems of records")
struct RecordProblemTests {
    @Test("The message of any problem is one sentence that ends with column and byte offset")
    func sentences() {
        let fields = RecordField.allCases
        var reasons: [RecordProblem.Reason] = [
            .invalidUTF8, .notAnObject, .dotSegment, .tooLarge(limit: 5), .quoteInField,
            .bytesAfterQuote, .unclosedQuote, .columns(found: 1, expected: 3), .repeatedHeader,
            .leftOut(nil, bytes: 1), .leftOut(.expectedValue, bytes: .max),
            .leftOut(.unexpectedEnd, bytes: 0), .noRecords, .missingInWrapper,
            .wrapperTooLarge(limit: 1 << 30),
        ]
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
            ("{\"a\":\"\t\"}", "unescaped control character in a string, at byte 6"),
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
            ("appId", #"a\u000ab"#, "an invalid character (U+000A)", 9),
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

    @Test("The message of an invalid idempotency key names the characters that are allowed")
    func keyMessage() {
        let options = ReaderOptions { $0.idempotencyKeyFrom = ["payload"] }
        let seen = read(event(payload: #""a b""#), .ndjson, options)
        #expect(
            seen.records.first?.problem?.describe()
                == "idempotency key contains an invalid character (U+0020);"
                + " allowed: visible ASCII, at byte 55")
    }
}
