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
                return [undelivered.rejected, undelivered.unknown]
            }
    }

    /// Refuses to overwrite files of an earlier run, such as lines not yet fixed. For a run without
    /// a journal or report.
    package func refuseIfThere() throws(SendError) {
        do {
            // A spool without its journal is useless: a new one replaces it.
            let found = try paths.first { try $0 != report.spool && FileStatus.of($0) != nil }
            if let path = found { throw SendError.otherRun(path: path, .unknown) }
        } catch let error as SystemError {
            throw .file(error)
        } catch let error as SendError {
            throw error
        } catch {
            preconditionFailure("no other error is thrown here")
        }
    }

    /// Renames `NAME` to `NAME.RUNID`. Refuses while a process works on the run.
    package func archive() throws(SendError) {
        do {
            var runID: String?
            if try FileStatus.of(report.journal) != nil {
                let file = try File.open(report.journal, for: .readAndWrite)
                guard try file.tryLock() else {
                    throw SendError.ledger(.locked(path: report.journal))
                }
                runID = try? Journal.inspect(report.journal, bootID: BootID.current())
                    .header?.runID.description
                try rename(to: runID ?? RunID.random().description)
                return
            }
            try rename(
                to: PastRun(summaryAt: report.summary)?.runID ?? RunID.random().description)
        } catch let error as SystemError {
            throw .file(error)
        } catch let error as SendError {
            throw error
        } catch {
            preconditionFailure("no other error is thrown here")
        }
    }

    private func rename(to runID: String) throws(SystemError) {
        for path in paths where try FileStatus.of(path) != nil {
            try File.rename(path, to: "\(path).\(runID)")
        }
        // The journal contains the rows of a draft report.
        try File.remove(AtomicFile.temporaryPath(of: report.path))
        try Directory.sync(of: report.path)
    }
}
