import Ledger

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
        try Directory.sync(of: report.path)
    }
}
