/// Flags from variables: `HOOKBATCH_` and the flag's name, except for command-line-only flags.
extension Arguments {
    /// Sets flags that were not typed from the variables of this command.
    ///
    /// Empty variables and variables of other commands are ignored. The variable of a
    /// command-line-only flag is an error. A switch accepts 1, true, yes and on, or 0, false, no
    /// and off. A repeatable flag takes one value per line.
    mutating func take(_ environment: Environment) throws(UsageError) {
        for flag in Flags.taken(by: command) {
            let variable = flag.variable(for: command)
            guard let bytes = environment.variables[variable] else { continue }
            if flag.isForOnce {
                throw UsageError(
                    "\(variable): \(flag.spelling) is for the command line only; unset the variable"
                )
            }
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw UsageError("\(variable): the value is not UTF-8")
            }
            if flag.takesValue {
                set(flag, to: text, from: variable)
            } else if try Self.isOn(text, variable: variable) {
                set(flag, to: "", from: variable)
            }
        }
    }

    private static func isOn(_ text: String, variable: String) throws(UsageError) -> Bool {
        switch text.lowercased() {
        case "1", "true", "yes", "on": return true
        case "0", "false", "no", "off": return false
        default:
            throw UsageError(
                "\(variable): \(Escaping.quoted(text)) is not a switch value (use 1, true, yes or on; 0, "
                    + "false, no or off)")
        }
    }
}

extension Flags {
    /// A variable is still set when a job runs again: `--fresh` would then send everything again
    /// instead of resuming. A list of inputs, a selection, a replay and a retry are for the inputs of
    /// one run.
    private static let once = [
        files.fresh.declaration, stops.limit.declaration, report.force.declaration,
        report.shards.declaration,
        report.partial.declaration,
        help.showOptions.declaration, input.filesFrom.declaration, selection.only.declaration,
        selection.except.declaration, selection.since.declaration, selection.until.declaration,
        pace.pace.declaration, pace.speed.declaration, pace.maxGap.declaration,
        pace.sortWindow.declaration, pace.catchUp.declaration, retryOf.report.declaration,
        retryOf.outcomes.declaration, retryOf.errors.declaration,
        retryOf.arrived.declaration,
        shards.shard.declaration, shards.shardBase.declaration, shards.shardsAtOnce.declaration,
        shards.planned.declaration,
    ]

    /// The flags of a command that no variable sets.
    static func forOnce(of command: Command) -> [FlagDeclaration] {
        once.filter { $0.commands.contains(command) }
    }
}

extension FlagDeclaration {
    /// Whether the flag is for the command line only.
    var isForOnce: Bool {
        // Two commands can have different flags of the same name.
        commands.contains { command in
            Flags.forOnce(of: command).contains { $0.name == name }
        }
    }

    /// The variable that sets this flag of a command, such as `HOOKBATCH_MAX_RECORD_BYTES`.
    ///
    /// If commands have different flags of one name, the first in the table has the plain
    /// variable, and the variables of the others include the command: the limit of a `send` must
    /// not truncate an export.
    func variable(for command: Command) -> String {
        let owner = Flags.all.first { $0.name == name }
        let words = owner?.commands == commands ? name : "\(command.rawValue)-\(name)"
        return Environment.prefix
            + words.uppercased().split(separator: "-").joined(separator: "_")
    }
}
