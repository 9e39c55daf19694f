/// An invalid command line or configuration; nothing was done.
struct UsageError: Error, Equatable {
    /// The problem, the value, and what to do: one line without the program's prefix. User input
    /// is escaped, secrets are omitted.
    let message: String

    init(_ message: String) { self.message = message }

    /// - Parameter variable: The environment variable with the value; nil for a flag.
    static func badValue(_ value: InvalidValue, for flag: FlagDeclaration, variable: String?)
        -> UsageError
    {
        if let suggestion = value.suggestion, !value.isSecret {
            return UsageError(
                "\(variable ?? flag.spelling): invalid \(suggestion.kind) "
                    + "\(Escaping.quoted(value.text)) (use \(suggestion.text))")
        }
        let shown =
            value.isSecret || holdsCredentials(value.text)
            ? "the value" : Escaping.quoted(value.text)
        let example = variable.map { "\($0)=" } ?? "\(flag.spelling) "
        let fault = value.correction?.lacking.map { "has no \($0)" } ?? "is not \(value.noun)"
        let valid = value.correction?.example ?? flag.example
        return UsageError(
            "\(variable ?? flag.spelling): \(shown) \(fault) "
                + "(example: \(example)\(ShellWords.quote(valid)))")
    }

    /// Adds which of the mentioned flags were set from the environment.
    ///
    /// - Parameter variables: The names of variables that set a flag, by the flag's name.
    func naming(_ variables: [String: String]) -> UsageError {
        let words = message.split { " ,:;()=".contains($0) }.map(String.init)
        let notes = variables.sorted { $0.key < $1.key }.filter { name, variable in
            words.contains("--" + name) && !words.contains(variable)
        }
        if notes.isEmpty { return self }
        let list = notes.map { "--\($0.key) is from \($0.value)" }
        return UsageError("\(message) (\(list.joined(separator: ", ")))")
    }

    /// Returns whether a text looks like a URL with credentials.
    static func holdsCredentials(_ text: String) -> Bool {
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { return false }
        return text.utf8[colon...].contains(UInt8(ascii: "@"))
    }
}
