import Glibc

/// What a terminal can show, as far as the environment says.
struct TerminalStyle: Hashable, Sendable {
    /// Whether it takes the control sequences that move its cursor.
    var movesCursor: Bool
    /// Not where NO_COLOR is set (no-color.org).
    var hasColours: Bool
    /// Whether it shows more than ASCII.
    var isUnicode: Bool

    /// - Parameter variable: the value of a variable of the environment, nil if it is not set.
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

    /// That of this process.
    static func current() -> TerminalStyle {
        TerminalStyle { name in getenv(name).map { String(cString: $0) } }
    }
}
