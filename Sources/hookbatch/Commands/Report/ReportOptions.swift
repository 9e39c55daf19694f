import Delivery
import Ledger
import Sending

/// The validated options of `report`.
struct ReportOptions: Sendable {
    var paths: [String]
    var filter: RowSelection
    /// The path of the merged report; nil if not requested.
    var merge: String?
    /// The path of the page; nil if not requested.
    var page: String?
    var replacesFiles: Bool
    /// The format of rows on standard output; nil if the summary is printed.
    var rows: RowsFormat?
    /// The job whose shards are shown or merged; nil for reports.
    var shards: ShardReportOptions?

    init(_ arguments: Arguments) throws(UsageError) {
        precondition(arguments.command == .report, "the arguments are another command's")
        shards = try ShardReportOptions(arguments)
        guard shards != nil || !arguments.operands.isEmpty else {
            throw UsageError("no report specified (example: hookbatch report events.report.ndjson)")
        }
        paths = arguments.operands
        filter = RowSelection(
            outcomes: try arguments.value(Flags.report.outcomes),
            applications: try arguments.value(Flags.report.rowApps),
            errors: try arguments.value(Flags.report.errorCodes),
            endpoints: try arguments.value(Flags.report.rowEndpoints),
            onlyPossibleDuplicates: arguments.isOn(Flags.report.possibleDuplicates))
        merge = try arguments.value(Flags.report.merge)?.path
        page = try arguments.value(Flags.report.html)
        replacesFiles = arguments.isOn(Flags.report.force)
        rows = try arguments.value(Flags.report.rows)
        let writesFiles = merge != nil || page != nil
        if rows == nil, !filter.isEmpty, !writesFiles { rows = .ndjson }
        if replacesFiles, !writesFiles {
            throw UsageError("--force needs --merge or --html")
        }
    }

    /// The files to write.
    var outputs: [String] { [merge, page].compactMap(\.self) }

    /// Whether all reports are processed together instead of summarized one by one.
    var makesSomething: Bool { rows != nil || !outputs.isEmpty }
}
