import Sending

/// The validated options of `report --shards`.
struct ShardReportOptions: Hashable, Sendable {
    /// The path of the manifest.
    let manifest: String
    /// The path of the merged report; nil to show the job.
    let merge: ReportPath?
    /// Whether unfinished shards are left out of the merged report.
    let isPartial: Bool
    let replacesFiles: Bool

    /// Returns nil without `--shards`.
    init?(_ arguments: Arguments) throws(UsageError) {
        let flags = Flags.report
        let spelling = flags.shards.declaration.spelling
        isPartial = arguments.isOn(flags.partial)
        merge = try arguments.value(flags.merge)
        replacesFiles = arguments.isOn(flags.force)
        guard let manifest = try arguments.value(flags.shards) else {
            if isPartial {
                throw UsageError(
                    "--partial needs \(spelling); add it (example: \(spelling) "
                        + "events.shards.json)")
            }
            return nil
        }
        self.manifest = manifest
        if let operand = arguments.operands.first {
            throw UsageError(
                "\(spelling) finds the reports of its shards; remove \(Escaping.quoted(operand))")
        }
        let others = [
            flags.html.declaration, flags.rows.declaration, flags.outcomes.declaration,
            flags.rowApps.declaration, flags.errorCodes.declaration,
        ]
        if let other = others.first(where: { !arguments.texts(of: $0).isEmpty }) {
            throw UsageError(
                "\(other.spelling) has no effect with \(spelling); use it with the merged report")
        }
        if merge == nil, isPartial || replacesFiles {
            throw UsageError(
                "\(isPartial ? "--partial" : "--force") needs --merge; add it (example: --merge "
                    + "all.report.ndjson)")
        }
    }
}
