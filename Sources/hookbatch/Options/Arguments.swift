/// A command line split by the table of flags; values are still text.
struct Arguments: Equatable {
    let command: Command
    /// The text of each given flag, by name; empty for a switch.
    private(set) var values: [String: String] = [:]
    /// The texts of each repeatable flag, in order.
    private(set) var lists: [String: [String]] = [:]
    /// The variables that set flags, by the flag's name; not those of typed flags.
    private(set) var variables: [String: String] = [:]
    /// The names of the typed flags whose variables are set too.
    private var overriding: Set<String> = []
    /// The operands, in order.
    private(set) var operands: [String] = []

    init(command: Command) { self.command = command }

    /// Whether a variable for the flag is set, even if the flag was typed.
    func hasVariable(_ flag: FlagDeclaration) -> Bool {
        variables[flag.name] != nil || overriding.contains(flag.name)
    }

    func isGiven<Value>(_ flag: Flag<Value>) -> Bool { !texts(of: flag.declaration).isEmpty }

    /// Whether a switch is given.
    func isOn(_ flag: Flag<Bool>) -> Bool { isGiven(flag) }

    /// Returns the given value, else the default, else nil.
    func value<Value>(_ flag: Flag<Value>) throws(UsageError) -> Value? {
        let declaration = flag.declaration
        guard let text = values[declaration.name] ?? declaration.defaultText else { return nil }
        return try parse(text, for: flag)
    }

    /// Returns all values of a repeatable flag.
    func all<Value>(_ flag: Flag<Value>) throws(UsageError) -> [Value] {
        var all: [Value] = []
        for text in lists[flag.declaration.name] ?? [] { all.append(try parse(text, for: flag)) }
        return all
    }

    private func parse<Value>(_ text: String, for flag: Flag<Value>) throws(UsageError) -> Value {
        guard let value = flag.syntax.parse(text) else {
            throw .badValue(
                flag.syntax.invalidValue(text), for: flag.declaration,
                variable: variables[flag.declaration.name])
        }
        return value
    }

    /// Returns the given value, else the default, of a flag that has a default.
    func defaulted<Value>(_ flag: Flag<Value>) throws(UsageError) -> Value {
        guard let value = try value(flag) else {
            preconditionFailure("\(flag.declaration.spelling) has no default in the table")
        }
        return value
    }

    /// Records a flag. A second value must equal the first one.
    fileprivate mutating func set(_ flag: FlagDeclaration, to value: String) throws(UsageError) {
        guard !flag.isRepeatable else {
            lists[flag.name, default: []].append(value)
            return
        }
        if let earlier = values.updateValue(value, forKey: flag.name), earlier != value {
            throw UsageError("\(flag.spelling) is given twice with different values; keep one")
        }
    }

    /// Returns the texts of a flag: one, or several for a repeatable flag.
    func texts(of flag: FlagDeclaration) -> [String] {
        values[flag.name].map { [$0] } ?? lists[flag.name] ?? []
    }

    /// Sets a flag from a variable, unless it was typed. The variable of a repeatable flag
    /// contains one value per line.
    mutating func set(_ flag: FlagDeclaration, to value: String, from variable: String) {
        guard texts(of: flag).isEmpty else {
            overriding.insert(flag.name)
            return
        }
        if flag.isRepeatable {
            lists[flag.name] = value.split(whereSeparator: \.isNewline).map(String.init)
        } else {
            values[flag.name] = value
        }
        variables[flag.name] = variable
    }

    /// Removes the flags that a variable set, except for these names.
    mutating func dropVariables(except names: [String]) {
        for name in variables.keys where !names.contains(name) {
            values[name] = nil
            lists[name] = nil
            variables[name] = nil
        }
    }

    fileprivate mutating func append(operand: String) { operands.append(operand) }
}

/// The action that a command line requests.
enum Invocation: Equatable {
    case run(Arguments)
    /// The program alone: a short usage on standard error.
    case usage
    /// The list of commands, or the help of one.
    case help(Command?)
    /// The text of a guide.
    case guide(Guide)
    /// The manual page.
    case manual
    /// The completion script of a shell.
    case completions(Shell)
    /// The first line of the version.
    case versionLine
    /// The versions of the program and of its libraries.
    case versions(isJSON: Bool)

    /// Parses the words after the program's name.
    init(words: [String]) throws(UsageError) {
        guard let first = words.first else {
            self = .usage
            return
        }
        if first == "--help" || first == "-h" {
            self = .help(nil)
            return
        }
        if first == "--version" {
            self = .versionLine
            return
        }
        let command = try Self.command(named: first)
        var arguments = Arguments(command: command)
        var rest = words.dropFirst()
        while let word = rest.popFirst() {
            if word == "--" {
                rest.forEach { arguments.append(operand: $0) }
                break
            }
            if word == "--help" || word == "-h" {
                self = .help(command)
                return
            }
            if word == "--version" {
                self = .versionLine
                return
            }
            guard word.hasPrefix("-"), word != "-" else {
                arguments.append(operand: word)
                continue
            }
            try Self.takeFlag(word, rest: &rest, into: &arguments)
        }
        switch command {
        case .help: self = try Self.help(arguments)
        case .version: self = .versions(isJSON: arguments.isOn(Flags.help.json))
        case .send, .outbox, .check, .report, .serve, .listen, .store, .deliver:
            self = .run(arguments)
        }
        if !command.takesOperands,
            let extra = arguments.operands.dropFirst(command == .help ? 1 : 0).first
        {
            throw UsageError("\(command.rawValue): unexpected argument \(Escaping.quoted(extra))")
        }
    }

    private static func help(_ arguments: Arguments) throws(UsageError) -> Invocation {
        let shell = try arguments.value(Flags.help.completions)
        let isManual = arguments.isOn(Flags.help.manual)
        guard isManual || shell != nil else {
            return try explanation(of: arguments.operands.first)
        }
        if isManual, shell != nil {
            throw UsageError("use either --man or --completions")
        }
        if let extra = arguments.operands.first {
            throw UsageError(
                "help \(isManual ? "--man" : "--completions"): unexpected argument "
                    + Escaping.quoted(extra))
        }
        return shell.map(Invocation.completions) ?? .manual
    }

    /// Returns the help of a command or topic; the overview without a name.
    private static func explanation(of name: String?) throws(UsageError) -> Invocation {
        guard let name else { return .help(nil) }
        if let guide = Guide(rawValue: name) { return .guide(guide) }
        return .help(try command(named: name, orAmong: Guide.allCases.map(\.rawValue)))
    }

    /// Returns the command of this name. The error suggests the nearest command or one of `others`.
    private static func command(
        named name: String, orAmong others: [String] = []
    ) throws(UsageError) -> Command {
        if let command = Command(rawValue: name) { return command }
        let names = Command.allCases.map(\.rawValue) + others
        var message = "unknown command \(Escaping.quoted(name))"
        if let nearest = NearestName.find(name, among: names) {
            message += "; did you mean '\(nearest)'?"
        } else if name.hasPrefix("-") {
            message +=
                "; put the command first: hookbatch COMMAND [FLAGS] FILE..."
        } else if name.contains(".") || name.contains("/") {
            message +=
                "; did you mean 'hookbatch send \(Escaping.escaped(ShellWords.quote(name)))'?"
        } else if let guide = others.isEmpty ? nil : Guide(of: name) {
            message += "; did you mean '\(guide.rawValue)'?"
        } else {
            message += "; 'hookbatch help' lists the commands and topics"
        }
        throw UsageError(message)
    }

    private static func takeFlag(
        _ word: String, rest: inout ArraySlice<String>, into arguments: inout Arguments
    ) throws(UsageError) {
        // Messages contain only the part before '=': the rest may be a secret.
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let spelling = String(parts[0])
        let command = arguments.command
        // Two commands can have different flags of the same name.
        let namesakes = Flags.all.filter { $0.spelling == spelling }
        guard spelling.hasPrefix("--"), !namesakes.isEmpty else {
            throw unknownFlag(spelling, for: command)
        }
        guard let flag = namesakes.first(where: { $0.commands.contains(command) }) else {
            let hint =
                ExpectedFlags.hint(for: spelling, of: command)
                ?? "'hookbatch help \(command.rawValue)' lists its flags"
            throw UsageError("\(command.rawValue) has no \(spelling) option; \(hint)")
        }
        guard flag.takesValue else {
            guard parts.count == 1 else {
                throw UsageError("\(flag.spelling) does not accept a value")
            }
            return try arguments.set(flag, to: "")
        }
        if parts.count == 2 { return try arguments.set(flag, to: String(parts[1])) }
        // A word with two dashes is the next flag: the value is missing.
        guard let value = rest.first, !value.hasPrefix("--") else {
            throw UsageError(
                "\(flag.spelling) needs a value "
                    + "(example: \(flag.spelling) \(ShellWords.quote(flag.example)))")
        }
        rest.removeFirst()
        try arguments.set(flag, to: value)
    }

    private static func unknownFlag(_ spelling: String, for command: Command) -> UsageError {
        if spelling == "--help" || spelling == "--version" {
            return UsageError("\(spelling) does not accept a value")
        }
        if let hint = ExpectedFlags.hint(for: spelling, of: command) {
            return UsageError("unknown flag '\(spelling)'; \(hint)")
        }
        let known = Flags.taken(by: command).map(\.spelling) + ["--help", "--version"]
        let nearest = NearestName.find(spelling, among: known)
        return UsageError(
            "unknown flag \(Escaping.quoted(spelling)); "
                + (nearest.map { "did you mean '\($0)'?" }
                    ?? "'hookbatch help \(command.rawValue)' lists the flags"))
    }
}
