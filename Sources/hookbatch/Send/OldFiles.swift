import Ledger
import Platform

/// The files that an earlier run of the same name has left.
struct OldFiles {
    let report: ReportPath
    /// Every file that a run of this name may have, as it is named for these inputs.
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

    /// Refuses to begin a run whose files would take the place of what is there: lines that were
    /// not mended yet, or the only trace of a run whose journal is gone. For when there is neither
    /// a journal nor a report.
    func refuseIfThere() throws(SendError) {
        do {
            // A spool without its journal is of no run: a new one takes its place.
            let spool = RunJournal.spoolPath(report)
            let found = try paths.first { try $0 != spool && FileStatus.of($0) != nil }
            guard let path = found else { return }
            throw SendError.inTheWay(
                "\(Shown.quoted(path)) belongs to another run, or its report or journal is missing; "
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

    /// Renames what is there: `NAME` becomes `NAME.RUNID`. Refuses while a process works on it.
    func putAside() throws(SendError) {
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
        // What a killed process has written of the report is in its journal too.
        try File.remove(AtomicFile.temporaryPath(of: report.path))
        try Directory.sync(of: report.path)
    }
}
