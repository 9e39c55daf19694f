import Records

/// Text of a store in a listing for programs: a terminal that shows it must not obey it.
///
/// Active characters (see `Escaping`) are escapes of JSON, and bytes that are not UTF-8 become
/// U+FFFD. Other text is unchanged.
enum ListedText {
    /// Appends a text as a JSON string literal.
    static func appendLiteral(of text: UnsafeRawBufferPointer, to output: inout [UInt8]) {
        guard !isPlain(text) else { return JSONString.appendLiteral(of: text, to: &output) }
        var literal: [UInt8] = []
        var string = String(decoding: text, as: UTF8.self)
        string.withUTF8 {
            JSONString.appendLiteral(of: UnsafeRawBufferPointer($0), to: &literal)
        }
        literal.withUnsafeBytes { append($0, to: &output) }
    }

    /// Appends JSON text on one line, or a text that is not JSON as a string literal.
    static func appendJSON(_ text: UnsafeRawBufferPointer, to output: inout [UInt8]) {
        guard JSONDocument.isValid(text) else { return appendLiteral(of: text, to: &output) }
        let start = output.count
        append(text, to: &output)
        for index in start..<output.count where "\r\n".utf8.contains(output[index]) {
            output[index] = UInt8(ascii: " ")
        }
    }

    /// Appends valid JSON, in which active characters occur only in strings, besides white space
    /// between tokens.
    static func append(_ json: UnsafeRawBufferPointer, to output: inout [UInt8]) {
        guard !isPlain(json) else {
            output += json
            return
        }
        for scalar in String(decoding: json, as: UTF8.self).unicodeScalars {
            if scalar.value > 0x20, Escaping.isActive(scalar) {
                appendEscape(scalar, to: &output)
            } else {
                output += Character(scalar).utf8
            }
        }
    }

    /// Returns a text whose active characters are escapes.
    static func escaped(_ text: UnsafeRawBufferPointer) -> [UInt8] {
        guard !isPlain(text) else { return Array(text) }
        var output: [UInt8] = []
        for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
            switch scalar {
            case "\n": output += "\\n".utf8
            case "\r": output += "\\r".utf8
            case "\t": output += "\\t".utf8
            case _ where Escaping.isActive(scalar): appendEscape(scalar, to: &output)
            default: output += Character(scalar).utf8
            }
        }
        return output
    }

    /// Whether a text is a number of JSON.
    static func isNumber(_ text: UnsafeRawBufferPointer) -> Bool {
        guard let first = text.first, first == UInt8(ascii: "-") || (0x30...0x39).contains(first)
        else { return false }
        return JSONDocument.isValid(text)
    }

    /// Whether all bytes are visible ASCII or spaces.
    private static func isPlain(_ text: UnsafeRawBufferPointer) -> Bool {
        text.allSatisfy { (0x20...0x7E).contains($0) }
    }

    /// Appends `\u202e`. No active character is beyond U+FFFF.
    private static func appendEscape(_ scalar: Unicode.Scalar, to output: inout [UInt8]) {
        let digits = String(scalar.value, radix: 16)
        output += "\\u\(String(repeating: "0", count: 4 - digits.utf8.count))\(digits)".utf8
    }
}
