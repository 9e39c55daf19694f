import TestSupport

extension SeededGenerator {
    mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }

    mutating func pick<T>(_ items: [T]) -> T { items[below(items.count)] }

    /// A random, mostly small JSON value with every kind of string and number.
    mutating func json(depth: Int = 0) -> String {
        switch below(depth > 3 ? 6 : 9) {
        case 0: return pick(["true", "false", "null"])
        case 1:
            return pick(["0", "-0", "12", "-3.5", "1e9", "2E-3", "0.10e+1", "98765432109876543210"])
        case 2...5: return jsonString()
        case 6:
            return "["
                + (0..<below(4)).map { _ in json(depth: depth + 1) }.joined(
                    separator: pick([",", ", "])) + "]"
        default:
            return "{"
                + (0..<below(4)).map { _ in "\(jsonString()):\(json(depth: depth + 1))" }.joined(
                    separator: ",") + "}"
        }
    }

    mutating func jsonString() -> String {
        let pieces = [
            "a", "plain text", "é", "漢字", "😀", #"\n"#, #"\""#, #"\\"#, #"\/"#, #"\u00e9"#,
            #"\ud83d\ude00"#, #"\ud800"#, "0123456789abcdef", ",", "{", "]",
        ]
        return "\"" + (0..<below(5)).map { _ in pick(pieces) }.joined() + "\""
    }

    /// A random NDJSON line, mostly valid, sometimes damaged.
    mutating func line() -> [UInt8] {
        let members = [
            #""appId":"\#(pick(["a", "app.1", "b/c", #"\u0061pp"#, ""]))""#,
            #""event_type":\#(pick([#""e""#, #""caf\u00e9""#, "7", jsonString()]))"#,
            #""payload":\#(json())"#, "\(jsonString()):\(json())",
        ]
        var bytes = Array(
            ("{" + members.shuffled(using: &self).prefix(below(4) + 1).joined(separator: " , ")
                + "}").utf8)
        if below(4) == 0 { mutate(&bytes) }
        if below(10) == 0 { bytes = Array(pick(["", "  ", "\t", "\u{FEFF}", "[]"]).utf8) }
        return bytes + Array(pick(["\n", "\n", "\r\n", "\n\n"]).utf8)
    }

    /// Changes, removes or inserts one or two bytes.
    mutating func mutate(_ bytes: inout [UInt8]) {
        for _ in 0...below(2) where !bytes.isEmpty {
            let index = below(bytes.count)
            let byte = pick(
                Array("\"\\{}[]:,0-.eEu n\u{1}".utf8) + [0x00, 0x0D, 0x80, 0xC3, 0xED, 0xF4, 0xFF])
            switch below(3) {
            case 0: bytes[index] = byte
            case 1: bytes.remove(at: index)
            default: bytes.insert(byte, at: index)
            }
        }
    }

    /// Random bytes in which the special characters of CSV are frequent.
    mutating func csvSoup(count: Int) -> [UInt8] {
        let pieces: [[UInt8]] =
            [
                "a", "e", ",", ",", ",", "\"", "\"", "\"\"", "\n", "\n", "\r\n", "\r", " ", "{}",
                "\",\"", "\n\"", "é",
            ].map { Array($0.utf8) }
            + [
                [0xC3], Array("long run of plain text".utf8), Array("a,e,".utf8),
                Array("\na,e,\"".utf8),
            ]
        return (0..<count).flatMap { _ in pick(pieces) }
    }
}
