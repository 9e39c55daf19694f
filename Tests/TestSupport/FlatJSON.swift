import Foundation

/// One JSON object of plain members in their order, as in a report's row.
///
/// The parser is strict: the usual decoders allow trailing commas and duplicate members.
package struct FlatJSON: Sendable {
    package enum Value: Hashable, Sendable {
        case string(String)
        case number(Double)
        case bool(Bool)
        case null
    }

    package var members: [(name: String, value: Value)] = []

    package struct Malformed: Error, CustomStringConvertible {
        package var description: String
    }

    /// - Parameter bytes: the object alone, without white space around it.
    package init(_ bytes: some Sequence<UInt8>) throws(Malformed) {
        var parser = FlatJSONParser(bytes: [UInt8](bytes))
        members = try parser.object()
    }

    package subscript(name: String) -> Value? { members.first { $0.name == name }?.value }
}

private struct FlatJSONParser {
    let bytes: [UInt8]
    var position = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func object() throws(FlatJSON.Malformed) -> [(name: String, value: FlatJSON.Value)] {
        var members: [(name: String, value: FlatJSON.Value)] = []
        try expect(UInt8(ascii: "{"))
        while true {
            let name = try string()
            guard !members.contains(where: { $0.name == name }) else {
                throw failure("member \(name) twice")
            }
            try expect(UInt8(ascii: ":"))
            members.append((name, try value()))
            if peek == UInt8(ascii: "}") { break }
            try expect(UInt8(ascii: ","))
        }
        position += 1
        guard position == bytes.count else { throw failure("bytes after the object") }
        return members
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func failure(_ what: String) -> FlatJSON.Malformed {
        let text = String(decoding: bytes, as: UTF8.self)
        return FlatJSON.Malformed(description: "\(what) at byte \(position) of \(text)")
    }

    private mutating func expect(_ byte: UInt8) throws(FlatJSON.Malformed) {
        guard peek == byte else {
            throw failure("no '\(Character(UnicodeScalar(byte)))'")
        }
        position += 1
    }

    private mutating func value() throws(FlatJSON.Malformed) -> FlatJSON.Value {
        if peek == UInt8(ascii: "\"") { return .string(try string()) }
        let start = position
        while let byte = peek, byte != UInt8(ascii: ","), byte != UInt8(ascii: "}") {
            position += 1
        }
        switch String(decoding: bytes[start..<position], as: UTF8.self) {
        case "null": return .null
        case "true": return .bool(true)
        case "false": return .bool(false)
        case let text:
            guard text.utf8.allSatisfy({ $0 < 0x7B && $0 > 0x2A }), let number = Double(text) else {
                throw failure("no value: \(text)")
            }
            return .number(number)
        }
    }

    private mutating func string() throws(FlatJSON.Malformed) -> String {
        let start = position
        try expect(UInt8(ascii: "\""))
        while let byte = peek, byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { throw failure("a bare control character") }
            position += byte == UInt8(ascii: "\\") ? 2 : 1
        }
        try expect(UInt8(ascii: "\""))
        let literal = Data(bytes[start..<position])
        guard let decoded = try? JSONDecoder().decode(String.self, from: literal) else {
            throw failure("not a string")
        }
        return decoded
    }
}
