/// `--show-options`: every option of a command with its value and source.
struct OptionTable {
    struct Row: Equatable {
        var option: String
        /// `-` without a value.
        var value: String
        var source: String
    }

    private let arguments: Arguments
    let rows: [Row]
    /// Variables with the program's prefix that no command knows, in order.
    let unknownVariables: [String]

    init(_ arguments: Arguments, environment: Environment) {
        self.arguments = arguments
        let flags = Flags.taken(by: arguments.command).filter {
            $0.name != Flags.help.showOptions.declaration.name
        }
        rows = flags.flatMap { flag -> [Row] in
            let row = Self.row(flag, arguments)
            guard flag.name == Flags.destination.apiKeyFile.declaration.name else { return [row] }
            return [Self.key(arguments, environment), row]
        }
        let known = Self.variables(of: Flags.all)
        unknownVariables = environment.variables.keys.filter { !known.contains($0) }.sorted()
    }

    /// Throws for the first invalid value.
    func validate() throws(UsageError) {
        for flag in Flags.taken(by: arguments.command) where flag.takesValue {
            for text in arguments.texts(of: flag) {
                guard let invalid = flag.refusal(text) else { continue }
                throw .badValue(invalid, for: flag, variable: arguments.variables[flag.name])
            }
        }
    }

    /// The aligned table, and the unknown variables below it.
    var text: String {
        let all = [Row(option: "option", value: "value", source: "from")] + rows
        let optionWidth = all.map { TextWidth.of($0.option) }.max() ?? 0
        let valueWidth = all.map { TextWidth.of($0.value) }.max() ?? 0
        var text = all.map { row in
            Self.padded(row.option, to: optionWidth) + "  "
                + Self.padded(row.value, to: valueWidth) + "  " + row.source + "\n"
        }.joined()
        if !unknownVariables.isEmpty {
            text += "\nUnknown variables (ignored):\n"
            let settable = Self.variables(of: Flags.all.filter { !$0.isForOnce })
            for name in unknownVariables {
                let nearest = NearestName.find(name, among: settable)
                text += "  " + Escaping.escaped(name)
                text += (nearest.map { " (did you mean \($0)?)" } ?? "") + "\n"
            }
        }
        return text
    }

    private static func variables(of flags: [FlagDeclaration]) -> [String] {
        flags.flatMap { flag in flag.commands.map { flag.variable(for: $0) } }
    }

    private static func row(_ flag: FlagDeclaration, _ arguments: Arguments) -> Row {
        let texts = arguments.texts(of: flag)
        let mayHoldPassword = [
            Flags.destination.to.declaration, Flags.connection.proxy.declaration,
        ]
        .contains { $0.name == flag.name }
        let shown = texts.map { mayHoldPassword ? withoutCredentials($0) : $0 }
        let given = texts.isEmpty ? nil : shown.joined(separator: ", ")
        let value: String
        if !flag.takesValue {
            value = given == nil ? "no" : "yes"
        } else if secrets.contains(flag.name) {
            // Some users pass the secret itself.
            value = given == nil ? "-" : "(not shown)"
        } else {
            value = (given ?? flag.defaultText).map { Escaping.escaped($0) } ?? "-"
        }
        let note = flag.defaultNote.map { " (\($0))" } ?? ""
        let source =
            given == nil ? "default" + note : Self.source(of: flag, arguments, typed: "flag")
        return Row(option: flag.spelling, value: value.isEmpty ? "''" : value, source: source)
    }

    /// The flags of which some users pass the secret itself.
    private static let secrets = [
        Flags.destination.apiKeyFile.declaration.name,
        Flags.destination.apiKeyCommand.declaration.name,
        Flags.connection.headerFile.declaration.name,
    ]

    /// Returns the source of a given flag.
    private static func source(
        of flag: FlagDeclaration, _ arguments: Arguments, typed: String
    ) -> String {
        arguments.variables[flag.name].map { "environment \($0)" } ?? typed
    }

    private static func key(_ arguments: Arguments, _ environment: Environment) -> Row {
        let flags = [
            Flags.destination.apiKeyFile.declaration, Flags.destination.apiKeyCommand.declaration,
        ]
        let given = flags.first { !arguments.texts(of: $0).isEmpty }
        let source =
            given.map { Self.source(of: $0, arguments, typed: "flag \($0.spelling)") }
            ?? (environment.apiKey == nil ? nil : "environment HOOKSTREAM_API_KEY")
        return Row(option: "API key", value: source == nil ? "-" : "set", source: source ?? "-")
    }

    /// Returns a URL without credentials; a store's path unchanged.
    private static func withoutCredentials(_ text: String) -> String {
        guard !text.hasPrefix("store:"), text.contains(":") else { return text }
        return URLText.withoutCredentials(text)
    }

    private static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - TextWidth.of(text)))
    }
}
