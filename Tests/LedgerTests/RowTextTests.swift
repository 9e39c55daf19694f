import Delivery
import Foundation
import Ledger
import TestSupport
import Testing

@Suite("Untrusted text in rows") struct RowTextTests {
    /// Returns the literal of `detail` in a row for `bytes`.
    private func literal(detail bytes: [UInt8]) throws -> String {
        let text = rows { encoder in
            bytes.withUnsafeBytes {
                var row = plainRow(LineID(file: 1, line: 1), record: 1)
                row.detail = $0
                encoder.append(row)
            }
        }
        let row = Array(text.utf8.dropLast())
        return try row.withUnsafeBytes {
            let fields = try #require(OutcomeFields(journalRow: $0))
            return String(decoding: $0[try #require(fields.detail)], as: UTF8.self)
        }
    }

    @Test(
        "Deceptive characters are escaped",
        arguments: [
            ("plain text, longer than eight bytes", #""plain text, longer than eight bytes""#),
            (#"a "quote" and a \"#, #""a \"quote\" and a \\""#),
            ("line\r\n\tnext", #""line\r\n\tnext""#),
            ("\u{0}\u{1b}[31m\u{7f}", #""\u0000\u001b[31m\u007f""#),
            ("grüße, 漢字, 😀", "\"grüße, 漢字, 😀\""),
            ("a\u{202e}b\u{2066}c\u{200f}\u{61c}", #""a\u202eb\u2066c\u200f\u061c""#),
            ("\u{ad}\u{feff}\u{2028}\u{85}\u{180e}", #""\u00ad\ufeff\u2028\u0085\u180e""#),
            ("tag \u{e0041}", #""tag \udb40\udc41""#),
            (#","input":1"#, #"",\"input\":1""#),
            (#","crc":"00000000"}"#, #"",\"crc\":\"00000000\"}""#),
        ])
    func escaped(text: String, expected: String) throws {
        #expect(try literal(detail: Array(text.utf8)) == expected)
    }

    @Test(
        "Each byte that is not UTF-8 becomes a replacement character",
        arguments: [
            ([0x41, 0xff, 0x42], "\"A\u{fffd}B\""),
            ([0xc0, 0x80], "\"\u{fffd}\u{fffd}\""),
            ([0xed, 0xa0, 0x80], "\"\u{fffd}\u{fffd}\u{fffd}\""),
            ([0xe2, 0x82], "\"\u{fffd}\u{fffd}\""),
            ([0xf5, 0x80, 0x80, 0x80], "\"\u{fffd}\u{fffd}\u{fffd}\u{fffd}\""),
        ] as [([UInt8], String)])
    func replaced(bytes: [UInt8], expected: String) throws {
        #expect(try literal(detail: bytes) == expected)
    }

    @Test("A text is cut after 400 bytes, between two characters", arguments: 0..<5)
    func cut(lead: Int) throws {
        let text =
            String(repeating: "x", count: 396 + lead) + "😀" + String(repeating: "y", count: 50)
        let literal = try literal(detail: Array(text.utf8))
        let kept = lead == 0 ? "😀" : String(repeating: "", count: 0)
        #expect(literal == "\"" + String(repeating: "x", count: 396 + lead) + kept + "\"")
    }

    @Test("Any bytes become JSON that reads back", arguments: [1, 2, 3] as [UInt64])
    func anyBytes(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let alphabet: [UInt8] = [0x22, 0x5c, 0x00, 0x1f, 0x7f, 0x41, 0xe2, 0x80, 0xae, 0xf0, 0x9f]
        for _ in 0..<300 {
            let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                Bool.random(using: &random)
                    ? alphabet.randomElement(using: &random) ?? 0
                    : UInt8.random(in: .min ... .max, using: &random)
            }
            let literal = Array(try literal(detail: bytes).utf8)
            let read = try JSONDecoder().decode(String.self, from: Data(literal))
            // Foundation replaces each maximal invalid part, this encoder each byte: only valid
            // texts are comparable.
            if let text = String(validating: bytes, as: UTF8.self) { #expect(read == text) }
            var decoded: [UInt8] = []
            literal.withUnsafeBytes {
                RowText.append(textOf: $0, to: &decoded, keepingEscapes: false)
            }
            #expect(String(decoding: decoded, as: UTF8.self) == read)
        }
    }

    @Test("Decoding can keep the escapes of invisible characters")
    func keepingEscapes() {
        var cell: [UInt8] = []
        withBytes(#""a\"b\\c\u202e\n\u00e9\/\ud83d\ude00\ud800\u0041""#) {
            RowText.append(textOf: $0, to: &cell, keepingEscapes: true)
        }
        #expect(String(decoding: cell, as: UTF8.self) == #"a"b\\c\u202e\né/😀"# + "\u{fffd}A")
    }

    @Test("An event type keeps its literal, except for deceptive characters")
    func eventType() throws {
        let text = rows { encoder in
            withBytes("\"user\\u002ecr\u{202e}eated\\n/\\/é\"") {
                var row = plainRow(LineID(file: 1, line: 1), record: 1)
                row.eventType = $0
                encoder.append(row)
            }
        }
        #expect(text.contains(#""event_type":"user\u002ecr\u202eeated\n/\/é","outcome""#))
    }
}
