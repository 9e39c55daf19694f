import Sending

/// Words quoted for a POSIX shell.
enum ShellWords {
    /// Returns `word` unquoted if no character is special to a shell, else in single quotes.
    static func quote(_ word: String) -> String {
        let isPlain =
            !word.isEmpty
            && word.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "/.,:=_-+@%".utf8.contains(byte)
                }
            }
        return isPlain ? word : quoted(word)
    }

    /// Returns `word` in single quotes.
    static func quoted(_ word: String) -> String {
        let parts = word.split(separator: "'", omittingEmptySubsequences: false)
        return "'" + parts.joined(separator: #"'\''"#) + "'"
    }

    /// Returns `word` in double quotes.
    static func doubleQuoted(_ word: String) -> String {
        "\"" + word.map { #"\"$`"#.contains($0) ? "\\\($0)" : String($0) }.joined() + "\""
    }

    /// Joins `words` to a command line. The credentials of a proxy become `***`, and the name of an
    /// open descriptor, which the next shell does not have, becomes `<(…)`.
    static func commandLine(_ words: [String]) -> String {
        let proxy = Flags.proxy.declaration.spelling
        var shown: [String] = []
        for (index, word) in words.enumerated() {
            let isValue = index > 0 && words[index - 1] == proxy
            let isBoth = word.hasPrefix(proxy + "=")
            if InputPath(operand: word).isDescriptor {
                shown.append("<(…)")
                continue
            }
            shown.append(quote(isValue || isBoth ? withoutCredentials(word) : word))
        }
        return shown.joined(separator: " ")
    }

    /// Returns a proxy's URL, or the flag with it, without credentials.
    private static func withoutCredentials(_ word: String) -> String {
        let flag = word.hasPrefix("--proxy=") ? "--proxy=" : ""
        return flag + URLText.withoutCredentials(word.dropFirst(flag.count))
    }
}
