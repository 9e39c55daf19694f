import Platform

/// Completes a finished run on disk: report, undelivered records and summary get their names.
///
/// Each step can be repeated. Before the row `finished`, report and undelivered records are written
/// and synced under temporary names. After it, files are only renamed and removed. So the next
/// process that opens the journal completes the run after a crash between any two steps.
package struct ReportPublisher {
    package var files: RunFiles
    /// One for each input, in order.
    package var undelivered: [UndeliveredPlan]
    /// The bytes of records whose rows refer to the spool; nil without one.
    package var spool: (any RecordBytes)?

    package init(
        files: RunFiles, undelivered: [UndeliveredPlan],
        spool: (any RecordBytes)? = nil
    ) {
        self.files = files
        self.undelivered = undelivered
        self.spool = spool
    }

    /// A completed step, in the order of the steps.
    package enum Step: Hashable, Sendable, CaseIterable {
        /// Report and undelivered records are complete, under temporary names.
        case written
        /// The journal has the row `finished`.
        case finished
        case undeliveredPublished
        case summaryWritten
        case reportPublished
        case spoolRemoved
        case journalRemoved
    }

    /// Does all steps that are not done yet.
    ///
    /// - Parameters:
    ///   - reporter: The reporter of an open, locked and flushed journal. No further rows of lines
    ///     are appended to it.
    ///   - isFinished: Whether the journal has the row `finished` already.
    ///   - onProgress: Called repeatedly with the number of rows in the report. An error that it
    ///     throws stops the publishing.
    ///   - summary: Returns the summary's bytes for the tally of all rows.
    ///   - after: Called after each step. An error that it throws stops the publishing.
    package func publish<Tally: RowCounting>(
        _ reporter: Reporter<Tally>, isFinished: Bool,
        onProgress: (UInt64) throws(LedgerError) -> Void = { _ throws(LedgerError) in },
        summary: (Tally) -> [UInt8],
        after: (Step) throws(LedgerError) -> Void = { _ throws(LedgerError) in }
    ) throws(LedgerError) {
        precondition(reporter.path == files.report, "a run has one report")
        let journal = reporter.journal
        try checkOwner(reporter)
        let tally: Tally
        var written: File?
        if try needsReport(isFinished) {
            try rejectInputsAsOutputs(journal.header)
            (tally, written) = try write(reporter, isFinished: isFinished, onProgress)
            try after(.written)
        } else {
            tally = try count(journal, onProgress)
        }
        if !isFinished {
            try LedgerError.system { () throws(SystemError) in
                journal.encoder.appendFinished()
                try journal.flush()
                try journal.sync()
            }
            try checkOwner(reporter)
            try after(.finished)
        }
        try publishFiles(written, summary: { summary(tally) }, after: after)
        try removeJournal(journal, after: after)
    }

    /// Throws `.lost` if another process has taken over the journal.
    ///
    /// After the row `finished`: a process that takes over later finds it, and sends nothing.
    private func checkOwner<Tally: RowCounting>(
        _ reporter: Reporter<Tally>
    ) throws(LedgerError) {
        do {
            try reporter.journal.checkOwner()
        } catch {
            reporter.abandon()
            throw error
        }
    }

    /// Whether the report must be written.
    ///
    /// A finished run without a report writes it again: another program may have replaced the file
    /// under the temporary name.
    private func needsReport(_ isFinished: Bool) throws(LedgerError) -> Bool {
        guard isFinished else { return true }
        return try LedgerError.system { () throws(SystemError) in try files.find() }.report
            == .absent
    }

    /// Writes report and undelivered records under temporary names.
    ///
    /// Files of an earlier run with the names of undelivered records are removed, so that they are
    /// not mistaken for this run's.
    private func write<Tally: RowCounting>(
        _ reporter: Reporter<Tally>, isFinished: Bool,
        _ onProgress: (UInt64) throws(LedgerError) -> Void
    ) throws(LedgerError) -> (Tally, report: File) {
        let paths = undelivered.flatMap(\.paths)
        try LedgerError.system { () throws(SystemError) in
            for path in paths { try File.remove(AtomicFile.temporaryPath(of: path)) }
            try reporter.requestCompletion()
            // In parallel with the reporter, so that syncing `finished` takes less time.
            if !isFinished { try reporter.journal.sync() }
        }
        let written = try reporter.waitForCompletion(onProgress: onProgress)
        try copyUndelivered(written.undelivered, of: reporter.journal, onProgress)
        try LedgerError.system { () throws(SystemError) in
            for path in paths { try File.remove(path) }
            try syncDirectories()
        }
        return (written.tally, written.report)
    }

    private func copyUndelivered(
        _ undeliveredRows: UndeliveredRows, of journal: Journal,
        _ onProgress: (UInt64) throws(LedgerError) -> Void
    ) throws(LedgerError) {
        let rows = try LedgerError.system { () throws(SystemError) in
            try undeliveredRows.rows(of: journal.file)
        }
        guard var rows else { return }
        var writer = UndeliveredWriter(undelivered, spool: spool)
        try forEach(&rows, onProgress) { (row) throws(LedgerError) in try writer.append(row) }
        do { try writer.finish() } catch { throw .system(error) }
    }

    /// Counts the rows of a journal whose report is written.
    private func count<Tally: RowCounting>(
        _ journal: Journal, _ onProgress: (UInt64) throws(LedgerError) -> Void
    ) throws(LedgerError) -> Tally {
        var rows = try LedgerError.system { () throws(SystemError) in
            try JournalRows(journal.file, length: journal.size)
        }
        var tally = Tally()
        try forEach(&rows, onProgress) { (row) throws(LedgerError) in tally.add(row) }
        return tally
    }

    private func forEach(
        _ rows: inout JournalRows, _ onProgress: (UInt64) throws(LedgerError) -> Void,
        _ body: (borrowing JournalRow) throws(LedgerError) -> Void
    ) throws(LedgerError) {
        var count: UInt64 = 0
        var throttle = ProgressThrottle()
        while let row = try LedgerError.system({ () throws(SystemError) in try rows.next() }) {
            try body(row)
            count += 1
            if throttle.countLine(bytes: row.location.length) { try onProgress(count) }
        }
    }

    /// Gives all files their names, the report last: its presence means that all are complete.
    ///
    /// - Parameter written: The report under its temporary name; nil if it has its name already.
    private func publishFiles(
        _ written: File?, summary: () -> [UInt8],
        after: (Step) throws(LedgerError) -> Void
    ) throws(LedgerError) {
        try LedgerError.system { () throws(SystemError) in
            for path in undelivered.flatMap(\.paths) { try AtomicFile.publish(path) }
        }
        try after(.undeliveredPublished)
        let bytes = summary()
        try LedgerError.system { () throws(SystemError) in
            try AtomicFile.write(bytes, to: files.summary)
            try syncDirectories()
        }
        try after(.summaryWritten)
        let isUnchanged = try LedgerError.system { () throws(SystemError) in
            guard let written else { return true }
            return try AtomicFile.isTemporaryFile(written, of: files.report)
        }
        guard isUnchanged else {
            throw .replaced(path: AtomicFile.temporaryPath(of: files.report))
        }
        try LedgerError.system { () throws(SystemError) in
            try AtomicFile.publish(files.report)
            try Directory.sync(of: files.report)
        }
        try after(.reportPublished)
    }

    /// Removes spool and journal, from which nothing is left to resume.
    private func removeJournal(_ journal: Journal, after: (Step) throws(LedgerError) -> Void)
        throws(LedgerError)
    {
        try LedgerError.system { () throws(SystemError) in try File.remove(files.spool) }
        try after(.spoolRemoved)
        try LedgerError.system { () throws(SystemError) in
            // The path may belong to another run by now, if a user removed the journal.
            if try FileStatus.of(files.journal)?.identity == journal.file.status().identity {
                try File.remove(files.journal)
            }
            try Directory.sync(of: files.journal)
        }
        try after(.journalRemoved)
    }

    private func syncDirectories() throws(SystemError) {
        let paths = [files.report] + undelivered.flatMap(\.paths)
        for directory in Set(paths.map(Directory.parent)) {
            try Directory.sync(of: directory + "/.")
        }
    }

    /// Throws `.sameFile` if an output would overwrite an input.
    private func rejectInputsAsOutputs(_ header: JournalHeader) throws(LedgerError) {
        let path = try LedgerError.system { () throws(SystemError) -> String? in
            var inputs: Set<FileStatus.Identity> = []
            for input in header.inputs where !input.isStream {
                if let status = try FileStatus.of(input.path, followingLinks: true) {
                    inputs.insert(status.identity)
                }
            }
            for path in [files.report, files.summary] + undelivered.flatMap(\.paths) {
                if let status = try FileStatus.of(path), inputs.contains(status.identity) {
                    return path
                }
            }
            return nil
        }
        if let path { throw .sameFile(path: path) }
    }
}
