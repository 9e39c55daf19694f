/// A command line or a configuration that can't be carried out; nothing was done.
struct UsageError: Error, Equatable {
    /// What was wrong, what it got, and what to do. Without the program's prefix and without
    /// line breaks; what the user typed is escaped in it and secrets are left out.
    let message: String

    init(_ message: String) { self.message = message }

    /// `variable`: the one of the environment that holds the value; nil if a flag does.
    static func badValue(_ value: InvalidValue, for flag: FlagDeclaration, variable: String?)
        -> UsageError
    {
        if let suggestion = value.suggestion, !value.isSecret {
            return UsageError(
                "\(variable ?? flag.spelling): invalid \(suggestion.kind) "
                    + "\(Shown.quoted(value.text)) (use \(suggestion.text))")
        }
        let shown =
            value.isSecret || holdsCredentials(value.text)
            ? "the value" : Shown.quoted(value.text)
        let example = variable.map { "\($0)=" } ?? "\(flag.spelling) "
        return UsageError(
            "\(variable ?? flag.spelling): \(shown) is not \(value.noun) "
                + "(example: \(example)\(ShellWords.quote(flag.example)))")
    }

    /// The same error, which also says which of the flags that it speaks of nobody typed:
    /// `variables` are the names of those that set a flag, by the flag's name.
    func naming(_ variables: [String: String]) -> UsageError {
        let words = message.split { " ,:;()=".contains($0) }.map(String.init)
        let notes = variables.sorted { $0.key < $1.key }.filter { name, variable in
            words.contains("--" + name) && !words.contains(variable)
        }
        if notes.isEmpty { return self }
        let list = notes.map { "--\($0.key) is from \($0.value)" }
        return UsageError("\(message) (\(list.joined(separator: ", ")))")
    }

    /// Whether a text looks like a URL with a user name or a password in it.
    private static func holdsCredentials(_ text: String) -> Bool {
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { return false }
        return text.utf8[colon...].contains(UInt8(ascii: "@"))
    }
}
