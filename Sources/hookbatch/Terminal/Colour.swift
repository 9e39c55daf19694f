/// A colour of text on a terminal, by its meaning.
enum Colour: Hashable, Sendable {
    case plain
    /// Success.
    case good
    /// Needs attention.
    case doubtful
    case bad
    /// Less important than the text around it.
    case faint

    /// Returns `text` in this colour (ECMA-48, SGR).
    func painted(_ text: String) -> String {
        switch self {
        case .plain: text
        case .good: "\u{1B}[32m\(text)\u{1B}[0m"
        case .doubtful: "\u{1B}[33m\(text)\u{1B}[0m"
        case .bad: "\u{1B}[31m\(text)\u{1B}[0m"
        case .faint: "\u{1B}[2m\(text)\u{1B}[0m"
        }
    }
}
