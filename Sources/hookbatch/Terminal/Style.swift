import Glibc

/// A style of text on a terminal.
enum Style: String, Sendable {
    /// A heading, or what to do next.
    case strong = "1"

    /// Returns the text between the codes of the style (ECMA-48, SGR).
    func wrapped(_ text: String) -> String { "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" }

    /// Returns whether a descriptor is a terminal with colours enabled.
    static func areShown(on descriptor: Int32) -> Bool {
        isatty(descriptor) == 1 && TerminalStyle.current().hasColours
    }
}
