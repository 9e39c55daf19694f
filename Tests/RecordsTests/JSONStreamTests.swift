import Records
import TestSupport
import Testing

@Suite("JSON inputs")
struct JSONStreamTests {
    /// An event that spans lines.
    private static let formatted = """
        {
          "appId": "a",
          "event_type": "t",
          "payload": {
            "n": 12345678901234567890123,
            "s": "}]\\\\\\"{["
          }
        }
        """

    @Test(
        "Arrays, concatenated values and formatted values are records with line and offset",
        arguments: [
            ("[{a},{b}]", [1, 1], [1, 44]), ("[ {a} ,\n{b}\r\n]\n", [1, 2], [2, 47]),
            ("{a}{b}", [1, 1], [0, 42]), ("{a}\n\n {b}", [1, 3], [0, 45]),
            ("[]\n[{a}]\n{b}", [2, 3], [4, 48]), ("\n[\n{a}\n]\n[{b}]", [3, 5], [3, 49]),
            ("\u{FEFF}[{a},{b}]", [1, 1], [4, 47]),
        ] as [(String, [UInt64], [UInt64])])
    func places(text: String, lines: [UInt64], offsets: [UInt64]) {
        let input = text.replacing("{a}", with: #"{"appId":"a","event_type":"t","payload":1}"#)
            .replacing("{b}", with: #"{"appId":"b","event_type":"t","payload":2}"#)
        let any = ReaderOptions { $0.payload = .any }
        for chunk in [1, 7, Int.max] {
            let seen = read(Array(input.utf8), .json, any, chunk: { chunk })
            #expect(seen.codes == [nil, nil], "\(text)")
            #expect(seen.records.map(\.ordinal) == [1, 2])
            #expect(seen.lines == lines, "\(text)")
            #expect(seen.records.map(\.offset) == offsets, "\(text)")
            #expect(seen.payloads == ["1", "2"])
        }
    }

    @Test("A formatted value arrives byte for byte, with the line on which it begins")
    func formatted() {
        let input = "[\n\(Self.formatted),\n\(Self.formatted)\n]\n"
        for chunk in [1, 5, Int.max] {
            let seen = read(Array(input.utf8), .json, chunk: { chunk })
            #expect(seen.codes == [nil, nil])
            #expect(seen.lines == [2, 10])
            #expect(
                seen.records.map(\.bytes) == Array(repeating: Array(Self.formatted.utf8), count: 2))
            #expect(
                seen.payloads.allSatisfy {
                    $0 == "{\n    \"n\": 12345678901234567890123,\n    \"s\": \"}]\\\\\\\"{[\"\n  }"
                })
        }
    }

    @Test("Values that are not objects are invalid, and the next one is read")
    func otherTypes() {
        let good = event()
        for value in ["1", "-2.5e3", "true", "null", #""text""#, #"[{"appId":1}]"#] {
            for chunk in [1, Int.max] {
                let seen = read(
                    Array("[\(value),\(good),\(value)]".utf8), .json, chunk: { chunk })
                #expect(seen.codes == [.notAnObject, nil, .notAnObject], "\(value)")
                #expect(seen.records.first?.bytes == Array(value.utf8))
            }
        }
        #expect(read("1 2\n3", .json).codes == [.notAnObject, .notAnObject, .notAnObject])
        #expect(read("", .json).codes.isEmpty)
        #expect(read(" \n\n", .json).codes.isEmpty)
    }

    /// `E` is a whole event. The details are of the last rows.
    @Test(
        "After a syntax error nothing is read, and a row has the number of bytes left out",
        arguments: [
            // Between elements: one row.
            ("[E E]", [nil, .incompleteInput], "expected ',' or ']' after an element: "),
            ("[E,]", [nil, .incompleteInput], "expected a value: "),
            ("[,E]", [.incompleteInput], "expected a value: "),
            ("[E]]", [nil, .incompleteInput], "expected a value: "),
            ("E,E", [nil, .incompleteInput], "expected a value: "),
            ("[E,\u{7F}E]", [nil, .incompleteInput], "expected a value: "),
            // Inside an element: its row, and one of the rest.
            (
                "[E,{\"a\":tru},E]", [nil, .invalidJSON, .incompleteInput],
                "the JSON before is invalid"
            ),
            (
                "[E,{\"a\":1,},E]", [nil, .invalidJSON, .incompleteInput],
                "the JSON before is invalid"
            ),
            ("[{\"a\":[1}},E]", [.invalidJSON, .incompleteInput], "the JSON before is invalid"),
            ("[{\"a\":\"line\nbreak\"},E]", [.invalidJSON, .incompleteInput], "the JSON before"),
            ("[nul,E]", [.invalidJSON, .incompleteInput], "the JSON before is invalid"),
            ("[01,E]", [.invalidJSON, .incompleteInput], "the JSON before is invalid"),
            // The input ends too early.
            ("[", [.incompleteInput], "the JSON ends too early"),
            ("[E", [nil, .incompleteInput], "the JSON ends too early"),
            ("[E,\n", [nil, .incompleteInput], "the JSON ends too early"),
            ("[E,{\"a\":", [nil, .invalidJSON], "unexpected end of JSON"),
            ("E{\"a\":\"", [nil, .invalidJSON], "unexpected end of JSON"),
            ("[E,{\"a\":{\"b\":1,E]", [nil, .invalidJSON], "expected a member name"),
        ] as [(String, [RecordProblem.Code?], String)])
    func syntaxErrors(text: String, codes: [RecordProblem.Code?], detail: String) throws {
        let input = Array(text.replacing("E", with: event()).utf8)
        for chunk in [1, 3, Int.max] {
            let seen = read(input, .json, chunk: { chunk })
            #expect(seen.codes == codes, "\(text)")
            let last = try #require(seen.records.last)
            let message = try #require(last.problem?.describe())
            #expect(message.hasPrefix(detail), "\(text): \(message)")
            guard last.code == .incompleteInput else { continue }
            #expect(last.bytes == nil)
            #expect(last.offset + last.length == UInt64(input.count), "\(text)")
            if last.length > 0 {
                #expect(message.contains(" \(last.length) byte"), "\(text): \(message)")
            }
        }
    }

    @Test("Malformed UTF-8 and deep nesting do not end reading, as brackets and quotes are certain")
    func lastingProblems() {
        let deep = String(repeating: "[", count: 600) + String(repeating: "]", count: 600)
        var input = Array("[{\"a\":\"".utf8)
        input += [0xFF, 0xC3]
        input += Array("\"},{\"a\":\(deep)},\(event())]".utf8)
        for chunk in [1, Int.max] {
            let seen = read(input, .json, chunk: { chunk })
            #expect(seen.codes == [.invalidUTF8, .tooDeep, nil])
        }
    }

    @Test("An element of exactly the size limit is valid, and a longer one is skipped")
    func sizeLimit() {
        let element = event()
        let size = element.utf8.count
        for (limit, code) in [(size, nil), (size - 1, RecordProblem.Code.recordTooLarge)] {
            for text in ["[\(element),1]", "\(element) 1"] {
                for chunk in [1, 7, Int.max] {
                    let options = ReaderOptions { $0.maxRecordBytes = limit }
                    let seen = read(Array(text.utf8), .json, options, chunk: { chunk })
                    #expect(seen.codes == [code, .notAnObject])
                    #expect(seen.records.first?.length == UInt64(size))
                    #expect((seen.records.first?.bytes == nil) == (code != nil))
                    #expect(seen.records.first?.appID == (code == nil ? "app_1" : nil))
                }
            }
        }
        let options = ReaderOptions { $0.maxRecordBytes = 1000 }
        let long = event(
            payload: "{\"a\":[\"" + String(repeating: "}\\\"", count: 200_000) + "\"]}")
        let seen = read("[\n\(event()),\n\(long)\n,\n\(event())]", .json, options)
        #expect(seen.codes == [nil, .recordTooLarge, nil])
        #expect(seen.lines == [2, 3, 5])
        #expect(seen.records[1].length == UInt64(long.utf8.count))
        #expect(seen.maxBufferBytes.value <= options.bufferBytes)
        let cut = read("[\(long.dropLast(9))", .json, options)
        #expect(cut.codes == [.recordTooLarge, .incompleteInput])
    }

    @Test(
        "The array of records is found within objects, and other members are passed over",
        arguments: [
            (#"{"events":[E,E]}"#, [nil, nil]),
            (#"{"a":{"events":[1]},"events":[E],"z":[{"b":"]}"}]}"#, [nil]),
            (#" {"events":[]} {"next":null,"e\u0076ents":[E] }"#, [nil]),
            (#"{"a":[E]}"#, [.incompleteInput]), (#"[E]"#, [.incompleteInput]),
            (#"{"events":{"a":1}}{"events":[E]}"#, [.incompleteInput, nil]),
            (#"7"#, [.incompleteInput]), (#"{"events":[E],}"#, [nil, .incompleteInput]),
            (#"{"events":[E] "a":1}"#, [nil, .incompleteInput]),
            (#"{"events" [E]}"#, [.incompleteInput]), (#"{"events":[E]"#, [nil, .incompleteInput]),
            (#"{"events":[E"#, [nil, .incompleteInput]),
            (#"{"a":"x"#, [.incompleteInput]), (#"{"a"#, [.incompleteInput]),
            (#"{"a":1"#, [.incompleteInput]), ("{\"a\":\"\n\"}", [.incompleteInput]),
            (#"{a:1}"#, [.incompleteInput]), (#"{"a":}"#, [.incompleteInput]),
            (#"{"events":[E,{"a":}],"b":1}"#, [nil, .invalidJSON, .incompleteInput]),
            ("", []),
        ] as [(String, [RecordProblem.Code?])])
    func wrappers(text: String, codes: [RecordProblem.Code?]) {
        let options = ReaderOptions { $0.records = ["events"] }
        let input = Array(text.replacing("E", with: event()).utf8)
        for chunk in [1, 3, Int.max] {
            #expect(read(input, .json, options, chunk: { chunk }).codes == codes, "\(text)")
        }
    }

    @Test("A pointer of several names, and the empty pointer, lead to the array of records")
    func pointers() throws {
        let text = "{\"data\":{\"x\":[],\"a/b\":[\(event())]},\"a/b\":[1]}"
        let nested = ReaderOptions { $0.records = JSONPointer(parsing: "/data/a~1b") }
        #expect(read(text, .json, nested).codes == [nil])
        let whole = ReaderOptions { $0.records = [] }
        #expect(read("[\(event())]\n[1]", .json, whole).codes == [nil, .notAnObject])
        #expect(read("{}", .json, whole).codes == [.incompleteInput])
    }

    @Test(
        "The first value is advised to name its array of records only if it looks like a wrapper",
        arguments: [
            (#"{"events":[{"a":1}]}"#, true), (#"{"a":{"b":[ {"c":1}]}}"#, true),
            (#"{"a":[1],"b":[]}"#, false), (#"{"event_type":"t","payload":{"a":[{}]}}"#, false),
            (#"{"appId":"b c","a":[{}]}"#, false), (#"{}{"events":[{"a":1}]}"#, false),
            (#"[{"events":[{"a":1}]}]"#, false),
        ])
    func advice(text: String, isAdvised: Bool) {
        let advice = "if an array in this object has the records, name it with --records"
        for chunk in [1, Int.max] {
            let seen = read(Array(text.utf8), .json, chunk: { chunk })
            let details = seen.records.compactMap { $0.problem?.describe() }
            #expect(details.contains { $0.contains(advice) } == isAdvised, "\(text): \(details)")
        }
    }

    @Test("A wrapper over the size limit is advised to name its array of records")
    func adviceOnLarge() {
        let options = ReaderOptions { $0.maxRecordBytes = 40 }
        for (start, isAdvised) in [("next", true), ("appId", false)] {
            let text = "{\"\(start)\":null,\"events\":[\(event()),\(event())]}"
            for chunk in [1, 3, Int.max] {
                let seen = read(Array(text.utf8), .json, options, chunk: { chunk })
                #expect(seen.codes == [.recordTooLarge])
                let detail = seen.records.first?.problem?.describe()
                #expect(detail?.contains("name it with --records") == isAdvised, "\(text)")
            }
        }
    }

    @Test("Any split of a JSON input into reads gives the same records")
    func splits() {
        var choices = SeededGenerator.fromEnvironment()
        let seed = choices.seed
        for round in 0..<400 {
            let input = choices.jsonInput()
            let options = ReaderOptions {
                $0.payload = choices.pick([.any, .objectOrString])
                $0.maxRecordBytes = choices.pick([8 << 20, 100, 30, 5, 1])
                $0.idempotencyKeyFrom = choices.pick([nil, ["appId"], ["payload", "a"]])
                $0.records = choices.pick([nil, nil, [], ["a"], ["a", "a"]])
                if choices.below(3) == 0 { $0.mapping.payload = .pointer([]) }
            }
            let whole = read(input, .json, options)
            let place = "seed \(seed), round \(round): \(String(decoding: input, as: UTF8.self))"
            #expect(whole == read(input, .json, options, chunk: { 1 }), "\(place)")
            #expect(
                whole == read(input, .json, options, chunk: { choices.below(40) + 1 }), "\(place)")
        }
    }

    @Test("The records of a JSON input are those of its values, one per line")
    func sameAsLines() {
        var choices = SeededGenerator.fromEnvironment()
        let seed = choices.seed
        let any = ReaderOptions { $0.payload = .any }
        for round in 0..<300 {
            let lines = (0..<choices.below(6) + 1).map { _ in
                Array(choices.line().prefix { $0 != 10 && $0 != 13 })
            }.filter { ReferenceJSON.accepts($0) && $0.first != 0x5B }
            let expected = read(Array(lines.joined(separator: [10])), .ndjson, any)
            let array =
                [0x5B]
                + Array(lines.joined(separator: choices.pick([[44], [44, 10], [32, 44, 32]]))) + [
                    0x5D
                ]
            let seen = read(array, .json, any)
            #expect(
                seen.records.map(\.payload) == expected.records.map(\.payload),
                "seed \(seed), round \(round)")
            #expect(
                seen.records.map(\.appID) == expected.records.map(\.appID),
                "seed \(seed), round \(round)")
            #expect(seen.codes == expected.codes, "seed \(seed), round \(round)")
            #expect(seen.ignoredMembers == expected.ignoredMembers, "seed \(seed), round \(round)")
            #expect(seen.ignoredNames == expected.ignoredNames, "seed \(seed), round \(round)")
        }
    }
}

extension SeededGenerator {
    /// A random JSON input: an array, a sequence or a wrapper, mostly whole, sometimes damaged.
    mutating func jsonInput() -> [UInt8] {
        var values = (0..<below(6)).map { _ in
            below(3) == 0
                ? json() : String(decoding: line().filter { $0 != 10 && $0 != 13 }, as: UTF8.self)
        }
        if below(3) == 0 { values = values.map { $0.replacing(",", with: ",\n  ") } }
        var text: String
        switch below(4) {
        case 0: text = values.joined(separator: pick([" ", "\n", "", "\r\n"]))
        case 1: text = "{\"x\":\(json()),\"a\": [" + values.joined(separator: ",") + "], \"b\":1}"
        case 2: text = "{\"a\":{\"a\":[" + values.joined(separator: " , ") + "]}}\n[1]"
        default: text = "[" + values.joined(separator: pick([",", ",\n", " ,"])) + "]\n"
        }
        if below(5) == 0 { text = String(text.dropLast(below(text.count + 1))) }
        var bytes = Array(text.utf8)
        if below(3) == 0 { mutate(&bytes) }
        return bytes
    }
}
