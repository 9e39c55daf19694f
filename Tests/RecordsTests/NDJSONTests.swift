import Records
import Testing

@Suite("NDJSON")
struct NDJSONTests {
    @Test("An NDJSON line may contain white space, and its fields are not changed")
    func fields() throws {
        let line =
            " {\t\"payload\" : {\"n\": 1e400} , \"appId\":\"a.b_c~d-E9\" ,\"event_type\": \"user\\u002ecreated\"}\r\n"
        let record = try #require(read(line).records.first)
        #expect(record.problem == nil)
        #expect(record.appID == "a.b_c~d-E9")
        #expect(record.eventType == #""user\u002ecreated""#)
        #expect(record.payload == #"{"n": 1e400}"#)
        #expect(record.bytes == Array(line.utf8.dropLast(2)))
        #expect(record.length == UInt64(line.utf8.count - 2))
    }

    @Test("NDJSON lines end in LF, CR LF or the end of the input, and blank lines are counted")
    func lines() {
        let one = event()
        let seen = read("\n\(one)\r\n \t\r\n\(one)\n\n\(one)")
        #expect(seen.lines == [2, 4, 6])
        #expect(seen.records.map(\.ordinal) == [1, 2, 3])
        #expect(
            seen.records.map(\.offset) == [
                1, UInt64(one.utf8.count) + 7, 2 * UInt64(one.utf8.count) + 9,
            ])
        #expect(seen.blankLines == 3)
        #expect(seen.codes == [nil, nil, nil])
    }

    @Test(
        "An invalid NDJSON line has a code and the offset of the offending byte",
        arguments: [
            ("{", .invalidJSON, 1), ("nonsense", .notJSON, 0), ("null", .notAnObject, 0),
            (" 1", .notAnObject, 1), (#"{"a":1,}"#, .invalidJSON, 7),
            (#"{"a":1}x"#, .invalidJSON, 7), (#"{"a":1}{"a":1}"#, .invalidJSON, 7),
            (#"{"a":01}"#, .invalidJSON, 5), (#"{"a":1.}"#, .invalidJSON, 7),
            (#"{"a":+1}"#, .invalidJSON, 5), ("{\"a\":\"\u{1}\"}", .invalidJSON, 6),
            ("{\"a\":\"\t\"}", .invalidJSON, 6), ("{\"a\":\0}", .invalidJSON, 5),
            (#"{"a":"\x"}"#, .invalidJSON, 7), (#"{"a":"\u12g4"}"#, .invalidJSON, 10),
            (#"{'a':1}"#, .invalidJSON, 1), (#"{"a" 1}"#, .invalidJSON, 5),
            (#"{"a":1 "b":2}"#, .invalidJSON, 7), (#"{"a":[1 2]}"#, .invalidJSON, 8),
            (#"{"a":NaN}"#, .invalidJSON, 5), (#"{"a":1}// c"#, .invalidJSON, 7),
            ("{\"a\":1}\u{C}", .invalidJSON, 7), (#"{"a":"b"#, .invalidJSON, 7),
        ] as [(String, RecordProblem.Code, UInt64)])
    func invalidLines(line: String, code: RecordProblem.Code, offset: UInt64) throws {
        let record = try #require(read(line).records.first)
        #expect(record.code == code)
        #expect(record.problem?.offset == ByteOffset(offset))
        #expect(record.appID == nil && record.payload == nil)
        #expect(record.problem?.describe().hasSuffix("at byte \(offset)") == true)
    }

    @Test(
        "A line of text is told from JSON that is broken",
        arguments: [
            ("INFO server started", true), ("2026-11-29 14:00 INFO ready", true),
            ("nullable", true),
            ("  at main.swift:3", true), ("true, but not alone", true), ("-", true),
            ("[INFO] started", true), ("[2026-11-29 14:00] started", true), ("[1] a", false),
            ("[ warn ] x", true), ("\u{1B}[31mpanic\u{1B}[0m", true), ("\u{FC}ber", true),
            ("'a'", true), ("<a>", true), ("[1", false), ("[", false), ("[1,", false),
            ("[]x", false),
            (#"["a""#, false), (#"[{"a":1"#, false), (#""a"#, false), (#""a": 1,"#, false),
            ("}", false), ("],", false), (",", false), (#"{"a""#, false), (#"{'a'}"#, false),
            ("{}{}", false), ("\0\0", false), ("\u{FEFF}{\"a\":1}", false), ("\u{A0}{}", false),
        ])
    func text(line: String, isText: Bool) throws {
        var mapped = ReaderOptions()
        mapped.mapping.appID = .pointer(["a"])
        for options in [ReaderOptions(), mapped] {
            for chunk in [1, .max] {
                let seen = read(Array((event() + "\n" + line).utf8), .ndjson, options) { chunk }
                #expect(seen.refusal == nil)
                let problem = try #require(seen.records.last?.problem)
                #expect(problem.code == (isText ? .notJSON : .invalidJSON), "\(problem.describe())")
            }
        }
    }

    @Test("A first line of text in brackets does not make an input a JSON array")
    func textInBrackets() {
        #expect(read("[2026-11-29] ready\n" + event()).codes == [.notJSON, nil])
        #expect(read("[notice]\n" + event()).codes == [.notJSON, nil])
        for line in ["[", "[{", "[1,", #"["a","#, "[]"] {
            #expect(read(line + "\n" + event()).refusal == .jsonArray, "\(line)")
        }
    }

    @Test(
        "Malformed UTF-8 has its own code, inside and outside of strings",
        arguments: [
            [0xFF], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80],
            [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80],
            [0xE2, 0x82],
            [0x80], [0xC3],
        ] as [[UInt8]])
    func notUTF8(bytes: [UInt8]) {
        let inString = Array(#"{"a":"xxxxxxxxxxxx"#.utf8) + bytes + Array("\"}".utf8)
        let outside = Array(#"{"a":"#.utf8) + bytes + Array("}".utf8)
        #expect(read(inString).codes == [.invalidUTF8])
        #expect(read(outside).codes == [.invalidUTF8])
        #expect(read(inString).records.first?.problem?.offset == ByteOffset(18))
    }

    @Test("A byte-order mark inside an NDJSON file is invalid")
    func markInside() {
        #expect(read("\n\u{FEFF}{}").codes == [.invalidJSON])
    }

    @Test(
        "JSON is valid at 512 nested levels, not at 513", arguments: [("[", "]"), (#"{"a":"#, "}")])
    func depth(open: String, close: String) {
        func nested(_ levels: Int) -> String {
            let n = levels - 1
            return event(
                payload: String(repeating: open, count: n - 1) + (open == "[" ? "[]" : "{}")
                    + String(repeating: close, count: n - 1))
        }
        let any = ReaderOptions { $0.payload = .any }
        #expect(read(nested(512), .ndjson, any).codes == [nil])
        #expect(read(nested(513), .ndjson, any).codes == [.tooDeep])
        let deep = read("{}\n" + String(repeating: open, count: 100_000))
        #expect(deep.codes == [.missingAppID, .tooDeep])
    }

    @Test("Fields are found by their decoded names, and only at the top level")
    func names() throws {
        let line =
            #"{"app\u0049d":"a","event\u005ftype":"e","\u0070ayload":"p","x":{"appId":"no"},"appid":1}"#
        let seen = read(line)
        let record = try #require(seen.records.first)
        #expect(record.problem == nil)
        #expect(record.appID == "a" && record.eventType == #""e""# && record.payload == #""p""#)
        #expect(seen.ignoredMembers == 2)
    }

    @Test(
        "A duplicate field is invalid even if escaped, and the other fields are kept",
        arguments: [
            #"{"appId":"a","appId":"a","event_type":"e"}"#,
            #"{"appId":"a","app\u0049d":"b","event_type":"e"}"#,
            #"{"appId":"a","payload":1,"event_type":"e","payload":{}}"#,
            #"{"event_type":"e","appId":"a","event_type":"e"}"#,
        ])
    func duplicates(line: String) throws {
        let record = try #require(read(line).records.first)
        #expect(record.code == .duplicateMember)
        #expect(record.appID != nil || record.eventType != nil)
    }

    @Test("Duplicate unknown members are valid")
    func unknownDuplicates() {
        let seen = read(#"{"x":1,"appId":"a","x":2,"event_type":"e"}"#)
        #expect(seen.codes == [nil])
        #expect(seen.ignoredMembers == 2)
    }

    @Test(
        "A payload is an object, string or null unless any type is allowed",
        arguments: [
            ("{}", true), (#""s""#, true), ("null", true), ("[]", false), ("1", false),
            ("-0.5E+2", false), ("true", false), ("false", false),
        ])
    func payloads(payload: String, isDocumented: Bool) {
        let line = event(payload: payload)
        #expect(read(line).codes == [isDocumented ? nil : .invalidPayload])
        #expect(read(line).payloads == [isDocumented ? payload : nil])
        #expect(read(line, .ndjson, ReaderOptions { $0.payload = .any }).payloads == [payload])
    }

    @Test("An absent payload stays absent")
    func absentPayload() {
        #expect(read(event(payload: nil)).codes == [nil])
        #expect(read(event(payload: nil)).payloads == [nil])
    }

    @Test(
        "An event type is a string of 1 to 256 characters without control characters",
        arguments: [
            (#""e""#, nil), (nil, .missingEventType), ("null", .invalidEventType),
            ("1", .invalidEventType), (#""""#, .invalidEventType), (#""a\n""#, .invalidEventType),
            (#""a\u0000""#, .invalidEventType), ("\"\u{7F}\"", .invalidEventType),
            ("\"a\u{80}\"", .invalidEventType), ("\"\u{9F}\"", .invalidEventType),
            ("\"\u{A0}\"", nil),
            (#""\u009f""#, .invalidEventType), (#""\ud83d\ude00""#, nil),
            (#""\ud83d""#, .invalidEventType),
            (#""\ude00\ud83d""#, .invalidEventType), (#""\"\\\/""#, nil),
            ("\"" + String(repeating: "é", count: 256) + "\"", nil),
            ("\"" + String(repeating: "é", count: 257) + "\"", .invalidEventType),
            ("\"" + String(repeating: "a", count: 256) + "\"", nil),
            ("\"" + String(repeating: "a", count: 257) + "\"", .invalidEventType),
            ("\"" + String(repeating: #"\ud83d\ude00"#, count: 256) + "\"", nil),
            ("\"" + String(repeating: #"\u0061"#, count: 257) + "\"", .invalidEventType),
        ] as [(String?, RecordProblem.Code?)])
    func eventTypes(eventType: String?, code: RecordProblem.Code?) {
        let seen = read(event(eventType: eventType))
        #expect(seen.codes == [code])
        #expect(seen.records.first?.eventType == (code == nil ? eventType : nil))
        #expect(seen.records.first?.appID == "app_1")
    }

    @Test(
        "An NDJSON idempotency key is found by its pointer, or the line is invalid",
        arguments: [
            (#"{"id":"k-1"}"#, "k-1"), (#"{"id":"\u006b\/1"}"#, "k/1"), (#"{"id":42}"#, "42"),
            (#"{"id":""}"#, nil), (#"{"id":"a b"}"#, nil), (#"{"id":"é"}"#, nil),
            (#"{"id":"\n"}"#, nil), (#"{"id":null}"#, nil), (#"{"id":{}}"#, nil), ("{}", nil),
            (#""text""#, nil), (#"{"id":"a","id":"b"}"#, "b"),
            (
                #"{"id":"\#(String(repeating: "k", count: 255))"}"#,
                String(repeating: "k", count: 255)
            ),
            (#"{"id":"\#(String(repeating: "k", count: 256))"}"#, nil),
            (#"{"id":"\u006b\#(String(repeating: "k", count: 255))"}"#, nil),
        ] as [(String, String?)])
    func keys(payload: String, key: String?) throws {
        let options = ReaderOptions { $0.idempotencyKeyFrom = JSONPointer(parsing: "/payload/id") }
        let record = try #require(read(event(payload: payload), .ndjson, options).records.first)
        #expect(record.idempotencyKey == key)
        #expect(record.code == (key == nil ? .invalidIdempotencyKey : nil))
    }
}
