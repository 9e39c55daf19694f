import Records
import Testing

@Suite("Payloads of members of JSON records")
struct PayloadMemberJSONTests {
    @Test(
        "Members of a JSON record are copied byte for byte",
        arguments: [
            (
                ["x=/a", "y=b"], #"{"a": 1.10, "b":{ "c" : "\u00e9" }}"#,
                #"{"x":1.10,"y":{ "c" : "\u00e9" }}"#
            ),
            (
                ["x=/a/b/1", "y=/a/c", "z=/q"], #"{"a":{"b":[1,[2]],"c":null}}"#,
                #"{"x":[2],"y":null}"#
            ),
            (["c/x=/a", "c/y=/b"], #"{"b":2}"#, #"{"c":{"y":2}}"#),
            (["c/x=/a"], #"{"b":2}"#, nil),
            (["w="], #" {"b":2} "#, #"{"w":{"b":2}}"#),
            (["*"], #"{"b" : 2,"\u0063":[ ],"b":"d"}"#, #"{"b":2,"\u0063":[ ],"b":"d"}"#),
            (["b=/a", "*", "d:=0"], #"{"a":1,"\u0062":2,"c":3,"d":4}"#, #"{"b":1,"c":3,"d":0}"#),
            (["*"], "{}", nil),
            (
                ["x=/a/n"], #"{"a":{"n":1,"n":2}}"#,
                "duplicate_member: duplicate member in /a/n (mapped to payload/x), at byte 12"
            ),
            (
                ["x=/a"], #"{"a":1,"a":2}"#,
                "duplicate_member: duplicate member in /a (mapped to payload/x), at byte 7"
            ),
        ] as [([String], String, String?)])
    func json(rules: [String], line: String, expected: String?) throws {
        let options = building(try template(rules))
        #expect(outcome(read(line + "\n", .ndjson, options), options.mapping) == [expected])
        let array = outcome(read("[\n\(line)]", .json, options), options.mapping)
        #expect(array == [expected?.replacing(" 12", with: " 14").replacing(" 7", with: " 9")])
    }

    @Test("All other members of a JSON record exclude those of the fields and of the key")
    func jsonOthers() throws {
        let all = try template(["*"])
        let options = building(all) {
            $0.mapping.appID = .pointer(["tenant", "id"])
            $0.mapping.eventType = .pointer(["event_type"])
            $0.idempotencyKeyFrom = ["k"]
        }
        let line =
            #"{"tenant":{"id":"a"},"x":1,"event_type":"t","k":"1","payload":{},"appId":"b"}"#
        #expect(read(line, .ndjson, options).payloads == [#"{"x":1,"payload":{},"appId":"b"}"#])
    }

    @Test("A conversion for CSV is refused in a JSON input, except ':string'")
    func conversionInJSON() throws {
        let number = building(try template(["x=a", "n=b:number"]))
        for format in [InputFormat.ndjson, .json] {
            #expect(
                read("{}", format, number).refusal == .conversionInJSON(.number, position: "/b"))
        }
        #expect(read(#"{"a":1}"#, .ndjson, building(try template(["x=a:string"]))).refusal == nil)
    }
}
