import Glibc

/// How a piece of text stands out on a terminal; elsewhere it is as it is.
enum Style: String, Sendable {
    /// A heading.
    case strong = "1"

    /// The text between the codes that begin the style and end it (ECMA-48, SGR).
    func wrapped(_ text: String) -> String { "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" }

    /// Whether a descriptor is a terminal that takes codes, and nobody has forbidden them.
    static func areShown(on descriptor: Int32) -> Bool {
        isatty(descriptor) == 1 && TerminalStyle.current().hasColours
    }
}
