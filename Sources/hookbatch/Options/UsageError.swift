/// A command line or a configuration that can't be carried out; nothing was done.
struct UsageError: Error, Equatable {
    /// What was wrong, what it got, and what to do. Without the program's prefix and without
    /// line breaks; what the user typed is escaped in it and secrets are left out.
    let message: String

    init(_ message: String) { self.message = message }

    static func badValue(_ text: String, for flag: FlagDeclaration, noun: String, isSecret: Bool)
        -> UsageError
    {
        let shown = isSecret || holdsCredentials(text) ? "the value" : Shown.quoted(text)
        return UsageError(
            "\(flag.spelling): \(shown) is not \(noun) "
                + "(example: \(flag.spelling) \(ShellWords.quote(flag.example)))")
    }

    /// Whether a text looks like a URL with a user name or a password in it.
    private static func holdsCredentials(_ text: String) -> Bool {
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { return false }
        return text.utf8[colon...].contains(UInt8(ascii: "@"))
    }
}
