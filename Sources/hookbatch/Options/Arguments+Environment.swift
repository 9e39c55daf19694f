/// Flags from variables: each flag of a command that is not for once can be set by `HOOKBATCH_` and
/// its name.
extension Arguments {
    /// Sets what was not typed from the variables of this command's flags. A variable that is
    /// empty is as good as none; one of no flag, or of another command's, is left alone. One of a
    /// flag that is for once is refused, whatever it says and whatever was typed.
    ///
    /// A switch takes 1, true, yes and on, or 0, false, no and off. A flag that may be given
    /// several times takes one value a line.
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
                "\(variable): \(Shown.quoted(text)) is not a switch value (use 1, true, yes or on; 0, "
                    + "false, no or off)")
        }
    }
}

extension Flags {
    /// A variable is set still when a job is run again: there `--fresh` would send everything
    /// twice, where the run was to go on.
    private static let once = [
        fresh.declaration, limit.declaration, force.declaration, showOptions.declaration,
    ]

    /// Those of a command that no variable sets.
    static func forOnce(of command: Command) -> [FlagDeclaration] {
        once.filter { $0.commands.contains(command) }
    }
}

extension FlagDeclaration {
    /// Whether it is for the one run that it is typed for.
    var isForOnce: Bool {
        // Two commands may mean different things by the same name.
        commands.contains { command in
            Flags.forOnce(of: command).contains { $0.name == name }
        }
    }

    /// The variable that sets this flag of a command, such as `HOOKBATCH_MAX_RECORD_BYTES`.
    ///
    /// Commands may mean different things by one name. The first in the table has the plain
    /// variable, and the others have the command in theirs: what limits a `send` must not cut an
    /// export short.
    func variable(for command: Command) -> String {
        let owner = Flags.all.first { $0.name == name }
        let words = owner?.commands == commands ? name : "\(command.rawValue)-\(name)"
        return Environment.prefix
            + words.uppercased().split(separator: "-").joined(separator: "_")
    }
}
