/// A command line that is run without a shell: the words that a shell would make of it.
struct CommandWords: Hashable, Sendable {
    /// The program and its arguments, at least one.
    let words: [String]

    /// Splits a command line at its spaces. Quotes and backslashes work as in a POSIX shell.
    ///
    /// Nil if there is no word, if a quote is open, or if a character outside quotes has another
    /// meaning to a shell: nothing would give it that meaning.
    init?(_ line: String) {
        var words: [String] = []
        var word: String?
        var rest = line.unicodeScalars[...]
        while let next = rest.popFirst() {
            switch next {
            case " ", "\t", "\n":
                if let done = word { words.append(done) }
                word = nil
            case "'":
                guard let end = rest.firstIndex(of: "'") else { return nil }
                word = (word ?? "") + String(rest[..<end])
                rest = rest[rest.index(after: end)...]
            case "\"":
                guard let part = Self.doubleQuoted(&rest) else { return nil }
                word = (word ?? "") + part
            case "\\":
                guard let escaped = rest.popFirst(), escaped != "\n" else { return nil }
                word = (word ?? "") + String(escaped)
            case _ where Self.isSpecial(next, startsWord: word == nil): return nil
            default: word = (word ?? "") + String(next)
            }
        }
        if let word { words.append(word) }
        guard let first = words.first, !first.isEmpty,
            !words.contains(where: { $0.utf8.contains(0) })
        else { return nil }
        self.words = words
    }

    /// Takes the rest of a text in double quotes; nil without its end, or with a substitution.
    private static func doubleQuoted(_ rest: inout Substring.UnicodeScalarView) -> String? {
        var text = ""
        while let next = rest.popFirst() {
            switch next {
            case "\"": return text
            case "$", "`": return nil
            case "\\":
                guard let escaped = rest.popFirst() else { return nil }
                if !"\"\\$`".unicodeScalars.contains(escaped) { text += "\\" }
                text += String(escaped)
            default: text += String(next)
            }
        }
        return nil
    }

    private static func isSpecial(_ scalar: Unicode.Scalar, startsWord: Bool) -> Bool {
        startsWord && "~#".unicodeScalars.contains(scalar)
            || "|&;<>()$`*?[".unicodeScalars.contains(scalar)
    }
}

extension ValueSyntax<CommandWords> {
    static let command = ValueSyntax(
        "COMMAND", noun: "a command without characters for a shell (sh -c '…' runs one)",
        example: "'vault kv get -field=key secret/hookstream'", isSecret: true,
        parse: CommandWords.init)
}
