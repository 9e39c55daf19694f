/// `hookbatch help --completions SHELL`: a completion script from the tables.
enum CompletionScript {
    static func text(for shell: Shell) -> String {
        switch shell {
        case .bash: BashCompletion.text
        case .zsh: ZshCompletion.text
        case .fish: FishCompletion.text
        }
    }

    /// Returns the first sentence of a flag's help, without the full stop.
    static func description(of flag: FlagDeclaration) -> String {
        let help = flag.help
        let end = help.indices.first { help[$0...].hasPrefix(". ") } ?? help.endIndex
        return withoutStop(String(help[..<end]))
    }

    static func withoutStop(_ text: String) -> String {
        text.hasSuffix(".") ? String(text.dropLast()) : text
    }

    /// The operands of `help`: commands and topics.
    static var helpTopics: String {
        (Command.allCases.map(\.rawValue) + Guide.allCases.map(\.rawValue))
            .joined(separator: " ")
    }

    /// The flags of every command.
    static let questions = [
        (name: "help", description: "Explain the command"),
        (name: "version", description: "Print the version"),
    ]
}
