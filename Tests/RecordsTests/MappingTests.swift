import Records
import TestSupport
import Testing

private func pointer(_ text: String) -> FieldMapping.Source {
    .pointer(text.isEmpty ? [] : JSONPointer(parsing: text) ?? ["?"])
}

private func mapped(
    appID: FieldMapping.Source? = nil, eventType: FieldMapping.Source? = nil,
    payload: FieldMapping.Source? = nil, _ change: (inout ReaderOptions) -> Void = { _ in }
) -> ReaderOptions {
    var options = ReaderOptions()
    if let appID { options.mapping.appID = appID }
    if let eventType { options.mapping.eventType = eventType }
    if let payload { options.mapping.payload = payload }
    change(&options)
    return options
}

/// The fields and the code of each record.
private func fields(_ readout: Readout) -> [[String?]] {
    readout.records.map { [$0.appID, $0.eventType, $0.payload, $0.code?.rawValue] }
}

@Suite("Mapped fields")
struct MappingTests {
    @Test(
        "A mapped field is found by its JSON Pointer",
        arguments: [
            (#"{"t":"a","e":"x","p":{"n":1}}"#, "/t", "/e", "/p", ["a", #""x""#, #"{"n":1}"#]),
            (#"{"t":"a","e":"x","p":null}"#, "t", "e", "p", ["a", #""x""#, "null"]),
            (
                #"{"m":{"t":["z",{"id":"a"}],"e":"x"},"p":"s"}"#, "/m/t/1/id", "/m/e", "/p",
                ["a", #""x""#, #""s""#]
            ),
            (#"{"a/b":{"c~d":"a"},"":"x"}"#, "/a~1b/c~0d", "/", "/p", ["a", #""x""#, nil]),
            (#"{"\u0074":"\u0061","e":"\u00e9"}"#, "/t", "/e", "/p", ["a", #""\u00e9""#, nil]),
            (#"{"t":"a","e":"x"}"#, "/t", "/t", "", ["a", #""a""#, #"{"t":"a","e":"x"}"#]),
            (
                #" {"t": "a", "n": 69000000000000000000001.10}  "#, "/t", "/t", "",
                ["a", #""a""#, #"{"t": "a", "n": 69000000000000000000001.10}"#]
            ),
            (
                #"{"p":{"t":"a","e":"x"}}"#, "/p/t", "/p/e", "/p",
                ["a", #""x""#, #"{"t":"a","e":"x"}"#]
            ),
        ] as [(String, String, String, String, [String?])])
    func pointers(
        line: String, appID: String, eventType: String, payload: String, expected: [String?]
    ) {
        let options = mapped(
            appID: pointer(appID), eventType: pointer(eventType), payload: pointer(payload))
        #expect(fields(read(line + "\n", .ndjson, options)) == [expected + [nil]])
    }

    @Test("An unmapped field keeps its name, and the original name of a mapped field is ignored")
    func some() {
        let line = #"{"appId":"own","tenant":"a","event_type":"x","payload":{}}"#
        let seen = read(line, .ndjson, mapped(appID: pointer("/tenant")))
        #expect(fields(seen) == [["a", #""x""#, "{}", nil]])
        #expect(seen.ignoredMembers == 1 && seen.ignoredNames == ["appId: 1"])
        let whole = read(line, .ndjson, mapped(payload: pointer("")))
        #expect(fields(whole) == [["own", #""x""#, line, nil]])
        #expect(whole.ignoredMembers == 0 && whole.ignoredNames.isEmpty)
    }

    @Test("A constant field is the same for every valid record, whatever its contents")
    func constants() {
        let options = mapped(
            appID: .constant(Array("acme".utf8)), eventType: .constant(Array(#""a \" b""#.utf8)),
            payload: .constant(Array("{}".utf8)))
        let lines = #"{"appId":"own","payload":1}"# + "\n{}\n[]\n"
        let good = ["acme", #""a \" b""#, "{}", nil]
        let bad = [nil, nil, nil, "not_an_object"] as [String?]
        #expect(fields(read(lines, .ndjson, options)) == [good, good, bad])
        let rows = "x,y\n1,2\n3\n"
        #expect(
            fields(read(rows, commas, options)) == [good, [nil, nil, nil, "csv_columns"]])
    }

    @Test(
        "The message for a mapped field names its position",
        arguments: [
            (#"{"t":{}}"#, "appId is missing: no value at /t/id, at byte 0"),
            (#"{}"#, "appId is missing: no value at /t/id, at byte 0"),
            (#"{"t":{"id":7}}"#, "appId must be a string (mapped from /t/id), at byte 11"),
            (#"{"t":{"id":""}}"#, "appId is empty (mapped from /t/id), at byte 12"),
            (
                #"{"t":{"id":"a","id":"a"}}"#,
                "duplicate member in /t/id (mapped to appId), at byte 15"
            ),
            (#"{"t":{"id":"a"},"t":1}"#, "duplicate member in /t/id (mapped to appId), at byte 16"),
            (#"{"t":{"id":"a"}}"#, "event_type is missing, at byte 0"),
            (
                #"{"t":{"id":"a"},"event_type":"x","p":[]}"#,
                "payload must be an object, string or null (use --payload any) "
                    + "(mapped from /p), at byte 37"
            ),
        ])
    func problems(line: String, text: String) throws {
        let options = mapped(appID: pointer("/t/id"), payload: pointer("/p"))
        let problem = try #require(read(line, .ndjson, options).records.first?.problem)
        #expect(problem.describe(options.mapping) == text)
    }

    @Test("Renaming the members of any lines and mapping them back changes nothing")
    func renamed() {
        var choices = SeededGenerator.fromEnvironment()
        let seed = choices.seed
        for round in 0..<200 {
            let lines = (0..<20).flatMap { _ in choices.line() }
            let plain = read(lines)
            // Names of the same length, so that every offset stays.
            var text = lines
            for (name, other) in [("appId", "tenan"), ("event_type", "event_name")] {
                text = text.replacing(Array("\"\(name)\"".utf8), with: Array("\"\(other)\"".utf8))
            }
            let options = mapped(appID: pointer("/tenan"), eventType: pointer("/event_name"))
            let seen = read(text, .ndjson, options)
            #expect(fields(seen) == fields(plain), "seed \(seed), round \(round)")
            #expect(
                seen.records.map(\.problem) == plain.records.map(\.problem),
                "seed \(seed), round \(round)")
            #expect(
                read(text, .ndjson, options, chunk: { choices.below(40) + 1 }) == seen,
                "seed \(seed), round \(round)")
        }
    }

    @Test("A mapping names a CSV column, and its pointer may continue in the JSON of the cell")
    func csv() {
        let rows = """
            id,meta,data
            1,"{""t"":{""id"":""a""},""e"":""x""}",hello
            2,"{""t"":{""id"":""\\u0062""},""e"":""y""}","{""n"":1}"
            3,"{""t"":{}}",
            4,not json,
            5,,
            6,"{""t"":{""id"":""a"",""id"":""b""}}",

            """
        let options = mapped(
            appID: pointer("/meta/t/id"), eventType: pointer("/meta/e"), payload: pointer("data"))
        #expect(
            fields(read(rows, commas, options)) == [
                ["a", #""x""#, #""hello""#, nil], ["b", #""y""#, #"{"n":1}"#, nil],
                [nil, nil, nil, "missing_app_id"], [nil, nil, nil, "missing_app_id"],
                [nil, nil, nil, "missing_app_id"], [nil, nil, nil, "duplicate_member"],
            ])
    }

    @Test("A payload mapped into a cell may be absent, but the cell must be JSON")
    func csvPayload() throws {
        let options = mapped(payload: pointer("/meta/data"))
        let rows = """
            appId,event_type,meta
            a,x,"{""data"":{""n"":1.0}}"
            a,x,{}
            a,x,
            a,x,{"data
            a,x,"{""data"":5}"

            """.replacing("{\"data\n", with: "{data\n")
        let seen = read(rows, commas, options)
        #expect(
            fields(seen) == [
                ["a", #""x""#, #"{"n":1.0}"#, nil], ["a", #""x""#, nil, nil],
                ["a", #""x""#, nil, nil], ["a", #""x""#, nil, "invalid_payload"],
                ["a", #""x""#, nil, "invalid_payload"],
            ])
        let problem = try #require(seen.records[3].problem)
        #expect(
            problem.describe(options.mapping)
                == "payload is not valid JSON: expected a member name in double quotes "
                + "(mapped from /meta/data), in column 3, at byte 68")
    }

    @Test("A mapping to a missing CSV column or to the whole row is refused at the header")
    func csvRefusals() {
        #expect(
            read("appId,event_type\n", commas, mapped(payload: pointer("dta"))).refusal
                == .missingColumns(["dta"], found: ["appId", "event_type"]))
        #expect(
            read("tenant,event_type\n", commas, mapped(appID: pointer("tenant"))).refusal == nil)
        #expect(
            read("appId,event_type\n", commas, mapped(payload: pointer(""))).refusal
                == .wholeRowAsPayload)
        #expect(
            read("a,a,event_type\n", commas, mapped(appID: pointer("a"))).refusal
                == .duplicateColumn("a"))
    }

    @Test("Without a CSV header the columns are the fields that are not constant, in order")
    func noHeader() {
        let set = mapped(eventType: .constant(Array(#""x""#.utf8))) { $0.hasHeader = false }
        #expect(
            fields(read("a,{}\nb,\n", commas, set)) == [
                ["a", #""x""#, "{}", nil], ["b", #""x""#, nil, nil],
            ])
        #expect(
            fields(read("a\nb\n", commas, set)) == [
                ["a", #""x""#, nil, nil], ["b", #""x""#, nil, nil],
            ])
        #expect(read("a,b,c\n", commas, set).codes == [.csvColumns])
    }

    @Test("With a mapping the idempotency key and the size limit still apply")
    func others() {
        let options = mapped(appID: pointer("/t")) {
            $0.idempotencyKeyFrom = ["k"]
            $0.maxRecordBytes = 40
        }
        let long =
            #"{"t":"a","event_type":"x","k":"1","y":"\#(String(repeating: "z", count: 40))"}"#
        let seen = read(
            #"{"t":"a","event_type":"x","k":"1"}"# + "\n" + long + "\n", .ndjson, options)
        #expect(seen.records.map(\.idempotencyKey) == ["1", nil])
        #expect(seen.codes == [nil, .recordTooLarge])
    }

    @Test(
        "A JSON Pointer is printed in RFC 6901 syntax",
        arguments: ["/a", "/", "/a~1b/c~0d/0", "/é//x", "/~01"])
    func text(pointer: String) {
        #expect(JSONPointer(parsing: pointer)?.text == pointer)
    }
}
