import Delivery

/// What `check` does, checked.
struct CheckOptions: Hashable, Sendable {
    var input: InputOptions
    /// The rate for which the plan gives a time; nil if none was given.
    var rate: Rate?

    init(_ arguments: Arguments) throws(UsageError) {
        precondition(arguments.command == .check, "the arguments are another command's")
        input = try InputOptions(arguments)
        rate = try arguments.value(Flags.rate)
    }
}
