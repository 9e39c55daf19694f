import Destinations
import Foundation
import TestSupport
import Testing

/// Keys, spellings and cuts that are made up. The check decodes what is left by the inverse of the
/// spellings that were chosen, with none of the program's code.
@Suite("The redaction of keys that are made up")
struct KeyRedactionPropertyTests {
    /// A text around a key in spellings inside each other.
    private struct Sample: CustomStringConvertible {
        var key: [UInt8]
        /// What is encoded together with the key, before it.
        var context: String
        var spellings: [KeySpelling]
        var before: String
        var encoded: [UInt8]
        var after: String

        var text: [UInt8] { Array(before.utf8) + encoded + Array(after.utf8) }

        var description: String {
            "key \(String(decoding: key, as: UTF8.self)) as \(spellings.map(\.name)): "
                + String(decoding: text, as: UTF8.self)
        }

        /// The number of the key's bytes at the start of what `left` shows of it.
        func leak(in left: String) -> Int {
            let shown = Array(left.utf8.dropFirst(before.utf8.count))
            let decoded = spellings.reversed().reduce(shown.filter { $0 > 0x20 && $0 < 0x7F }) {
                $1.decode($0)
            }
            guard decoded.starts(with: context.utf8) else { return 0 }
            return zip(decoded.dropFirst(context.utf8.count), key).prefix { $0 == $1 }.count
        }
    }

    private func makeKey(_ random: inout SeededGenerator, length: ClosedRange<Int>) -> [UInt8] {
        let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_".utf8)
        let visible = Array(UInt8(0x21)...0x7E)
        let alphabet = Bool.random(using: &random) ? letters : visible
        return (0..<Int.random(in: length, using: &random)).map { _ in
            random.pick(alphabet)
        }
    }

    private func makeSample(
        _ random: inout SeededGenerator, length: ClosedRange<Int> = 3...24
    ) -> Sample {
        var spellings: [KeySpelling] = []
        let encodings = Int.random(in: 0...2, using: &random)
        for layer in 0...encodings {
            if layer > 0 { spellings.append(random.pick(KeySpelling.encodings)) }
            for _ in 0..<Int.random(in: 0...2, using: &random) {
                spellings.append(random.pick(KeySpelling.escapes))
            }
        }
        let key = makeKey(&random, length: length)
        let context =
            encodings == 0 ? "" : random.pick(["", "x", "ab", "Bearer "])
        var encoded = Array(context.utf8) + key
        for spelling in spellings { encoded = spelling.encode(encoded, &random) }
        return Sample(
            key: key, context: context, spellings: spellings,
            before: random.pick(["", "bad: ", "no key '"]), encoded: encoded,
            after: random.pick(["", " is bad", "'"]))
    }

    private func detail(
        _ body: [UInt8], key: [UInt8], status: Int = 400, isCut: Bool = false
    ) -> String? {
        var text = ResponseText(key: key)
        return body.withUnsafeBytes { text.detail(of: $0, status: status, isCut: isCut) }
            .map { String(decoding: $0, as: UTF8.self) }
    }

    private func json(_ text: [UInt8]) throws -> String {
        String(
            decoding: try JSONEncoder().encode(String(decoding: text, as: UTF8.self)), as: UTF8.self
        )
    }

    @Test("A key in spellings inside each other is in no text")
    func whole() throws {
        var random = SeededGenerator.fromEnvironment()
        var count = 0
        while count < 200 {
            let sample = makeSample(&random)
            if sample.text.count > 200 { continue }
            count += 1
            let bodies = [
                sample.text, Array("{\"message\":\(try json(sample.text))}".utf8),
                Array("{\"errors\":[\(try json(sample.text))]}".utf8),
            ]
            for body in bodies.prefix(sample.text.count > 90 ? 2 : 3) {
                #expect(detail(body, key: sample.key) == KeyRedactionTests.notice, "\(sample)")
            }
            let refusal =
                "{\"code\":\(try json(sample.encoded)),\"field\":\(try json(sample.text))}"
            let words = detail(Array(refusal.utf8), key: sample.key, status: 401)
            #expect(words == nil || words == KeyRedactionTests.notice, "\(sample)")
        }
    }

    @Test("A key with invisible characters and line breaks inside is in no text")
    func invisible() throws {
        var random = SeededGenerator.fromEnvironment()
        let invisible = ["\u{200B}", "\u{0}", "\r\n", "\n", "\u{FEFF}", "\u{AD}", "\u{2060}", " "]
        for _ in 0..<200 {
            var sample = makeSample(&random, length: 4...12)
            sample.encoded = sample.encoded.flatMap { byte -> [UInt8] in
                Int.random(in: 0...3, using: &random) == 0
                    ? [byte] + Array(random.pick(invisible).utf8) : [byte]
            }
            // White space inside an escape or a number ends it.
            if !sample.spellings.isEmpty, sample.spellings.map(\.name) != ["base64"],
                sample.spellings.map(\.name) != ["hex"]
            {
                continue
            }
            if sample.text.count > 150 { continue }
            #expect(detail(sample.text, key: sample.key) == KeyRedactionTests.notice, "\(sample)")
            let body = Array("{\"message\":\(try json(sample.text))}".utf8)
            #expect(detail(body, key: sample.key) == KeyRedactionTests.notice, "\(sample)")
        }
    }

    @Test("Of a text that is cut within the key at most a few bytes of it are left")
    func cut() {
        var random = SeededGenerator.fromEnvironment()
        for _ in 0..<150 {
            var sample = makeSample(&random, length: 8...24)
            if sample.spellings.isEmpty || Bool.random(using: &random) {
                // Cut by the end of the body.
                let end = Int.random(in: 0..<sample.encoded.count, using: &random)
                sample.encoded = Array(sample.encoded.prefix(end))
                sample.after = ""
            } else {
                // Cut by the longest text that is shown.
                let shown = Int.random(in: 0..<min(sample.encoded.count, 190), using: &random)
                sample.before = String(repeating: "~", count: 200 - shown)
            }
            let left = detail(sample.text, key: sample.key, isCut: true) ?? ""
            if left == KeyRedactionTests.notice { continue }
            #expect(sample.leak(in: left) <= 3, "\(sample) left \(left)")
        }
    }

    @Test("An id with the key in any spelling is withheld")
    func ids() throws {
        var random = SeededGenerator.fromEnvironment()
        var count = 0
        while count < 200 {
            let sample = makeSample(&random)
            if sample.encoded.count > 120 || sample.encoded.contains(0x20) { continue }
            count += 1
            let body = Array("{\"message\":{\"id\":\(try json(sample.encoded))}}".utf8)
            for decides in [false, true] {
                var text = ResponseText(key: sample.key)
                let isGiven = body.withUnsafeBytes { body in
                    text.withMessageID(in: body, decides: decides) { $0 != nil }
                }
                #expect(isGiven == false, "\(sample)")
            }
        }
    }

    @Test("A text without the key is left as it is, and so is an id")
    func innocent() throws {
        var random = SeededGenerator.fromEnvironment()
        for _ in 0..<200 {
            let sample = makeSample(&random, length: 12...24)
            if sample.text.count > 200 { continue }
            let other = makeKey(&random, length: 12...24)
            let words = detail(Array("{\"message\":\(try json(sample.text))}".utf8), key: other)
            #expect(words == String(decoding: sample.text, as: UTF8.self), "\(sample)")
            let redaction = KeyRedaction(key: other)
            #expect(!sample.encoded.withUnsafeBytes { redaction.occurs(in: $0) }, "\(sample)")
        }
    }
}
