import Glibc

/// The capabilities of a terminal, from the environment.
struct TerminalStyle: Hashable, Sendable {
    /// Whether control sequences can move the cursor.
    var movesCursor: Bool
    /// False if NO_COLOR is set (no-color.org).
    var hasColours: Bool
    /// Whether the locale is UTF-8.
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
        isUnicode = name.hasSuffix("utf-8") || name.hasSuffix("utf8")
    }

    /// The style of this process.
    static func current() -> TerminalStyle {
        TerminalStyle { name in getenv(name).map { String(cString: $0) } }
    }
}
