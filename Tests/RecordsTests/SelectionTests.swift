import Records
import TestSupport
import Testing

/// A rule as in `--only` and `--except`.
func rule(_ field: String, _ values: String, isExclusion: Bool = false) throws
    -> RecordSelection.Rule
{
    let position: RecordSelection.Field
    switch field {
    case "appId": position = .appID
    case "event_type": position = .eventType
    default: position = .pointer(try #require(JSONPointer(parsing: field)))
    }
    return RecordSelection.Rule(
        position, isExclusion: isExclusion,
        patterns: try #require(TextPattern.list(parsing: values)))
}

/// Reads an input and returns the ordinals of the kept records, and the number of the others.
///
/// - Parameter chunk: The maximum bytes that the reader gets at once.
func keptRecords(
    _ input: String, _ format: InputFormat = .ndjson, skip: UInt64 = 0,
    by rules: [RecordSelection.Rule], chunk: Int = .max,
    _ change: (inout ReaderOptions) -> Void = { _ in }
) -> (kept: [UInt64], skipped: SkippedRecords, refusal: InputRefusal?) {
    var options = ReaderOptions(change)
    options.selection.rules = rules
    var reader = RecordReader(format: format, options: options)
    var filter = RecordFilter(skip: skip, options.selection, shard: options.shard)
    var rest = Array(input.utf8)[...]
    var kept: [UInt64] = []
    while true {
        switch reader.next() {
        case .record:
            if filter.isOpen || filter.keeps(&reader) { kept.append(reader.record.ordinal) }
        case .needsInput:
            reader.fill { space in
                let part = rest.prefix(min(space.count, chunk))
                space.copyBytes(from: part)
                rest = rest.dropFirst(part.count)
                return part.count
            }
        case .end: return (kept, filter.skipped, nil)
        case .refused(let refusal): return (kept, filter.skipped, refusal)
        }
    }
}

@Suite("Selected records")
struct SelectionTests {
    @Test(
        "A pattern matches a text exactly, or with any text at a star",
        arguments: [
            ("a", "a", true), ("a", "A", false), ("a", "ab", false), ("a*", "ab", true),
            ("a*", "a", true), ("a*", "ba", false), ("*a", "ba", true), ("*a", "ab", false),
            ("*a*", "xay", true), ("*a*", "a", true), ("*a*", "xy", false), ("*", "", true),
            ("*", "x", true), ("*aa", "a", false), ("aa*", "a", false), ("*aa*", "aba", false),
            ("b,a", "a", true), ("b,a*,c", "axe", true), ("b,a", "b,a", false),
            (#"b\,a"#, "b,a", true), (#"\*"#, "*", true), (#"\*"#, "x", false),
            (#"a\**"#, "a*b", true), (#"a\**"#, "ab", false), (#"\\"#, "\\", true),
            ("é*", "été", true), ("a b", "a b", true), ("a=b", "a=b", true),
        ])
    func patterns(list: String, text: String, isMatch: Bool) throws {
        let line = #"{"x":"\#(text.replacing("\\", with: #"\\"#))"}"#
        #expect(keptRecords(line, by: [try rule("/x", list)]).kept == (isMatch ? [1] : []))
    }

    @Test(
        "A list with an empty pattern, a star inside or another backslash is refused",
        arguments: ["", ",", "a,", ",a", "a,,b", "a*b", "**", "a**", #"\"#, #"a\b"#, #"a\,"#])
    func invalidPatterns(list: String) {
        let isValid = list == #"a\,"#
        #expect((TextPattern.list(parsing: list) != nil) == isValid)
    }

    private static let mixed = """
        {"appId":"acme","event_type":"user.created","region":"eu","n":1}
        {"appId":"\\u0061cme","event_type":"caf\\u00e9","region":null,"n":1.0}
        {"appId":"globex","event_type":"user.deleted","region":{"id":"eu"}}
        {"appId":"globex","event_type":"user.created","region":["eu"],"n":true}
        """

    @Test(
        "A rule compares the decoded text of a field",
        arguments: [
            ("appId", "acme", [1, 2]), ("event_type", "café", [2]), ("/region", "eu", [1]),
            ("region", "eu,null", [1, 2]), ("/region/id", "eu", [3]), ("/region/0", "eu", [4]),
            ("/n", "1", [1]), ("/n", "1*", [1, 2]), ("/n", "true", [4]), ("/n", "*", [1, 2, 4]),
            ("/missing", "*", []), ("event_type", "user.*", [1, 3, 4]), ("appId", "*o*", [3, 4]),
        ])
    func fields(field: String, values: String, expected: [UInt64]) throws {
        let all: [UInt64] = [1, 2, 3, 4]
        for (format, input) in [
            (InputFormat.ndjson, Self.mixed),
            (.json, "[" + Self.mixed.replacing("}\n", with: "},\n ") + "]"),
        ] {
            let only = keptRecords(input, format, by: [try rule(field, values)])
            #expect(only.kept == expected)
            #expect(only.skipped == SkippedRecords(unselected: UInt64(4 - expected.count)))
            let except = keptRecords(
                input, format, by: [try rule(field, values, isExclusion: true)])
            #expect(except.kept == all.filter { !expected.contains($0) })
        }
    }

    @Test("Several rules keep the records that pass all of them, after the skipped ones")
    func several() throws {
        let rules = [
            try rule("event_type", "user.*"), try rule("region", "eu", isExclusion: true),
            try rule("appId", "globex"),
        ]
        #expect(keptRecords(Self.mixed, by: rules).kept == [3, 4])
        let result = keptRecords(Self.mixed, skip: 3, by: rules)
        #expect(result.kept == [4])
        #expect(result.skipped == SkippedRecords(first: 3))
        let others = keptRecords(Self.mixed, skip: 1, by: [try rule("appId", "acme")])
        #expect(others.kept == [2])
        #expect(others.skipped == SkippedRecords(first: 1, unselected: 2))
    }

    @Test(
        "A rule for appId or event_type tests the mapped field, and one for a pointer the record",
        arguments: [("appId", "b", [1]), ("/appId", "a", [1]), ("event_type", "*", [1])])
    func mapped(field: String, values: String, expected: [UInt64]) throws {
        let line = #"{"appId":"a","tenant":{"id":"b"},"event_type":"t"}"#
        let seen = keptRecords(line, by: [try rule(field, values)]) {
            $0.mapping.appID = .pointer(["tenant", "id"])
            $0.mapping.eventType = .constant(Array(#""fixed""#.utf8))
        }
        #expect(seen.kept == expected)
    }

    @Test("A record that can't be read is kept, and an invalid one is tested as a valid one is")
    func invalid() throws {
        let input = """
            {"appId":"acme"
            [1]
            {"appId":"acme","appId":"b","event_type":"t"}
            {"appId":"a/b","event_type":"t"}
            {"event_type":"t"}
            {"appId":7,"event_type":"t"}
            {"appId":"acme","event_type":""}
            {"appId":"acme","event_type":"t","payload":5}
            """
        #expect(keptRecords(input, by: [try rule("appId", "acme")]).kept == [1, 2, 3, 7, 8])
        #expect(keptRecords(input, by: [try rule("appId", "a/b,7")]).kept == [1, 2, 3, 4, 6])
        #expect(
            keptRecords(input, by: [try rule("appId", "*", isExclusion: true)]).kept == [
                1, 2, 3, 5,
            ])
        let large = keptRecords(String(repeating: " ", count: 99) + "{}", by: [try rule("x", "y")])
        {
            $0.maxRecordBytes = 50
        }
        #expect(large.kept == [1])
    }

    private static let table = """
        region,appId,event_type,payload,"a ""b"\r
        eu,acme,t,"{""id"":""x""}",1\r
        "u""s",acme,t,,"2,3"\r
        ,globex,u,[,x\r
        eu,globex\r
        eu,,t,{},5
        """

    @Test(
        "A rule compares a CSV cell without its quotes, or a value in the JSON of a cell",
        arguments: [
            ("region", "eu", [1, 4, 5]), ("region", #"u"s"#, [2, 4]), ("region", "*", []),
            (#"a "b"#, "2\\,3", [2, 4]), ("appId", "globex", [3, 4]), ("event_type", "t", []),
            ("/payload/id", "x", [1, 4]), ("payload", "[", [3, 4]), ("/appId", "acme", [1, 2, 4]),
        ])
    func columns(field: String, values: String, expected: [UInt64]) throws {
        let all: [UInt64] = [1, 2, 3, 4, 5]
        var expected = expected
        if field == "region", values == "*" { expected = all }
        if field == "event_type" { expected = [1, 2, 4, 5] }
        let only = keptRecords(Self.table, commas, by: [try rule(field, values)])
        #expect(only.kept == expected)
        let except = keptRecords(
            Self.table, commas, by: [try rule(field, values, isExclusion: true)])
        // The fourth row has too few cells to be read.
        #expect(except.kept == all.filter { $0 == 4 || !expected.contains($0) })
    }

    @Test("A CSV header that lacks a column of a rule, or has it twice, is refused")
    func headers() throws {
        let missing = keptRecords(
            "appId,event_type\na,t\n", commas, by: [try rule("/region/id", "x")])
        #expect(
            missing.refusal
                == .missingSelectedColumns(["region"], found: ["appId", "event_type"]))
        #expect(
            missing.refusal?.message
                == "the CSV header has no column 'region' (found: 'appId', 'event_type'); "
                + "correct the name in --only, --except, --arrived or --time")
        let twice = keptRecords("appId,x,event_type,x\na,1,t,2\n", commas, by: [try rule("x", "1")])
        #expect(twice.refusal == .duplicateColumn("x"))
        let without = keptRecords("a,t,1\nb,t,2\n", commas, by: [try rule("payload", "2")]) {
            $0.hasHeader = false
        }
        #expect(without.kept == [2])
        let unnamed = keptRecords("a,t,1\n", commas, by: [try rule("x", "2")]) {
            $0.hasHeader = false
        }
        #expect(unnamed.refusal?.message.contains("no column 'x'") == true)
    }

    @Test("A selection from random values equals the comparison of the decoded texts")
    func seeded() throws {
        let seed = UInt64.random(in: .min ... .max)
        var generator = SeededGenerator(seed: seed)
        let texts = ["a", "b", "ab", "a.b", "é", "a,b", "*", "\\", ""]
        let literals = [
            "a": [#""a""#, #""\u0061""#], "b": [#""b""#], "ab": [#""ab""#, #""a\u0062""#],
            "a.b": [#""a.b""#], "é": [#""é""#, #""\u00e9""#, #""\u00E9""#], "a,b": [#""a,b""#],
            "*": [#""*""#, #""\u002a""#], "\\": [#""\\""#, #""\u005c""#], "": [#""""#],
        ]
        for _ in 0..<300 {
            let records = (0..<20).map { _ in generator.pick(texts) }
            let lines = records.map { text in
                let padding = String(repeating: "-", count: generator.below(40))
                return #"{"p":"\#(padding)","x":\#(generator.pick(literals[text] ?? []))}"#
            }
            let rows = records.map { text in
                let quoted = text.contains(",") || generator.below(2) == 0
                return "a," + (quoted ? "\"\(text)\"" : text) + ",t"
            }
            let wanted = (0...generator.below(3)).map { _ in
                let text = generator.pick(texts.filter { !$0.isEmpty })
                return (text: text, start: generator.below(3) == 0, end: generator.below(3) == 0)
            }
            let list = wanted.map { pattern in
                let text = pattern.text.replacing("\\", with: "\\\\").replacing(",", with: "\\,")
                    .replacing("*", with: "\\*")
                return (pattern.start ? "*" : "") + text + (pattern.end ? "*" : "")
            }.joined(separator: ",")
            let isExclusion = generator.below(2) == 0
            let expected = records.indices.filter { index in
                let text = records[index]
                let isMatch = wanted.contains { pattern in
                    switch (pattern.start, pattern.end) {
                    case (false, false): text == pattern.text
                    case (true, false): text.hasSuffix(pattern.text)
                    case (false, true): text.hasPrefix(pattern.text)
                    case (true, true): text.contains(pattern.text)
                    }
                }
                return isMatch != isExclusion
            }.map { UInt64($0 + 1) }
            let rules = [try rule("x", list, isExclusion: isExclusion)]
            let json = keptRecords(lines.joined(separator: "\n"), by: rules)
            #expect(json.kept == expected, "seed \(seed), \(list)")
            let header = "appId,x,event_type\n"
            let csv = keptRecords(header + rows.joined(separator: "\n"), commas, by: rules)
            #expect(csv.kept == expected, "seed \(seed), \(list)")
        }
    }
}
