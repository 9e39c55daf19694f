import Glibc

/// The capabilities of a terminal, from the environment.
struct TerminalStyle: Hashable, Sendable {
    /// Whether control sequences can move the cursor.
    var movesCursor: Bool
    /// False if NO_COLOR is set (no-color.org).
    var hasColours: Bool
    /// Whether symbols outside ASCII are drawn: the locale is UTF-8, and the terminal is not the
    /// Linux console, whose fonts lack most of them.
    var isUnicode: Bool

    /// - Parameter variable: Returns the value of an environment variable, nil if it is not set.
    init(_ variable: (String) -> String?) {
        func value(_ name: String) -> String? {
            variable(name).flatMap { $0.isEmpty ? nil : $0 }
        }
        let kind = value("TERM")
        movesCursor = kind != nil && kind != "dumb"
        hasColours = movesCursor && value("NO_COLOR") == nil
        // The first that is set decides (POSIX, Environment Variables, 8.2).
        let locale = value("LC_ALL") ?? value("LC_CTYPE") ?? value("LANG") ?? "C"
        let name = locale.lowercased().prefix { $0 != "@" }
        isUnicode = (name.hasSuffix("utf-8") || name.hasSuffix("utf8")) && kind != "linux"
    }

    /// ASCII without control sequences.
    static let plain = TerminalStyle { _ in nil }

    /// The style of this process.
    static func current() -> TerminalStyle {
        TerminalStyle { name in getenv(name).map { String(cString: $0) } }
    }

    /// The sign between two fields, with its spaces: three columns.
    var separator: String { isUnicode ? " · " : " | " }

    /// Returns the sign in front of a result.
    func mark(isGood: Bool) -> String {
        let sign = isGood ? (isUnicode ? "✓" : "[ok]") : (isUnicode ? "✗" : "[!]")
        return painted(sign, isGood ? .good : .bad)
    }

    /// Returns `text` in a colour, if there are colours.
    func painted(_ text: String, _ colour: Colour) -> String {
        hasColours ? colour.painted(text) : text
    }

    /// Returns `text` in bold, if there are styles.
    func strong(_ text: String) -> String { hasColours ? Style.strong.wrapped(text) : text }
}
