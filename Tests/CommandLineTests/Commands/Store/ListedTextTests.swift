import Foundation
import TestSupport
import Testing

@testable import hookbatch

@Suite("Text of a store in listings") struct ListedTextTests {
    private static let scalars = Array(
        "ab,'\"\\/=é😀 \u{0}\n\r\t\u{1B}\u{7F}\u{80}\u{9B}\u{A0}\u{200D}\u{202E}\u{2066}\u{2028}\u{FEFF}"
            .unicodeScalars)

    private func literal(_ text: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        text.withUnsafeBytes { ListedText.appendLiteral(of: $0, to: &output) }
        return output
    }

    private func hasActive(_ bytes: [UInt8]) -> Bool {
        String(decoding: bytes, as: UTF8.self).unicodeScalars.contains(where: Escaping.isActive)
    }

    @Test("A literal is visible, and JSON for the same text")
    func literals() throws {
        var generator = SeededGenerator.fromEnvironment()
        for _ in 0..<500 {
            var text = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0...9, using: &generator) {
                if let scalar = Self.scalars.randomElement(using: &generator) {
                    text.append(scalar)
                }
            }
            let bytes = literal(Array(String(text).utf8))
            #expect(!hasActive(bytes), "\(generator)")
            let value = try JSONSerialization.jsonObject(
                with: Data(bytes), options: .fragmentsAllowed)
            #expect(
                (value as? String).map { Array($0.unicodeScalars) } == Array(text),
                "\(generator): \(String(decoding: bytes, as: UTF8.self))")
        }
    }

    @Test("Bytes that are not UTF-8 become U+FFFD")
    func malformed() {
        #expect(literal([0x61, 0xFF, 0x9B, 0x62]) == Array("\"a\u{FFFD}\u{FFFD}b\"".utf8))
        #expect([0x9B as UInt8].withUnsafeBytes(ListedText.escaped) == Array("\u{FFFD}".utf8))
    }

    @Test(
        "JSON keeps its bytes, except active characters in strings and line breaks between tokens",
        arguments: [
            (#"{ "a":1.50E+2, "é😀":"\u00e9\/\n" }"#, #"{ "a":1.50E+2, "é😀":"\u00e9\/\n" }"#),
            ("[\r\n\t\"\u{9B}\u{202E}\"]", #"[  \#t"\u009b\u202e"]"#),
            ("{\u{1B}", #""{\u001b""#), ("", #""""#), ("1}\u{85}", #""1}\u0085""#),
        ])
    func json(text: String, expected: String) {
        var output: [UInt8] = []
        Array(text.utf8).withUnsafeBytes { ListedText.appendJSON($0, to: &output) }
        #expect(String(decoding: output, as: UTF8.self) == expected)
    }

    @Test(
        "A text of a cell has the escapes of a report",
        arguments: [
            ("a\\b é", "a\\b é"), ("\n\r\t", #"\n\r\t"#), ("\u{1B}[m\u{7F}", #"\u001b[m\u007f"#),
            ("\u{9B}\u{202E}\u{200D}", "\\u009b\\u202e\u{200D}"),
        ])
    func cells(text: String, expected: String) {
        let cell = Array(text.utf8).withUnsafeBytes(ListedText.escaped)
        #expect(String(decoding: cell, as: UTF8.self) == expected)
    }

    @Test("Only numbers of JSON are numbers", arguments: ["1", "-5", "9.2e+18", "1e3"])
    func numbers(text: String) {
        #expect(Array(text.utf8).withUnsafeBytes(ListedText.isNumber))
        for other in ["\"\(text)\"", " \(text)", "\(text),", "x", "", "null", "+\(text)", "Inf"] {
            #expect(!Array(other.utf8).withUnsafeBytes(ListedText.isNumber))
        }
    }
}
