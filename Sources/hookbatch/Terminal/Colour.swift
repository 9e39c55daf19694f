/// What a colour says of a text on a terminal.
enum Colour: Hashable, Sendable {
    case plain
    /// It goes well.
    case good
    /// Somebody should look at it.
    case doubtful
    case bad

    /// `text` in this colour, with the control sequences of ECMA-48 (SGR).
    func painted(_ text: String) -> String {
        switch self {
        case .plain: text
        case .good: "\u{1B}[32m\(text)\u{1B}[0m"
        case .doubtful: "\u{1B}[33m\(text)\u{1B}[0m"
        case .bad: "\u{1B}[31m\(text)\u{1B}[0m"
        }
    }
}
