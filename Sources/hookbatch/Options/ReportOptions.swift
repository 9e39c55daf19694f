import Delivery
import Ledger

/// What `report` does, checked.
struct ReportOptions: Sendable {
    var paths: [String]
    var filter: RowFilter
    /// Where all rows go as one report; nil if none is asked for.
    var merge: String?
    /// Where the page goes; nil if none is asked for.
    var page: String?
    var replacesFiles: Bool
    /// How rows are written on standard output; nil if the summary stands there.
    var rows: RowsFormat?

    init(_ arguments: Arguments) throws(UsageError) {
        precondition(arguments.command == .report, "the arguments are another command's")
        guard !arguments.operands.isEmpty else {
            throw UsageError("no report specified (example: hookbatch report events.report.ndjson)")
        }
        paths = arguments.operands
        filter = RowFilter(
            outcomes: try arguments.value(Flags.outcomes),
            applications: try arguments.value(Flags.rowApps),
            errors: try arguments.value(Flags.errorCodes))
        merge = try arguments.value(Flags.merge)?.path
        page = try arguments.value(Flags.html)
        replacesFiles = arguments.isOn(Flags.force)
        rows = try arguments.value(Flags.rows)
        let writesFiles = merge != nil || page != nil
        if rows == nil, !filter.isEmpty, !writesFiles { rows = .ndjson }
        if replacesFiles, !writesFiles {
            throw UsageError("--force needs --merge or --html")
        }
    }

    /// The files to be written.
    var outputs: [String] { [merge, page].compactMap(\.self) }

    /// Whether something is made of the rows, all reports together, rather than each summed up.
    var makesSomething: Bool { rows != nil || !outputs.isEmpty }
}
