/// Words quoted for a POSIX shell.
enum ShellWords {
    /// Returns `word` unquoted if no character is special to a shell, else quoted on one line.
    ///
    /// A character that a terminal, a log or a mail may change is an octal escape of `printf`. A line
    /// break at the end of the word is lost then: the shell removes it.
    static func quote(_ word: String) -> String {
        let isPlain =
            !word.isEmpty
            // zsh expands a first `=`.
            && word.utf8.first != UInt8(ascii: "=")
            && word.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "/.,:=_-+@%".utf8.contains(byte)
                }
            }
        if isPlain { return word }
        return word.unicodeScalars.contains(where: isFragile) ? printed(word) : quoted(word)
    }

    /// Returns words as one command line.
    static func joined(_ words: [String]) -> String {
        words.map(quote).joined(separator: " ")
    }

    /// Returns whether a character may not survive a display and a paste.
    private static func isFragile(_ scalar: Unicode.Scalar) -> Bool {
        if Escaping.isActive(scalar) { return true }
        guard !scalar.isASCII else { return false }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator, .unassigned,
            .privateUse:
            return true
        default: return false
        }
    }

    /// Returns a command substitution that prints `word`, for any POSIX shell.
    private static func printed(_ word: String) -> String {
        var format = ""
        for scalar in word.unicodeScalars {
            // A first `-` would be an option.
            let isOption = format.isEmpty && scalar == "-"
            if isOption || isFragile(scalar) || #"'\"!`$"#.unicodeScalars.contains(scalar) {
                for byte in String(scalar).utf8 {
                    let digits = String(byte, radix: 8)
                    format += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
                }
            } else {
                format += scalar == "%" ? "%%" : String(scalar)
            }
        }
        return "\"$(printf '\(format)')\""
    }

    /// Returns `word` in single quotes.
    static func quoted(_ word: String) -> String {
        // A quote with a combining character is one Character, but still a quote to a shell.
        let parts = word.unicodeScalars.split(separator: "'", omittingEmptySubsequences: false)
        return "'" + parts.map { String($0) }.joined(separator: #"'\''"#) + "'"
    }

    /// Returns `word` in double quotes.
    static func doubleQuoted(_ word: String) -> String {
        let special = #"\"$`"#.unicodeScalars
        return "\""
            + word.unicodeScalars.map { special.contains($0) ? "\\\($0)" : "\($0)" }.joined()
            + "\""
    }
}
