/// Text for mdoc(7), the macros of manual pages.
enum Roff {
    /// Escapes text for roff: no macros, no escapes, and dashes as typed.
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

    /// Returns running text with each sentence on its own line, as mdoc requires.
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

    /// Returns the arguments of a macro; the empty escape prevents their use as macros.
    static func arguments(_ text: String) -> String {
        text.split(separator: " ").map { "\\&" + escaped(String($0)) }.joined(separator: " ")
    }

    /// Returns literal, indented lines.
    static func literal(_ lines: [String]) -> String {
        ".Bd -literal -offset indent\n" + lines.map(escaped).joined(separator: "\n") + "\n.Ed"
    }

    /// Returns a list of terms (with macros) and their meanings.
    static func list(_ items: [(term: String, body: String)]) -> String {
        ".Bl -tag -width Ds\n" + items.map { ".It \($0.term)\n\($0.body)\n" }.joined() + ".El"
    }
}
