import Ledger
import Platform

/// The files of an earlier run with the same report name.
struct PreviousRunFiles {
    let report: ReportPath
    /// The paths of all possible files of a run with these inputs.
    let paths: [String]

    init(_ options: SendOptions, _ inputs: RunInputs) {
        report = options.report
        let ends = inputs.inputs.map(\.format.fileExtension)
        paths =
            [
                report.path, report.journal, RunJournal.spoolPath(report), report.summary,
                report.rest,
            ]
            + ends.enumerated().flatMap { index, end in
                [
                    options.report.rejected(
                        input: index, of: options.input.paths, extension: end),
                    options.report.unknown(input: index, of: options.input.paths, extension: end),
                ]
            }
    }

    /// Refuses to overwrite files of an earlier run, such as lines not yet fixed. For a run without
    /// a journal or report.
    func refuseIfThere() throws(SendError) {
        do {
            // A spool without its journal is useless: a new one replaces it.
            let spool = RunJournal.spoolPath(report)
            let found = try paths.first { try $0 != spool && FileStatus.of($0) != nil }
            guard let path = found else { return }
            throw SendError.inTheWay(
                "\(Escaping.quoted(path)) belongs to another run, or its report or journal is missing; "
                    + "choose another --report, or use --fresh to archive these files and send "
                    + "everything again")
        } catch let error as SystemError {
            throw .file(error)
        } catch let error as SendError {
            throw error
        } catch {
            preconditionFailure("no other error is thrown here")
        }
    }

    /// Renames `NAME` to `NAME.RUNID`. Refuses while a process works on the run.
    func archive() throws(SendError) {
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
