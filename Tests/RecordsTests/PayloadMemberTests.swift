import Records
import TestSupport
import Testing

@Suite("Payloads of members")
struct PayloadMemberTests {
    @Test(
        "A CSV cell becomes a member as its conversion requires, or the row is invalid",
        arguments: [
            // Strings.
            (["x=a"], "1", #"{"x":"1"}"#),
            (["x=a"], " 1 ", #"{"x":" 1 "}"#),
            (["x=a"], #""say ""hi"", ok""#, #"{"x":"say \"hi\", ok"}"#),
            (["x=a"], "\"a\nb\tc\\d\u{1}\"", #"{"x":"a\nb\tc\\d\u0001"}"#),
            (["x=a"], "Müller 😀", #"{"x":"Müller 😀"}"#),
            (["x=a:string"], "true", #"{"x":"true"}"#),
            (["x=a", "y=a"], "1", #"{"x":"1","y":"1"}"#),
            // Numbers.
            (["x=a:number"], "-0.10e+5", #"{"x":-0.10e+5}"#),
            (["x=a:number"], "12345678901234567890123", #"{"x":12345678901234567890123}"#),
            (["x=a:number"], "\"7\"", #"{"x":7}"#),
            (["x=a:decimal-comma"], "\"19,90\"", #"{"x":19.90}"#),
            (["x=a:decimal-comma"], "\"-1.234.567,05\"", #"{"x":-1234567.05}"#),
            (["x=a:decimal-comma"], "1.000", #"{"x":1000}"#),
            (["x=a:decimal-comma"], "\"0,5\"", #"{"x":0.5}"#),
            (["x=a:decimal-comma"], "12.345", #"{"x":12345}"#),
            (["x=a:decimal-comma"], "1234567", #"{"x":1234567}"#),
            (["x=a:decimal-comma"], "1.5", Self.noComma),
            (["x=a:decimal-comma"], "1234.567", Self.noComma),
            (["x=a:decimal-comma"], "007", Self.noComma),
            (["x=a:decimal-comma"], "-", Self.noComma),
            (["x=a:decimal-comma"], ".500", Self.noComma),
            (["x=a:decimal-comma"], "1.23.456", Self.noComma),
            (["x=a:decimal-comma"], "1e5", Self.noComma),
            (["x=a:decimal-comma"], "1 ", Self.noComma),
            (
                ["x=a:decimal-comma"], "\",5\"",
                Self.noComma
                    .replacing("byte 6", with: "byte 7")
            ),
            (
                ["x=a:decimal-comma"], "\"5,\"",
                Self.noComma
                    .replacing("byte 6", with: "byte 7")
            ),
            (
                ["x=a:decimal-comma"], "\"1,234,5\"",
                Self.noComma
                    .replacing("byte 6", with: "byte 7")
            ),
            (
                ["x=a:decimal-comma"], "\"1,2.345\"",
                Self.noComma
                    .replacing("byte 6", with: "byte 7")
            ),
            (["x=a:decimal-comma"], "00", Self.noComma),
            (["x=a:number"], "01", Self.notA("a JSON number such as 1.5")),
            (["x=a:number"], "1 ", Self.notA("a JSON number such as 1.5")),
            (["x=a:number"], "+1", Self.notA("a JSON number such as 1.5")),
            (["x=a:number"], "1,5".replacing(",", with: "."), #"{"x":1.5}"#),
            (["x=a:number"], "NaN", Self.notA("a JSON number such as 1.5")),
            (["x=a:number"], "null", Self.notA("a JSON number such as 1.5")),
            (["x=a:number"], "0x1F", Self.notA("a JSON number such as 1.5")),
            // Booleans.
            (["x=a:boolean"], "true", #"{"x":true}"#), (["x=a:boolean"], "FALSE", #"{"x":false}"#),
            (["x=a:boolean"], "True", #"{"x":true}"#), (["x=a:boolean"], "f", #"{"x":false}"#),
            (["x=a:boolean"], "t", #"{"x":true}"#), (["x=a:boolean"], "0", #"{"x":false}"#),
            (["x=a:boolean"], "1", #"{"x":true}"#), (["x=a:boolean"], "False", #"{"x":false}"#),
            (["x=a:boolean"], "yes", Self.noBoolean),
            (["x=a:boolean"], "T", Self.noBoolean),
            (["x=a:boolean"], "true ", Self.noBoolean),
            // JSON.
            (["x=a:json"], #""{""n"": 1.0, ""s"":""\""""}""#, #"{"x":{"n": 1.0, "s":"\""}}"#),
            (["x=a:json"], " [1] ", #"{"x":[1]}"#), (["x=a:json"], "null", #"{"x":null}"#),
            (["x=a:json"], #""""text""""#, #"{"x":"text"}"#),
            (
                ["x=a:json"], "text",
                "invalid_payload: payload/x is not valid JSON: expected true, false or null (mapped from 'a'), "
                    + "in column 2, at byte 7"
            ),
            (
                ["x=a:json"], "[1",
                "invalid_payload: payload/x is not valid JSON: unexpected end of JSON "
                    + "(mapped from 'a'), in column 2, at byte 8"
            ),
            // A value in the JSON of a cell.
            (
                ["x=/a/n", "y=/a/s", "z=/a/q"], #""{""n"": 1.0, ""s"":""\""""}""#,
                #"{"x":1.0,"y":"\""}"#
            ),
            (
                ["x=/a/n"], "text",
                "invalid_payload: payload/x is not valid JSON: expected true, false or null (mapped from /a/n), "
                    + "in column 2, at byte 7"
            ),
            (
                ["x=/a/n"], #""{""n"":1,""n"":2}""#,
                "duplicate_member: duplicate member in /a/n (mapped to payload/x), in column 2, "
                    + "at byte 16"
            ),
        ] as [([String], String, String)])
    func conversions(rules: [String], cell: String, expected: String) throws {
        let options = building(try template(rules))
        let readout = read("k,a\n1,\(cell)\n", commas, options)
        #expect(outcome(readout, options.mapping) == [expected])
    }

    private static let noComma = notA("a number with a decimal comma, such as 1.234,5")
    private static let noBoolean = notA("true, t, 1, false, f or 0")
    private static func notA(_ noun: String) -> String {
        "invalid_payload: payload/x is not \(noun) (mapped from 'a'), in column 2, at byte 6"
    }

    @Test(
        "An empty cell and the text for null become what --empty-cells and --null say",
        arguments: [
            (.omit, nil, "", nil), (.omit, nil, "\"\"", nil), (.omit, nil, " ", #"{"x":" "}"#),
            (.null, nil, "", #"{"x":null}"#), (.null, nil, "\"\"", #"{"x":null}"#),
            (.string, nil, "", #"{"x":""}"#), (.string, nil, "\"\"", #"{"x":""}"#),
            (.omit, #"\N"#, #"\N"#, #"{"x":null}"#), (.omit, #"\N"#, #""\N""#, #"{"x":"\\N"}"#),
            (.omit, "NULL", "NULL", #"{"x":null}"#), (.omit, "NULL", "null", #"{"x":"null"}"#),
            (.string, "NULL", "NULL", #"{"x":null}"#),
        ] as [(PayloadTemplate.EmptyCells, String?, String, String?)])
    func empty(
        emptyCells: PayloadTemplate.EmptyCells, null: String?, cell: String, expected: String?
    ) throws {
        let options = building(try template(["x=a"], emptyCells: emptyCells, null: null))
        // As the first and the last cell.
        for text in ["k,a\n1,\(cell)\n", "a,k\n\(cell),1\n"] {
            #expect(read(text, commas, options).payloads == [expected], "\(text)")
        }
    }

    @Test(
        "An empty cell of another type is left out or null, and not that type with 'string'",
        arguments: ["x=a:number", "x=a:boolean", "x=a:json"])
    func emptyOfType(rule: String) throws {
        func seen(_ emptyCells: PayloadTemplate.EmptyCells) throws -> Readout {
            read("k,a\n1,\n", commas, building(try template([rule], emptyCells: emptyCells)))
        }
        #expect(try seen(.omit).payloads == [nil] && seen(.omit).codes == [nil])
        #expect(try seen(.null).payloads == [#"{"x":null}"#])
        #expect(try seen(.string).codes == [.invalidPayload])
        let null = building(try template([rule], null: "NULL"))
        #expect(read("k,a\n1,NULL\n", commas, null).payloads == [#"{"x":null}"#])
    }

    @Test("Members keep their order, and those without a value leave no commas or empty objects")
    func layout() throws {
        let rules = ["p/q/r=a", "s=b", "p/t=c", "u/v=a", "*"]
        let options = building(try template(rules))
        let rows = [
            ("1,2,3,4", #"{"p":{"q":{"r":"1"},"t":"3"},"s":"2","u":{"v":"1"},"d":"4"}"#),
            (",2,3,4", #"{"p":{"t":"3"},"s":"2","d":"4"}"#), (",,,4", #"{"d":"4"}"#),
            (",,3,", #"{"p":{"t":"3"}}"#), ("1,,,", #"{"p":{"q":{"r":"1"}},"u":{"v":"1"}}"#),
            (",2,,", #"{"s":"2"}"#), (",,,", nil),
        ]
        let text = "a,b,c,d\n" + rows.map { $0.0 + "\n" }.joined()
        #expect(read(text, commas, options).payloads == rows.map(\.1))
        #expect(read(text, commas, options).ignoredMembers == 0)
        let constants = building(try template(["k/a=a", "k/c:=[1, 2]", "z:=null"]))
        #expect(
            read("a\n1\n\"\"\n", commas, constants).payloads == [
                #"{"k":{"a":"1","c":[1, 2]},"z":null}"#, #"{"k":{"c":[1, 2]},"z":null}"#,
            ])
    }

    @Test("Cells with escapes, or with ordinary quotes, become members by the same rules")
    func otherDialects() throws {
        let options = building(
            try template(["s=a", "n=b:number", "t=d:boolean", "j=c:json", "k=/c/k"]))
        func seen(_ dialect: CSVDialect, _ cells: String...) -> String? {
            let text = "a\tb\tc\td\n" + cells.joined(separator: "\t") + "\n"
            return outcome(read(text, .csv(dialect), options), options.mapping).first ?? nil
        }
        let dump = CSVDialect(delimiter: 0x09, quote: .none, escape: .backslash)
        #expect(
            seen(dump, #"x\ty\\z""#, "1.50", #" {"k":"a\\nb"} "#, "t")
                == #"{"s":"x\ty\\z\"","n":1.50,"t":true,"j":{"k":"a\nb"},"k":"a\nb"}"#)
        #expect(
            seen(dump, #"\N"#, #"\N"#, #"\N"#, #"\N"#) == #"{"s":null,"n":null,"t":null,"j":null}"#)
        #expect(
            seen(dump, "x", "1", #"["\\\\",]"#, "f")
                == "invalid_payload: payload/j is not valid JSON: expected a value (mapped from 'c'), "
                + "in column 3, at byte 20")
        #expect(
            seen(dump, "x", #"1\t"#, "1", "f")
                == "invalid_payload: payload/n is not a JSON number such as 1.5 (mapped from 'b'), in column 2, "
                + "at byte 10")
        let raw = CSVDialect(delimiter: 0x09, quote: .none)
        #expect(
            seen(raw, #""x""#, "7", #"["a"]"#, "0")
                == #"{"s":"\"x\"","n":7,"t":false,"j":["a"]}"#)
    }

    @Test("All other columns exclude those of fields, of the key and of other members' names")
    func others() throws {
        let options = building(try template(["id=no", "*", "kind:=1"])) {
            $0.mapping.appID = .pointer(["tenant"])
            $0.mapping.eventType = .pointer(["event_type"])
            $0.idempotencyKeyFrom = ["key"]
        }
        let text = """
            x,tenant,id,event_type,kind,no,key,"y ""z\""",
            1,app,2,t,3,4,5,6,7

            """
        let readout = read(text, commas, options)
        #expect(readout.payloads == [#"{"id":"4","x":"1","y \"z\"":"6","kind":1}"#])
        #expect(readout.records.first?.idempotencyKey == "5")
        // The columns 'id' and 'kind', and the one without a name.
        #expect(readout.ignoredMembers == 3)
    }

    @Test("A header without a wanted column, or with an ambiguous one, is refused")
    func headers() throws {
        func refusal(_ header: String, _ rules: String...) throws -> InputRefusal? {
            read(header + "\n", commas, building(try template(rules))).refusal
        }
        #expect(
            try refusal("a,b", "x=c", "y=/d/e", "z=c:json")
                == .missingMemberColumns(["c", "d"], found: ["a", "b"]))
        #expect(try refusal("a,a,b", "x=a") == .duplicateColumn("a"))
        #expect(try refusal("a,b,b", "x=a") == nil)
        #expect(try refusal("a,b,b", "x=a", "*") == .duplicateColumn("b"))
        #expect(try refusal("a,b,b", "*") == .duplicateColumn("b"))
        #expect(try refusal("a,a", "x=a", "*") == .duplicateColumn("a"))
        let many = (0...16_384).map { "c\($0)" }.joined(separator: ",")
        #expect(try refusal(many, "*") == .tooManyColumns(limit: 16_384))
        #expect(try refusal(many, "x=c16384") == nil)
        #expect(try refusal("a", "x=") == .wholeRowAsPayload)
        let message = InputRefusal.missingMemberColumns(["emial"], found: ["email"]).message
        #expect(
            message == "the CSV header has no column 'emial' (found: 'email'); "
                + "correct the name in --map payload/NAME=COLUMN")
    }

    @Test("JSON of a cell that is too deep within the payload is invalid")
    func tooDeep() throws {
        for (rule, depth) in [("x=a:json", 511), ("x/y/z=a:json", 509)] {
            let options = building(try template([rule]))
            for (levels, code) in [(depth, nil), (depth + 1, RecordProblem.Code.invalidPayload)] {
                let cell =
                    String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
                #expect(read("a\n\(cell)\n", commas, options).codes == [code], "\(rule) \(levels)")
            }
        }
    }

    @Test("Two members with one name, and a value that is an object too, are conflicts")
    func conflicts() {
        #expect(throws: PayloadTemplate.Conflict.repeated(["a", "b"])) {
            try template(["a/b=x", "a/b=y"])
        }
        #expect(throws: PayloadTemplate.Conflict.isAlsoObject(["a"])) {
            try template(["a=x", "a/b=y"])
        }
        #expect(throws: PayloadTemplate.Conflict.isAlsoObject(["a", "b"])) {
            try template(["a/b/c=x", "a/b:=1"])
        }
        // Names are compared byte for byte.
        #expect(throws: Never.self) { try template(["\u{E9}=x", "e\u{301}=x"]) }
    }

    @Test("The record, its hash and its position are those of the input, whatever the payload")
    func original() throws {
        let text = "a,b\n\"x \"\"y\"\"\",2\n,\n3,4\n"
        let plain = read(
            Array(text.utf8), commas, building(try template(["z:=1"])), preparesPayloads: false)
        let built = read(Array(text.utf8), commas, building(try template(["*"])))
        #expect(built.records.map(\.bytes) == plain.records.map(\.bytes))
        #expect(built.records.map(\.hash) == plain.records.map(\.hash))
        #expect(built.records.map(\.offset) == plain.records.map(\.offset))
        #expect(built.payloads == [#"{"a":"x \"y\"","b":"2"}"#, nil, #"{"a":"3","b":"4"}"#])
    }
}
