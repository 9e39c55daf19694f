/// Escaping of text from rows for a page or a terminal.
enum UntrustedText {
    /// Maximum characters to show.
    static let longest = 120

    /// Returns at most `longest` characters and an ellipsis, with invisible and bidirectional
    /// characters as `\u{202E}`.
    static func shown(_ text: String, longest: Int = longest) -> String {
        var shown = ""
        for (index, scalar) in text.unicodeScalars.enumerated() {
            if index == longest { return shown + "…" }
            switch scalar.properties.generalCategory {
            case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
                .paragraphSeparator:
                let digits = String(scalar.value, radix: 16, uppercase: true)
                let zeros = String(repeating: "0", count: max(0, 4 - digits.utf8.count))
                shown += "\\u{\(zeros)\(digits)}"
            default: shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }
}
