import Foundation
import TestSupport

/// A way in which servers write bytes, and its inverse, for a test that makes up texts.
struct KeySpelling: Sendable {
    var name: String
    /// Whether it changes every byte, as base64 does.
    var isEncoding = false
    var encode: @Sendable ([UInt8], inout SeededGenerator) -> [UInt8]
    /// Decodes as much as a cut text allows.
    var decode: @Sendable ([UInt8]) -> [UInt8]

    static let escapes = [percent, entities, backslashes]
    static let encodings = [base64, hexadecimal, decimal]

    /// Bytes that are always escaped; the others are by chance.
    private static func escape(
        _ bytes: [UInt8], _ random: inout SeededGenerator,
        _ one: (UInt8, inout SeededGenerator) -> String
    ) -> [UInt8] {
        let isThorough = Bool.random(using: &random)
        return bytes.flatMap { byte -> [UInt8] in
            let isPlain = Character(UnicodeScalar(byte)).isLetter || (0x30...0x39).contains(byte)
            return isPlain && !isThorough ? [byte] : Array(one(byte, &random).utf8)
        }
    }

    /// Replaces each match of `pattern` by the byte whose number in `radix` is its first group.
    private static func unescape(
        _ bytes: [UInt8], _ pattern: Regex<(Substring, Substring)>, radix: Int
    ) -> [UInt8] {
        let text = String(decoding: bytes, as: UTF8.self)
        return Array(
            text.replacing(pattern) { match in
                UInt32(match.1, radix: radix).flatMap(UnicodeScalar.init).map(String.init) ?? ""
            }.utf8)
    }

    private static let percent = KeySpelling(name: "percent") { bytes, random in
        escape(bytes, &random) { byte, random in
            String(format: Bool.random(using: &random) ? "%%%02X" : "%%%02x", Int(byte))
        }
    } decode: {
        unescape($0, /%([0-9A-Fa-f]{2})/, radix: 16)
    }

    private static let entities = KeySpelling(name: "entities") { bytes, random in
        escape(bytes, &random) { byte, random in
            let named: [UInt8: String] = [0x26: "&amp;", 0x3C: "&lt;", 0x2F: "&sol;"]
            switch Int.random(in: 0...2, using: &random) {
            case 0: return named[byte] ?? "&#\(byte);"
            case 1: return "&#\(byte);"
            default: return String(format: "&#x%X;", Int(byte))
            }
        }
    } decode: { bytes in
        let names = String(decoding: bytes, as: UTF8.self)
            .replacing("&sol;", with: "/").replacing("&lt;", with: "<")
            .replacing("&amp;", with: "&#38;")
        return unescape(
            unescape(Array(names.utf8), /&#x([0-9A-F]+);/, radix: 16), /&#([0-9]+);/, radix: 10)
    }

    private static let backslashes = KeySpelling(name: "backslashes") { bytes, random in
        escape(bytes, &random) { byte, _ in String(format: "\\u%04x", Int(byte)) }
    } decode: {
        unescape($0, /\\u([0-9a-f]{4})/, radix: 16)
    }

    private static let base64 = KeySpelling(name: "base64", isEncoding: true) { bytes, random in
        var text = Data(bytes).base64EncodedString()
        if Bool.random(using: &random) {
            text = text.replacing("+", with: "-").replacing("/", with: "_")
        }
        if Bool.random(using: &random) { text = text.replacing("=", with: "") }
        return Array(text.utf8)
    } decode: { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
            .replacing("-", with: "+").replacing("_", with: "/")
            .filter { $0.isASCII && ($0.isLetter || $0.isNumber || "+/".contains($0)) }
        let padding = ["", "", "==", "="]
        // A single digit of the last group is not a whole byte.
        let whole = text.count % 4 == 1 ? String(text.dropLast()) : text
        return Array(Data(base64Encoded: whole + padding[whole.count % 4]) ?? Data())
    }

    private static let hexadecimal = KeySpelling(name: "hex", isEncoding: true) { bytes, random in
        let format = Bool.random(using: &random) ? "%02X" : "%02x"
        let separator = random.pick(["", ":", " ", "-", ", "])
        return Array(
            bytes.map { String(format: format, Int($0)) }.joined(separator: separator).utf8)
    } decode: { bytes in
        let digits = bytes.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
        return stride(from: 0, to: digits.count - 1, by: 2).map {
            UInt8(digits[$0] << 4 | digits[$0 + 1])
        }
    }

    private static let decimal = KeySpelling(name: "decimal", isEncoding: true) { bytes, random in
        let separator = random.pick([",", ", ", " "])
        return Array(("[" + bytes.map { "\($0)" }.joined(separator: separator) + "]").utf8)
    } decode: { bytes in
        String(decoding: bytes, as: UTF8.self).split { !$0.isNumber }.compactMap { UInt8($0) }
    }
}

extension SeededGenerator {
    /// One of `elements`, of which there must be one.
    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: elements.indices, using: &self)]
    }
}
