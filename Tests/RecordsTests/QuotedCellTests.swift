import Records
import TestSupport
import Testing

@Suite("Quoted cells")
struct QuotedCellTests {
    /// JSON of about `bytes` bytes, with single and adjacent quotes.
    private static func json(_ bytes: Int, _ choices: inout SeededGenerator) -> String {
        var text = "["
        while text.utf8.count < bytes {
            text += choices.pick([
                #""","#, #""\"","#, #""\\\"\"","#, #"{"a":"","b":"é"},"#, #"[["","",""]],"#,
                "\"" + String(repeating: "x", count: choices.below(90)) + "\",", "1,  2,",
            ])
        }
        return text + "null]"
    }

    private static func row(_ cell: String) -> String {
        "a,t,\"" + cell.replacing("\"", with: "\"\"") + "\"\n"
    }

    private static func options(_ change: (inout ReaderOptions) -> Void = { _ in }) -> ReaderOptions
    {
        ReaderOptions {
            $0.hasHeader = false
            $0.payload = .any
            change(&$0)
        }
    }

    @Test("JSON in a quoted cell is read unchanged, whatever its quotes", arguments: [1, 40, 3000])
    func roundTrip(bytes: Int) {
        var choices = SeededGenerator.fromEnvironment()
        let seed = choices.seed
        for round in 0..<60 {
            let cells = (0..<5).map { _ in Self.json(choices.below(bytes) + 1, &choices) }
            let input = Array(cells.map(Self.row).joined().utf8)
            let seen = read(input, commas, Self.options(), chunk: { choices.below(300) + 1 })
            #expect(seen.payloads == cells, "seed \(seed), round \(round)")
        }
    }

    /// Text of about `bytes` bytes, with all characters that a literal escapes.
    private static func text(_ bytes: Int, _ choices: inout SeededGenerator) -> String {
        let share = choices.pick([1, 10, 100])
        var text = "t"
        while text.utf8.count < bytes {
            text +=
                choices.below(100) < share
                ? choices.pick(["\"", "\"\"", "\\", "\r\n", "\n", "\t", "\u{1}", "é"])
                : "plain text, of some length; "
        }
        return text
    }

    @Test("A large payload changed in place has the same value, and its neighbours are kept")
    func inPlace() throws {
        var choices = SeededGenerator.fromEnvironment()
        let seed = choices.seed
        for round in 0..<12 {
            let cells = (0..<8).map { _ in
                let bytes = choices.pick([10, 40_000, 70_000, 500_000])
                return choices.below(2) == 0
                    ? Self.json(bytes, &choices) : Self.text(bytes, &choices)
            }
            let rows = cells.enumerated().map { index, cell in
                "p\(index),\"" + cell.replacing("\"", with: "\"\"") + "\",a\(index),k\(index),t\n"
            }
            let header = "other,payload,appId,key,event_type\n"
            let input = Array((header + rows.joined()).utf8)
            let options = ReaderOptions {
                $0.payload = .any
                $0.idempotencyKeyFrom = ["key"]
                $0.csvPayload = choices.pick([.auto, .text])
                $0.largePayloadBytes = .max
            }
            var changing = options
            changing.largePayloadBytes = ReaderOptions().largePayloadBytes
            let usual = read(input, commas, options)
            var restored: [[UInt8]] = []
            let inPlace = read(
                input, commas, changing, chunk: { choices.below(300_000) + 1 },
                onRecord: { reader, change in
                    guard let bytes = reader.record.bytes else { return }
                    let record = UnsafeMutableRawBufferPointer(mutating: reader.bytes(bytes))
                    change?.revert(in: record)
                    restored.append(Array(record))
                })
            let place = "seed \(seed), round \(round)"
            #expect(usual.codes == cells.map { _ in nil }, "\(place)")
            #expect(inPlace == usual, "\(place)")
            #expect(restored == usual.records.map(\.bytes), "\(place)")
        }
    }

    @Test("A large text changed in place may outgrow the buffer without losing the next record")
    func controlCharacters() {
        let text = String(repeating: "\u{1}", count: 200_000)
        let input = Self.row(text) + Self.row("{}") + Self.row("last")
        let seen = read(Array(input.utf8), commas, Self.options())
        let literal = "\"" + String(repeating: "\\u0001", count: 200_000) + "\""
        #expect(seen.payloads == [literal, "{}", "\"last\""])
        #expect(seen.records.map(\.bytes?.count) == [200_006, 8, 10])
        #expect(seen.lines == [1, 2, 3])
    }

    @Test("A field inside a large text survives the escaping of the text")
    func fieldWithinText() {
        let cell = "[1234" + String(repeating: ";\u{1}", count: 50_000) + "]"
        let json = "[1234" + String(repeating: ";7", count: 50_000).replacing(";", with: ",") + "]"
        for cell in [cell, json] {
            let options = ReaderOptions {
                $0.csvPayload = .text
                $0.idempotencyKeyFrom = ["payload", "0"]
            }
            let input = "appId\tevent_type\tpayload\na\tt\t\(cell)\nb\tt\t[5]\n"
            let seen = read(input, .csv(delimiter: UInt8(ascii: "\t")), options)
            #expect(seen.records.map(\.idempotencyKey) == [cell == json ? "1234" : nil, "5"])
            #expect(seen.records.map(\.appID) == ["a", "b"])
        }
    }

    @Test("An idempotency key inside a large payload survives its unquoting in place")
    func keyInPlace() {
        let cell = #"{"x":""# + String(repeating: "y", count: 100_000) + #"","id":"k1"}"#
        let input = "appId,event_type,payload\n" + Self.row(cell)
        let options = ReaderOptions {
            $0.idempotencyKeyFrom = ["payload", "id"]
        }
        let seen = read(input, commas, options)
        #expect(seen.codes == [nil])
        #expect(seen.payloads == [cell])
        #expect(seen.records.map(\.idempotencyKey) == ["k1"])
    }

    @Test("An unprepared payload has the same problem and its original bytes")
    func unprepared() {
        var choices = SeededGenerator.fromEnvironment()
        let seed = choices.seed
        for round in 0..<200 {
            var text = Array(Self.json(choices.below(200), &choices).utf8)
            if choices.below(2) == 0 { choices.mutate(&text) }
            let input = Array(Self.row(String(decoding: text, as: UTF8.self)).utf8)
            let usual = read(input, commas, Self.options { $0.csvPayload = .json })
            let raw = read(
                input, commas, Self.options { $0.csvPayload = .json }, preparesPayloads: false)
            let place = "seed \(seed), round \(round)"
            #expect(raw.records.map(\.problem) == usual.records.map(\.problem), "\(place)")
            #expect(
                raw.payloads.map { $0?.replacing("\"\"", with: "\"") } == usual.payloads, "\(place)"
            )
        }
    }

    @Test("A text cell becomes the same literal as by a plain loop, short or long")
    func literals() {
        var choices = SeededGenerator.fromEnvironment()
        let seed = choices.seed
        for round in 0..<300 {
            let length = choices.below(choices.pick([20, 200, 4000]))
            let text = (0..<length).map { _ in
                choices.pick(["x", "y ", "é", "\"", "\\", "\n", "\t", "\u{1}", "plain text "])
            }.joined()
            let input = Array(Self.row(text).utf8)
            let seen = read(input, commas, Self.options { $0.csvPayload = .text })
            var literal: [UInt8] = []
            Array(text.utf8).withUnsafeBytes { JSONString.appendLiteral(of: $0, to: &literal) }
            #expect(
                seen.payloads == [String(decoding: literal, as: UTF8.self)],
                "seed \(seed), round \(round)")
        }
    }
}
