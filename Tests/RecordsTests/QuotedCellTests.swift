import Records
import TestSupport
import Testing

@Suite("Quoted cells of any length")
struct QuotedCellTests {
    /// JSON in which quotes stand alone and side by side, of about so many bytes.
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

    @Test("JSON comes out as it went in, wherever the quotes stand", arguments: [1, 40, 3000])
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

    @Test("A large payload that is unquoted in place is the same, without its original")
    func inPlace() {
        var choices = SeededGenerator.fromEnvironment()
        let seed = choices.seed
        let cells = (0..<12).map { _ in
            Self.json(choices.pick([10, 40_000, 70_000, 500_000]), &choices)
        }
        let input = Array(cells.map(Self.row).joined().utf8)
        let usual = read(input, commas, Self.options())
        let inPlace = read(input, commas, Self.options { $0.keepsOriginals = false })
        #expect(usual.payloads == cells, "seed \(seed)")
        #expect(inPlace.payloads == cells, "seed \(seed)")
        #expect(inPlace.records.map(\.hash) == usual.records.map(\.hash), "seed \(seed)")
        #expect(usual.records.allSatisfy { $0.bytes != nil })
        for (record, kept) in zip(inPlace.records, usual.records) {
            #expect(record.bytes == nil || record.bytes == kept.bytes, "seed \(seed)")
        }
        #expect(inPlace.records.contains { $0.bytes == nil }, "seed \(seed)")
    }

    @Test("A key is taken from a large payload before that is unquoted in place")
    func keyInPlace() {
        let cell = #"{"x":""# + String(repeating: "y", count: 100_000) + #"","id":"k1"}"#
        let input = "appId,event_type,payload\n" + Self.row(cell)
        let options = ReaderOptions {
            $0.idempotencyKeyFrom = ["payload", "id"]
            $0.keepsOriginals = false
        }
        let seen = read(input, commas, options)
        #expect(seen.codes == [nil])
        #expect(seen.payloads == [cell])
        #expect(seen.records.map(\.idempotencyKey) == ["k1"])
    }

    @Test("Payloads that are not unquoted are judged alike and stand as they do in the file")
    func asItStands() {
        var choices = SeededGenerator.fromEnvironment()
        let seed = choices.seed
        for round in 0..<200 {
            var text = Array(Self.json(choices.below(200), &choices).utf8)
            if choices.below(2) == 0 { choices.mutate(&text) }
            let input = Array(Self.row(String(decoding: text, as: UTF8.self)).utf8)
            let usual = read(input, commas, Self.options { $0.csvPayload = .json })
            let raw = read(
                input, commas,
                Self.options {
                    $0.csvPayload = .json
                    $0.unquotesPayloads = false
                })
            let place = "seed \(seed), round \(round)"
            #expect(raw.records.map(\.problem) == usual.records.map(\.problem), "\(place)")
            #expect(
                raw.payloads.map { $0?.replacing("\"\"", with: "\"") } == usual.payloads, "\(place)"
            )
        }
    }

    @Test("Text becomes the literal that a plain loop writes, short or long")
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
