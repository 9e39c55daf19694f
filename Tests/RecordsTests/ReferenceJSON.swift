/// A slow, readable, recursive JSON validator for comparison.
struct ReferenceJSON {
    private struct Invalid: Error {}

    private let bytes: [UInt8]
    private var i = 0

    static func accepts(_ bytes: [UInt8]) -> Bool {
        guard String(validating: bytes, as: UTF8.self) != nil else { return false }
        var reader = ReferenceJSON(bytes: bytes)
        do {
            try reader.value(depth: 0)
            return reader.i == bytes.count
        } catch {
            return false
        }
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private var next: Character? {
        i < bytes.count ? Character(Unicode.Scalar(bytes[i])) : nil
    }

    private mutating func space() {
        while let byte = next, " \t\n\r".unicodeScalars.contains(where: { Character($0) == byte }) {
            i += 1
        }
    }

    private mutating func skip(_ character: Character) throws(Invalid) {
        guard next == character else { throw Invalid() }
        i += 1
    }

    private mutating func value(depth: Int) throws(Invalid) {
        space()
        switch next {
        case "{":
            try list(depth: depth, closing: "}") { reader throws(Invalid) in
                reader.space()
                try reader.string()
                reader.space()
                try reader.skip(":")
                try reader.value(depth: depth + 1)
            }
        case "[":
            try list(depth: depth, closing: "]") { reader throws(Invalid) in
                try reader.value(depth: depth + 1)
            }
        case "\"": try string()
        case "t": for letter in "true" { try skip(letter) }
        case "f": for letter in "false" { try skip(letter) }
        case "n": for letter in "null" { try skip(letter) }
        default: try number()
        }
        space()
    }

    private mutating func list(
        depth: Int, closing: Character, item: (inout ReferenceJSON) throws(Invalid) -> Void
    ) throws(Invalid) {
        guard depth < 512 else { throw Invalid() }
        i += 1
        space()
        if next == closing {
            i += 1
            return
        }
        while true {
            try item(&self)
            if next == closing { break }
            try skip(",")
        }
        i += 1
    }

    private mutating func string() throws(Invalid) {
        try skip("\"")
        while next != "\"" {
            guard i < bytes.count, bytes[i] >= 0x20 else { throw Invalid() }
            i += 1
            guard bytes[i - 1] == UInt8(ascii: "\\") else { continue }
            guard let letter = next, "\"\\/bfnrtu".contains(letter) else { throw Invalid() }
            i += 1
            if letter == "u" {
                for _ in 0..<4 {
                    guard let digit = next, digit.isASCII, digit.isHexDigit else { throw Invalid() }
                    i += 1
                }
            }
        }
        i += 1
    }

    private mutating func number() throws(Invalid) {
        if next == "-" { i += 1 }
        if next == "0" { i += 1 } else { try digits() }
        if next == "." {
            i += 1
            try digits()
        }
        if next == "e" || next == "E" {
            i += 1
            if next == "+" || next == "-" { i += 1 }
            try digits()
        }
    }

    private mutating func digits() throws(Invalid) {
        let start = i
        while let digit = next, ("0"..."9").contains(digit) { i += 1 }
        if i == start { throw Invalid() }
    }
}
