/// Escaping of untrusted text (paths, arguments, responses) for terminals and logs.
enum Escaping {
    /// Returns `text` escaped and in single quotes.
    static func quoted(_ text: String) -> String { "'\(escaped(text))'" }

    /// Returns `text` with active characters as `\u{…}`: C0 and C1 controls, DEL, line and
    /// paragraph separators, bidirectional controls, the byte-order mark.
    static func escaped(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isActive) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            if isActive(scalar) {
                let digits = String(scalar.value, radix: 16, uppercase: true)
                let zeros = String(repeating: "0", count: max(0, 4 - digits.utf8.count))
                result += "\\u{\(zeros)\(digits)}"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Returns whether a character controls a terminal or reorders its line.
    static func isActive(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00...0x1F, 0x7F...0x9F, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069,
            0xFEFF:
            true
        default: false
        }
    }
}
