import Ledger
import Platform

/// The files of an earlier run with the same report name.
package struct PreviousRunFiles {
    private let report: ReportPath
    /// The paths of all possible files of a run with these inputs.
    private let paths: [String]

    package init(_ plan: RunPlan, _ inputs: RunInputs) {
        report = plan.report
        paths =
            [report.path, report.journal, report.spool, report.summary, report.rest]
            + inputs.inputs.indices.flatMap { index in
                let undelivered = plan.undelivered(index, in: inputs)
                return [undelivered.rejected, undelivered.unknown].flatMap {
                    [$0, $0 + OriginsHeader.pathExtension]
                }
            }
    }

    /// Refuses to overwrite files of an earlier run, such as lines not yet fixed. For a run without
    /// a journal or report.
    package func refuseIfThere() throws(SendError) {
        // A spool without its journal is useless: a new one replaces it.
        for path in paths where path != report.spool {
            let status: FileStatus?
            do { status = try FileStatus.of(path) } catch { throw .file(error) }
            if status != nil { throw .otherRun(path: path, .unknown) }
        }
    }

    /// Renames each `NAME` to `NAME.RUNID`. Refuses while a process works on the run.
    package func archive() throws(SendError) {
        let journal = try lockedJournal()
        // The lock lasts as long as the file is open.
        defer { withExtendedLifetime(journal) {} }
        let runID =
            journal == nil
            ? try PastRun(summaryAt: report.summary)?.runID
            : try? Journal.inspect(report.journal, bootID: BootID.current())
                .header?.runID.description
        do { try rename(to: runID ?? RunID.random().description) } catch { throw .file(error) }
    }

    /// Returns the locked journal; nil without a journal.
    private func lockedJournal() throws(SendError) -> File? {
        do {
            guard try FileStatus.of(report.journal) != nil else { return nil }
            let file = try File.open(report.journal, for: .readAndWrite)
            if try file.tryLock() { return file }
        } catch {
            throw .file(error)
        }
        throw .ledger(.locked(path: report.journal))
    }

    private func rename(to runID: String) throws(SystemError) {
        // The journal and the summary have the id, and are last: after a crash the rest gets the same.
        for path in paths.reversed() where try FileStatus.of(path) != nil {
            try File.rename(path, to: Self.archived(path, runID))
        }
        // The journal contains the rows of a draft report.
        try File.remove(AtomicFile.temporaryPath(of: report.path))
        try Directory.sync(of: report.path)
    }

    /// Returns `NAME.RUNID`, and `NAME.RUNID.origins` for the origins of `NAME`, which are found by
    /// this name.
    private static func archived(_ path: String, _ runID: String) -> String {
        let origins = OriginsHeader.pathExtension
        guard path.hasSuffix(origins) else { return "\(path).\(runID)" }
        return "\(path.dropLast(origins.count)).\(runID)\(origins)"
    }
}
