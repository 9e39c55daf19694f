/// Flags from variables: each flag of a command can be set by `HOOKBATCH_` and its name.
extension Arguments {
    /// Sets what was not typed from the variables of this command's flags. A variable that is
    /// empty is as good as none; one of no flag, or of another command's, is left alone.
    ///
    /// A switch takes 1, true, yes and on, or 0, false, no and off. A flag that may be given several
    /// times takes one value a line.
    mutating func take(_ environment: Environment) throws(UsageError) {
        for flag in Flags.taken(by: command) {
            let variable = flag.variable(for: command)
            guard let bytes = environment.variables[variable] else { continue }
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
                "\(variable): \(Shown.quoted(text)) is neither yes nor no (1, true, yes or on; 0, "
                    + "false, no or off)")
        }
    }
}

extension FlagDeclaration {
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
