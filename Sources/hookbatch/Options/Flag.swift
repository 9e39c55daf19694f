/// One flag: everything that the parser, the help, the man page and the completions need.
struct Flag<Value: Sendable>: Sendable {
    let declaration: FlagDeclaration
    let syntax: ValueSyntax<Value>

    /// A flag that takes a value. `defaultText` is read by the same syntax as a given value, so
    /// that the help can't promise another default than the one that holds.
    init(
        _ name: String, _ syntax: ValueSyntax<Value>, default defaultText: String? = nil,
        defaultNote: String? = nil, isRepeatable: Bool = false, for commands: Set<Command>,
        _ topic: Topic, _ help: String
    ) {
        self.syntax = syntax
        declaration = FlagDeclaration(
            name: name, placeholder: syntax.placeholder, example: syntax.example,
            defaultText: defaultText, defaultNote: defaultNote, isRepeatable: isRepeatable,
            commands: commands, topic: topic, help: help, completion: syntax.completion,
            refusal: { text in
                guard syntax.parse(text) == nil else { return nil }
                return syntax.invalidValue(text)
            })
    }
}

extension Flag<Bool> {
    /// A flag that takes no value: given or not.
    init(switch name: String, for commands: Set<Command>, _ topic: Topic, _ help: String) {
        syntax = ValueSyntax("", noun: "a switch", example: "") { $0.isEmpty ? true : nil }
        declaration = FlagDeclaration(
            name: name, placeholder: nil, example: "", defaultText: nil, defaultNote: nil,
            isRepeatable: false, commands: commands, topic: topic, help: help,
            completion: .nothing,
            refusal: { _ in nil })
    }
}

/// A flag without the type of its value.
struct FlagDeclaration: Sendable {
    /// The name without the dashes.
    let name: String
    /// What stands for its value in the help; nil if it takes none.
    let placeholder: String?
    /// A good value.
    let example: String
    /// The value that holds when the flag is not given; nil if there is none.
    let defaultText: String?
    /// What happens without the flag where no single value says it.
    let defaultNote: String?
    /// Whether it may be given several times, with different values.
    let isRepeatable: Bool
    /// The commands that take it.
    let commands: Set<Command>
    let topic: Topic
    /// One to three sentences.
    let help: String
    let completion: ValueCompletion
    /// What is wrong with a value; nil if nothing is.
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
}

/// The headings under which the help groups flags, in its order.
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
