import Delivery
import Ledger
import Platform
import Records
import Sending

/// A run that sends lines of an earlier run again, as its summary or its journal says: by
/// `--retry-of`, or from files of undelivered lines.
struct RetryRun {
    let report: ReportPath
    let isFinished: Bool
    /// The run whose lines it sends.
    let retriedID: String
    let id: String
    /// RFC 3339; nil of a run that is not finished.
    let startedAt: String?
    /// The lines that it reads of files of undelivered lines, such as `1.rejected`; empty for those
    /// that `--retry-of` selects from the inputs.
    private let lines: Set<String>
    /// The outcomes that `--retry-of` selects; empty if it has other conditions too.
    private let outcomes: Set<Outcome>

    /// Maximum files in a folder to read.
    private static let maxCandidates = 500

    /// Returns nil for a report without files, and for one of another run.
    init?(_ report: ReportPath) {
        guard let files = try? report.files.find() else { return nil }
        let options: (String) -> String?
        let id: String?
        let startedAt: String?
        if files.journal != .absent {
            let header = (try? Journal.header(of: report.journal)) ?? nil
            options = { header?.options[$0] }
            id = header?.runID.description
            startedAt = nil
        } else if files.report != .absent,
            let summary = (try? JSONFields(readFrom: report.summary)) ?? nil
        {
            options = { summary.string("options", $0) }
            id = summary.string("run_id")
            startedAt = summary.string("started_at")
        } else {
            return nil
        }
        guard let id, let retriedID = options(RetriedRun.runOption) else { return nil }
        self.report = report
        isFinished = files.journal == .absent
        self.id = id
        self.retriedID = retriedID
        self.startedAt = startedAt
        func list(_ flag: String) -> Set<String> {
            Set((options(flag) ?? "").split(separator: ",").map(String.init))
        }
        lines = list(RetriedRun.linesOption)
        let hasErrors = !list(Flags.retryOf.errors.declaration.spelling).isEmpty
        outcomes =
            hasErrors
            ? []
            : Set(
                list(Flags.retryOf.outcomes.declaration.spelling)
                    .compactMap { Outcome(rawValue: $0) })
    }

    /// The files of a kind, `rejected` or `unknown`, whose lines it sends.
    func filesSent(_ kind: RunSummary.File.Kind) -> Set<String> {
        lines.filter { $0.hasSuffix(".\(kind.rawValue)") }
    }

    /// Whether it sends all lines with some outcomes by `--retry-of`.
    func selects(_ all: Set<Outcome>) -> Bool { lines.isEmpty && all.isSubset(of: outcomes) }

    /// Returns the reports in the folder of a report whose names begin as that of a retry would.
    static func candidates(beside report: ReportPath) -> [ReportPath] {
        let folder = Directory.parent(of: report.path)
        let prefix = report.path.contains("/") ? (folder == "/" ? "/" : folder + "/") : ""
        let stem = String(decoding: report.stem.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
        let journal = ".journal"
        let names = ((try? Directory.names(in: folder)) ?? [])
            .compactMap { String(validating: $0, as: UTF8.self) }
            .filter { $0.hasPrefix(stem) && prefix + $0 != report.path }
        return names.sorted().compactMap { name in
            let isJournal = name.hasSuffix(journal)
            guard isJournal || name.hasSuffix(".report.ndjson") || name.hasSuffix(".report.csv")
            else { return nil }
            return ReportPath(
                text: prefix + (isJournal ? String(name.dropLast(journal.count)) : name))
        }.suffix(maxCandidates).map(\.self)
    }
}
