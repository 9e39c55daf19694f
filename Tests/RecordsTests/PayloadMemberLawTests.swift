import Foundation
import Records
import TestSupport
import Testing

/// A random flat CSV, and rules for members of its columns.
private struct FlatCSV {
    var text = ""
    /// The members: their paths, columns and conversions.
    var rules: [(path: [String], column: String, kind: String)] = []
    /// Whether the payload takes all other columns too, at its end.
    var takesOthers = false

    private static let names = ["id", "Näme", "a b", "c,d", "e\"f", "g~h", "i/j", "k", "数"]
    private static let words = [
        "a", "plain text of several words", "é", "漢字", "😀", "\"", "\\", ",", "\n", "\r\n", "\t",
        " ", "'", "/", "{", "\u{1F}", "\u{7F}", "0123456789abcdef",
    ]

    init(_ choices: inout SeededGenerator) {
        let columns = Self.names.shuffled(using: &choices).prefix(2 + choices.below(7))
        let kinds = columns.map { _ in
            choices.pick(["string", "string", "number", "boolean", "json"])
        }
        takesOthers = choices.below(3) == 0
        for (column, kind) in zip(columns, kinds) where choices.below(3) > 0 {
            // Names that never make a value an object too.
            let name = column.replacing("e", with: "E")
            let path =
                choices.below(3) == 0 ? ["in", choices.pick(["x", "y"]), name] : ["_" + name]
            rules.append((path, column, kind))
        }
        if rules.isEmpty { takesOthers = true }
        text = columns.map { Self.quoted($0) }.joined(separator: ",") + "\n"
        for _ in 0..<20 {
            let cells = kinds.map { kind in
                choices.below(5) == 0 ? "" : Self.cell(kind, &choices)
            }
            text +=
                cells.map { cell in
                    let mustQuote = cell.contains { "\"\n\r,".contains($0) || $0 == "\r\n" }
                    return mustQuote || choices.below(4) == 0 ? Self.quoted(cell) : cell
                }.joined(separator: ",") + choices.pick(["\n", "\r\n"])
        }
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\"", with: "\"\"") + "\""
    }

    private static func cell(_ kind: String, _ choices: inout SeededGenerator) -> String {
        switch kind {
        case "number": choices.pick(["0", "-7", "1.5", "12345678901234567890", "2e+30"])
        case "boolean": choices.pick(["true", "false"])
        case "json": choices.pick([#"{"a":[1,true,null,"\"x\\"]}"#, "[]", "\"é\"", "null", "-1.5"])
        default: (0...choices.below(4)).map { _ in choices.pick(words) }.joined()
        }
    }

    func template() throws -> PayloadTemplate {
        var members = rules.map { rule in
            PayloadTemplate.Member(
                path: JSONPointer(rule.path),
                content: .source([rule.column], .init(rawValue: rule.kind) ?? .string))
        }
        if takesOthers { members.append(.others) }
        return try PayloadTemplate(members)
    }

    /// The rules for `script`.
    func specification() throws -> Data {
        try JSONSerialization.data(withJSONObject: [
            "rules": rules.map {
                ["path": $0.path, "column": $0.column, "kind": $0.kind] as [String: Any]
            },
            "others": takesOthers,
        ])
    }

    /// Prints the payload of each row, or an empty line.
    static let script = """
        import csv, json, sys
        made = json.load(open(sys.argv[1]))
        used = {rule['column'] for rule in made['rules']}
        missing = object()
        class Members(dict):
            def whole(self):
                found = {}
                for name, value in self.items():
                    if isinstance(value, Members):
                        value = value.whole()
                    if value is not missing:
                        found[name] = value
                return found or missing
        for row in csv.DictReader(open(sys.argv[2], newline='', encoding='utf-8'), strict=True):
            payload = Members()
            for rule in made['rules']:
                cell = row[rule['column']]
                at = payload
                for name in rule['path'][:-1]:
                    at = at.setdefault(name, Members())
                if cell == '':
                    value = missing
                elif rule['kind'] == 'string':
                    value = cell
                else:
                    value = json.loads(cell)
                at[rule['path'][-1]] = value
            if made['others']:
                payload.update({k: v for k, v in row.items() if k not in used and v != ''})
            found = payload.whole()
            text = '' if found is missing else json.dumps(
                found, ensure_ascii=False, separators=(',', ':'))
            sys.stdout.buffer.write((text + '\\n').encode())
        """
}

@Suite("Laws of payloads of members")
struct PayloadMemberLawTests {
    @Test(
        "The payloads of flat CSV are those that Python's csv and json make", .needs("python3"))
    func python() throws {
        var choices = SeededGenerator.fromEnvironment()
        let seed = choices.seed
        let folder = try TemporaryFolder("members")
        for round in 0..<25 {
            let csv = FlatCSV(&choices)
            let path = try folder.write(csv.text, to: "in.csv")
            let rules = try folder.write(Array(csv.specification()), to: "rules.json")
            let made = try Program.run("python3", ["-c", FlatCSV.script, rules, path])
            try #require(made.exitCode == 0, "seed \(seed), round \(round): \(made)")
            let seen = read(csv.text, commas, building(try csv.template()))
            #expect(seen.codes.allSatisfy { $0 == nil }, "seed \(seed), round \(round)")
            #expect(
                seen.payloads.map { ($0 ?? "") + "\n" }.joined() == made.output,
                "seed \(seed), round \(round)")
        }
    }

    @Test("Any split of the input into reads gives the same payloads", arguments: [true, false])
    func splits(isCSV: Bool) throws {
        var choices = SeededGenerator.fromEnvironment()
        let seed = choices.seed
        for round in 0..<40 {
            let csv = FlatCSV(&choices)
            let input =
                isCSV
                ? choices.below(2) == 0
                    ? Array(csv.text.utf8) : Array("id,k\n".utf8) + choices.csvSoup(count: 60)
                : (0..<20).flatMap { _ in choices.line() }
            let names = isCSV ? ["id", "k"] : ["payload", "appId"]
            let rules = [
                ["x=\(names[0])", "*"], ["a/x=\(names[0])", "a/y=/\(names[1])/a", "z:=1"],
                ["x=\(names[1])\(isCSV ? ":json" : "")", "q=\(names[0])"],
            ]
            let isFlat = isCSV && !csv.text.hasPrefix("id,k\n") && input == Array(csv.text.utf8)
            let options = building(
                try isFlat ? csv.template() : template(choices.pick(rules))
            ) {
                $0.maxRecordBytes = choices.pick([8 << 20, 60, 20])
                $0.largePayloadBytes = choices.pick([0, .max])
                $0.mapping.appID = choices.pick([$0.mapping.appID, .pointer(["appId"])])
            }
            let format = isCSV ? commas : choices.pick([InputFormat.ndjson, .json])
            let whole = readInPieces(
                input, format, options, using: &choices, "seed \(seed), round \(round)")
            for payload in whole.payloads {
                guard var payload else { continue }
                #expect(
                    payload.withUTF8 { JSONDocument.isValid(UnsafeRawBufferPointer($0)) },
                    "seed \(seed), round \(round)")
            }
        }
    }

    @Test("A payload that is longer than its record is built in memory of its own, and detached")
    func long() throws {
        let text = String(repeating: "\u{1}", count: 300_000)
        let options = building(try template(["a=x", "b=x", "*"]))
        let literal = "\"" + String(repeating: #"\u0001"#, count: 300_000) + "\""
        var kept: [DetachedRecord] = []
        let input = "x,y\n\(text),\"\(text)\"\n1,2\n"
        let seen = read(
            Array(input.utf8), commas, options, chunk: { 10_000 },
            onRecord: { reader, change in kept.append(DetachedRecord(&reader, change)) })
        let expected = [
            "{\"a\":\(literal),\"b\":\(literal),\"y\":\(literal)}", #"{"a":"1","b":"1","y":"2"}"#,
        ]
        #expect(seen.payloads == expected)
        #expect(kept.map(\.payload) == expected)
        #expect(seen.maxBufferBytes.value < 2_000_000)
    }
}
