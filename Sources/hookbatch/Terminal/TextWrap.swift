/// Text in lines of at most some columns.
enum TextWrap {
    /// Breaks `text` at single spaces; a longer word has its own line. No other character changes.
    static func lines(_ text: String, columns: Int) -> [String] {
        var lines: [String] = []
        var used = 0
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            let width = TextWidth.of(String(word))
            if let last = lines.indices.last, used + 1 + width <= columns {
                lines[last] += " " + word
                used += 1 + width
            } else {
                lines.append(String(word))
                used = width
            }
        }
        return lines
    }
}
