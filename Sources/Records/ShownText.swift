/// Text of an input in messages.
enum ShownText {
    /// Returns at most `maxCharacters` of a text, with characters that are not visible as `\u{…}`.
    static func truncated(_ text: String, to maxCharacters: Int) -> String {
        var shown = ""
        for scalar in text.unicodeScalars.prefix(maxCharacters) {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse:
                shown += "\\u{\(String(scalar.value, radix: 16))}"
            default:
                shown.unicodeScalars.append(scalar)
            }
        }
        return text.unicodeScalars.count > maxCharacters ? shown + "…" : shown
    }
}
