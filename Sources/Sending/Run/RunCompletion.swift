package import Ledger
import Platform

/// The completion of a run whose lines all have an outcome: its files are made from the journal.
package struct RunCompletion {
    private let plan: RunPlan
    private let inputs: RunInputs
    private let past: RunJournal

    package init(_ plan: RunPlan, _ inputs: RunInputs, _ past: RunJournal) {
        self.plan = plan
        self.inputs = inputs
        self.past = past
    }

    /// Whether another process can complete the run: without the row `finished`, that needs the
    /// inputs, and a stream can't be read again.
    package var canResume: Bool { inputs.canBeReadAgain || past.isFinished }

    /// Publishes the report, the files of undelivered lines and the summary, and removes the journal.
    ///
    /// - Parameters:
    ///   - headers: The header row of each input; empty without one.
    ///   - onProgress: Gets the number of written rows, and throws to interrupt.
    ///   - summary: Returns the text of the summary.
    package func publish(
        _ reporter: Reporter<RowTally>, headers: [[UInt8]],
        onProgress: (UInt64) throws(LedgerError) -> Void, summary: (RowTally) -> [UInt8]
    ) throws(SendError) {
        let publisher = ReportPublisher(
            files: plan.report.files,
            undelivered: undeliveredPlans(headers), spool: past.spool?.file)
        try removeUnfinishedFile()
        do {
            try publisher.publish(
                reporter, isFinished: past.isFinished, onProgress: onProgress, summary: summary)
        } catch {
            throw .ledger(error)
        }
    }

    /// Removes the file of unfinished records of an earlier stop: all records have an outcome now,
    /// and sending the file would repeat them.
    private func removeUnfinishedFile() throws(SendError) {
        guard past.isResumed, !inputs.canBeReadAgain else { return }
        do {
            try File.remove(plan.report.rest)
        } catch {
            throw .file(error)
        }
    }

    private func undeliveredPlans(_ headers: [[UInt8]]) -> [UndeliveredPlan] {
        inputs.inputs.enumerated().map { index, input in
            let paths = plan.undelivered(index, in: inputs)
            return UndeliveredPlan(
                inputPath: input.file.path.shown,
                originals: Self.originals(of: input.file),
                header: headers[index], rejectedPath: paths.rejected, unknownPath: paths.unknown,
                origins: OriginsPlan(
                    of: input, number: index + 1, header: headers[index], run: past.runID,
                    options: past.journal.header.options,
                    destination: past.journal.header.destination))
        }
    }

    private static func originals(of file: InputFile) -> (any RecordBytes)? {
        guard file.isRegularFile else { return nil }
        return file.isPacked ? UnpackedBytes(file) : InputBytes(file)
    }

    /// Reads the header rows of CSV inputs again.
    package func headers() throws(SendError) -> [[UInt8]] {
        guard inputs.canBeReadAgain else { return Array(repeating: [], count: inputs.inputs.count) }
        return try inputs.again().map { input throws(SendError) in
            let source = RecordSource([input], options: plan.readerOptions)
            try source.readStart()
            return source.header()
        }
    }
}

extension Reporter<RowTally> {
    /// Creates the reporter of the run with this journal.
    package convenience init(_ journal: Journal, _ report: ReportPath) {
        self.init(journal, to: report.path, report.format == .csv ? .csv : .ndjson)
    }
}
