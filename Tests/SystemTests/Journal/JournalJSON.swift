/// A JSON value of a journal row, with the members of objects in their order.
///
/// It is written from the guide on the journal's format alone, as an independent reader would be.
indirect enum JournalJSON: Equatable {
    case string(String)
    case integer(Int)
    case decimal(Double)
    case boolean(Bool)
    case null
    case array([JournalJSON])
    case object([Member])

    struct Member: Equatable {
        var name: String
        var value: JournalJSON
    }

    struct Malformed: Error, CustomStringConvertible {
        var description: String
    }

    /// The members of an object; empty for other values.
    var members: [Member] {
        if case .object(let members) = self { members } else { [] }
    }

    subscript(name: String) -> JournalJSON? { members.first { $0.name == name }?.value }

    /// Parses all of `bytes` as one value.
    init(_ bytes: some Sequence<UInt8>) throws {
        var parser = JournalJSONParser(bytes: [UInt8](bytes))
        self = try parser.value()
        guard parser.index == parser.bytes.count else { throw parser.malformed("an end") }
    }
}

private struct JournalJSONParser {
    let bytes: [UInt8]
    var index = 0

    func malformed(_ expected: String) -> JournalJSON.Malformed {
        JournalJSON.Malformed(description: "expected \(expected) at byte \(index)")
    }

    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skip(_ text: String) -> Bool {
        guard bytes[index...].starts(with: text.utf8) else { return false }
        index += text.utf8.count
        return true
    }

    private mutating func expect(_ text: String) throws {
        guard skip(text) else { throw malformed(text) }
    }

    mutating func value() throws -> JournalJSON {
        switch next {
        case UInt8(ascii: "{"): return .object(try list("{", "}") { try $0.member() })
        case UInt8(ascii: "["): return .array(try list("[", "]") { try $0.value() })
        case UInt8(ascii: "\""): return .string(try string())
        default: break
        }
        if skip("null") { return .null }
        if skip("true") { return .boolean(true) }
        if skip("false") { return .boolean(false) }
        return try number()
    }

    private mutating func list<Element>(
        _ open: String, _ close: String, _ element: (inout Self) throws -> Element
    ) throws -> [Element] {
        try expect(open)
        var elements: [Element] = []
        if skip(close) { return elements }
        repeat { elements.append(try element(&self)) } while skip(",")
        try expect(close)
        return elements
    }

    private mutating func member() throws -> JournalJSON.Member {
        let name = try string()
        try expect(":")
        return JournalJSON.Member(name: name, value: try value())
    }

    private mutating func number() throws -> JournalJSON {
        let start = index
        while let byte = next,
            byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        { index += 1 }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        guard !digits.hasPrefix("0") || digits == "0" || digits.hasPrefix("0.") else {
            throw malformed("a number without leading zeros")
        }
        if let integer = Int(text) { return .integer(integer) }
        guard let decimal = Double(text), text.contains(".") else { throw malformed("a value") }
        return .decimal(decimal)
    }

    private mutating func string() throws -> String {
        try expect("\"")
        var units: [UInt16] = []
        while !skip("\"") {
            guard let byte = next, byte >= 0x20 else { throw malformed("a string") }
            if skip("\\") {
                units.append(try escape())
            } else {
                let start = index
                index += 1
                while let byte = next, byte & 0xc0 == 0x80 { index += 1 }
                guard let text = String(validating: bytes[start..<index], as: UTF8.self) else {
                    throw malformed("UTF-8")
                }
                units += text.utf16
            }
        }
        return String(decoding: units, as: UTF16.self)
    }

    private mutating func escape() throws -> UInt16 {
        if skip("u") {
            let digits = String(decoding: bytes[index...].prefix(4), as: UTF8.self)
            guard digits.utf8.count == 4, let unit = UInt16(digits, radix: 16) else {
                throw malformed("four hexadecimal digits")
            }
            index += 4
            return unit
        }
        let plain: [(String, UInt16)] = [
            ("\"", 0x22), ("\\", 0x5c), ("/", 0x2f), ("n", 0x0a), ("r", 0x0d), ("t", 0x09),
            ("b", 0x08), ("f", 0x0c),
        ]
        for (letter, unit) in plain where skip(letter) { return unit }
        throw malformed("an escape")
    }
}

/// The checksum of a journal row, as described in the guide.
enum JournalChecksum {
    /// Returns the CRC-32C of `bytes`, computed bit by bit.
    static func of(_ bytes: some Sequence<UInt8>) -> String {
        var register: UInt32 = 0xffff_ffff
        for byte in bytes {
            register ^= UInt32(byte)
            for _ in 0..<8 {
                register = register & 1 == 1 ? register >> 1 ^ 0x82f6_3b78 : register >> 1
            }
        }
        let digits = String(~register, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    /// Whether the last 18 bytes of `row`, without its line feed, are its checksum.
    static func holds(in row: [UInt8]) -> Bool {
        let body = row.dropLast(18)
        return row.dropFirst(body.count).elementsEqual(",\"crc\":\"\(of(body))\"}".utf8)
    }
}
