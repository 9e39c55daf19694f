/// One flag: the data for the parser, the help, the manual page and the completions.
struct Flag<Value: Sendable>: DeclaredFlag {
    let declaration: FlagDeclaration
    let syntax: ValueSyntax<Value>

    /// Creates a flag with a value.
    ///
    /// The syntax of given values also reads `defaultText`, so the default in the help is the
    /// effective one.
    init(
        _ name: String, _ syntax: ValueSyntax<Value>, default defaultText: String? = nil,
        defaultNote: String? = nil, isRepeatable: Bool = false, for commands: Set<Command>,
        _ topic: Topic, _ help: String
    ) {
        self.syntax = syntax
        declaration = FlagDeclaration(
            name: name, placeholder: syntax.placeholder, example: syntax.example,
            defaultText: defaultText, defaultNote: defaultNote, isRepeatable: isRepeatable,
            commands: OutboxFlags.with(commands, flag: name), topic: topic, help: help,
            completion: syntax.completion,
            refusal: { text in
                guard syntax.parse(text) == nil else { return nil }
                return syntax.invalidValue(text)
            })
    }
}

extension Flag<Bool> {
    /// Creates a flag without a value.
    init(switch name: String, for commands: Set<Command>, _ topic: Topic, _ help: String) {
        syntax = ValueSyntax("", noun: "a switch", example: "") { $0.isEmpty ? true : nil }
        declaration = FlagDeclaration(
            name: name, placeholder: nil, example: "", defaultText: nil, defaultNote: nil,
            isRepeatable: false, commands: OutboxFlags.with(commands, flag: name), topic: topic,
            help: help,
            completion: .nothing,
            refusal: { _ in nil })
    }
}

/// A flag, whatever the type of its value.
protocol DeclaredFlag: Sendable {
    var declaration: FlagDeclaration { get }
}

/// A flag without the type of its value.
struct FlagDeclaration: Sendable {
    /// The name without the dashes.
    let name: String
    /// The placeholder of the value in the help; nil for a switch.
    let placeholder: String?
    /// A valid value.
    let example: String
    /// The value if the flag is not given; nil without a default.
    let defaultText: String?
    /// The behaviour without the flag, if no single value describes it.
    let defaultNote: String?
    /// Whether the flag can be repeated with different values.
    let isRepeatable: Bool
    /// The commands that have the flag.
    let commands: Set<Command>
    let topic: Topic
    /// One to three sentences.
    let help: String
    let completion: ValueCompletion
    /// Returns the problem of a value; nil if it is valid.
    let refusal: @Sendable (String) -> InvalidValue?

    var spelling: String { "--" + name }
    var takesValue: Bool { placeholder != nil }
}

/// A value that its flag does not accept.
struct InvalidValue: Sendable {
    let text: String
    /// The name of a valid value.
    let noun: String
    /// Whether the text may contain a secret.
    let isSecret: Bool
    /// The value that was probably meant: the kind of value, and its text; nil if unknown.
    let suggestion: (kind: String, text: String)?
    /// The part that the text lacks, if one does, and what was probably meant, as an example.
    let correction: (lacking: String?, example: String)?
}

/// The headings of flags in the help, in order.
enum Topic: String, CaseIterable, Sendable {
    case destination = "Destination"
    case input = "Input"
    case plan = "Plan"
    case files = "Report"
    case filter = "Rows"
    case watching = "Watching"
    case pace = "Pace"
    case retries = "Retries"
    case stopping = "Stopping"
    case connection = "Connection"
    case server = "Server"
    case faults = "Rehearsal faults"
    case store = "Store"
    case other = "Other"
}
