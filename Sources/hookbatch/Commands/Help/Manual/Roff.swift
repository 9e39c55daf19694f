/// Text for mdoc(7), the macros in which manual pages are written.
enum Roff {
    /// Text as roff prints it letter by letter: nothing in it is a macro, an escape, or a dash that
    /// is not the one to be typed.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\e"
            case "-": result += "\\-"
            case "'": result += "\\(aq"
            case "`": result += "\\(ga"
            case "^": result += "\\(ha"
            case "~": result += "\\(ti"
            case "\"": result += "\\(dq"
            case "." where result.isEmpty: result += "\\&."
            case _ where scalar.isASCII: result.unicodeScalars.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16, uppercase: true)
                let zeros = String(repeating: "0", count: max(0, 4 - digits.utf8.count))
                result += "\\[u\(zeros)\(digits)]"
            }
        }
        return result
    }

    /// Running text: each sentence begins on a line of its own, as mdoc wants it.
    static func paragraph(_ text: String) -> String {
        var sentences: [String] = []
        var isBegun = false
        for word in text.split(separator: " ") {
            if isBegun {
                sentences[sentences.count - 1] += " " + word
            } else {
                sentences.append(String(word))
            }
            isBegun = !word.hasSuffix(".")
        }
        return sentences.flatMap { HelpText.wrapped($0, to: 72) }.map(escaped)
            .joined(separator: "\n")
    }

    /// Words behind a macro: the empty escape keeps one from being taken for a macro itself.
    static func arguments(_ text: String) -> String {
        text.split(separator: " ").map { "\\&" + escaped(String($0)) }.joined(separator: " ")
    }

    /// Lines that are shown as they are, indented.
    static func literal(_ lines: [String]) -> String {
        ".Bd -literal -offset indent\n" + lines.map(escaped).joined(separator: "\n") + "\n.Ed"
    }

    /// A list of terms, macros and all, and what each means.
    static func list(_ items: [(term: String, body: String)]) -> String {
        ".Bl -tag -width Ds\n" + items.map { ".It \($0.term)\n\($0.body)\n" }.joined() + ".El"
    }
}
