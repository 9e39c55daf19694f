import Delivery
import Glibc
import Platform
import Time

/// The validated options of `check`.
struct CheckOptions: Equatable, Sendable {
    var input: InputOptions
    /// The rates for which the plan estimates a time.
    var rates: CheckPlan.Rates
    /// nil: as fast as the limits allow.
    var recorded: RecordedPace?
    var findsDuplicates: Bool
    /// The number of shards of the planned job; nil for one process.
    var shards: Int?
    var output: OutputFormat
    /// The folder for unnamed temporary files.
    var temporaryFolder: String

    init(_ arguments: Arguments) throws(UsageError) {
        precondition(arguments.command == .check, "the arguments are another command's")
        input = try InputOptions(arguments)
        rates = CheckPlan.Rates(
            all: try RateSetting.given(in: arguments)?.timetable, from: LocalTime.now,
            application: try arguments.value(Flags.pace.appRate))
        _ = try arguments.value(Flags.pace.timeZone)
        recorded = try RecordedPace(arguments)
        findsDuplicates = arguments.isOn(Flags.check.duplicates)
        shards = try arguments.value(Flags.shards.planned)
        output = try arguments.defaulted(Flags.check.output)
        let folder = getenv("TMPDIR").map { String(cString: $0) } ?? ""
        temporaryFolder = folder.isEmpty ? "/tmp" : folder
    }
}
