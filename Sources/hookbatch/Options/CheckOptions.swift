import Delivery
import Glibc

/// What `check` does, checked.
struct CheckOptions: Hashable, Sendable {
    var input: InputOptions
    /// The rates for which the plan gives a time; nil if none was given.
    var rates: CheckPlan.Rates
    var findsDuplicates: Bool
    var output: PlanFormat
    /// Where files without a name are made.
    var temporaryFolder: String

    init(_ arguments: Arguments) throws(UsageError) {
        precondition(arguments.command == .check, "the arguments are another command's")
        input = try InputOptions(arguments)
        rates = CheckPlan.Rates(
            all: try arguments.value(Flags.rate), application: try arguments.value(Flags.appRate))
        findsDuplicates = arguments.isOn(Flags.duplicates)
        output = try arguments.defaulted(Flags.output)
        let folder = getenv("TMPDIR").map { String(cString: $0) } ?? ""
        temporaryFolder = folder.isEmpty ? "/tmp" : folder
    }
}
