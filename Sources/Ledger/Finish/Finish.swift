import Platform

/// Brings a run to its end on disk: from a journal in which every line has its outcome to a report.
///
/// Each step can be done twice, and the row `finished` parts them: before it, all that will be
/// shown is written and synced under temporary names; after it, things only get their names. So a
/// crash between any two steps is completed by whoever opens the journal next.
package struct Finish {
    package var files: RunFiles
    /// One for each input, in order.
    package var leftovers: [LeftoverPlan]
    /// The bytes of records whose rows refer to the spool; nil without one.
    package var spool: (any RecordBytes)?

    package init(
        files: RunFiles, leftovers: [LeftoverPlan],
        spool: (any RecordBytes)? = nil
    ) {
        self.files = files
        self.leftovers = leftovers
        self.spool = spool
    }

    /// A step that is done.
    package enum Step: Hashable, Sendable, CaseIterable {
        /// Report and leftovers are whole, under temporary names.
        case written
        /// The journal says that the run is finished.
        case finished
        case leftoversRevealed
        case summaryWritten
        case reportRevealed
        case spoolRemoved
        case journalRemoved
    }

    /// Does all steps that are still to be done.
    ///
    /// - Parameters:
    ///   - reporter: Of a journal that is open, locked, and flushed, and is not to be written to
    ///     afterwards.
    ///   - isFinished: Whether the journal holds the row `finished` already.
    ///   - look: Called now and then with the number of rows that the report has so far. What it
    ///     throws stops the finishing there.
    ///   - summary: The summary's bytes, of what all rows say.
    ///   - after: Called after each step; what it throws stops the finishing there.
    package func run<Tally: RowCounting>(
        _ reporter: Reporter<Tally>, isFinished: Bool,
        look: (UInt64) throws(LedgerError) -> Void = { _ throws(LedgerError) in },
        summary: (Tally) -> [UInt8],
        after: (Step) throws(LedgerError) -> Void = { _ throws(LedgerError) in }
    ) throws(LedgerError) {
        precondition(reporter.path == files.report, "a run has one report")
        let journal = reporter.journal
        let tally: Tally
        var written: File?
        if try mustWrite(isFinished) {
            try refuseInputsAsOutputs(journal.header)
            (tally, written) = try write(reporter, isFinished: isFinished, look)
            try after(.written)
        } else {
            tally = try count(journal, look)
        }
        if !isFinished {
            try LedgerError.system { () throws(SystemError) in
                journal.encoder.appendFinished()
                try journal.flush()
                try journal.sync()
            }
            try after(.finished)
        }
        try reveal(written, summary: { summary(tally) }, after: after)
        try remove(journal, after: after)
    }

    /// Whether the report is still to be written. Of a run that is finished it is there; if not, the
    /// one under the temporary name may be anybody's by now, and is written again.
    private func mustWrite(_ isFinished: Bool) throws(LedgerError) -> Bool {
        guard isFinished else { return true }
        return try LedgerError.system { () throws(SystemError) in try files.find() }.report
            == .absent
    }

    /// Writes report and leftovers under temporary names. What has a leftover's name is of an
    /// earlier run, and is removed, lest it be taken for this one's.
    private func write<Tally: RowCounting>(
        _ reporter: Reporter<Tally>, isFinished: Bool,
        _ look: (UInt64) throws(LedgerError) -> Void
    ) throws(LedgerError) -> (Tally, report: File) {
        let paths = leftovers.flatMap(\.paths)
        try LedgerError.system { () throws(SystemError) in
            for path in paths { try File.remove(AtomicFile.temporaryPath(of: path)) }
            try reporter.end()
            // Meanwhile: little is left to be synced with the row `finished`.
            if !isFinished { try reporter.journal.sync() }
        }
        let written = try reporter.written(look: look)
        try copyLeftovers(written.leftovers, of: reporter.journal, look)
        try LedgerError.system { () throws(SystemError) in
            for path in paths { try File.remove(path) }
            try syncDirectories()
        }
        return (written.tally, written.report)
    }

    private func copyLeftovers(
        _ leftoverRows: LeftoverRows, of journal: Journal,
        _ look: (UInt64) throws(LedgerError) -> Void
    ) throws(LedgerError) {
        let rows = try LedgerError.system { () throws(SystemError) in
            try leftoverRows.rows(of: journal.file)
        }
        guard var rows else { return }
        var writer = LeftoverWriter(leftovers, spool: spool)
        try forEach(&rows, look) { (row) throws(LedgerError) in try writer.append(row) }
        do { try writer.finish() } catch { throw .system(error) }
    }

    /// Counts the rows of a journal whose report is written.
    private func count<Tally: RowCounting>(
        _ journal: Journal, _ look: (UInt64) throws(LedgerError) -> Void
    ) throws(LedgerError) -> Tally {
        var rows = try LedgerError.system { () throws(SystemError) in
            try JournalRows(journal.file, length: journal.size)
        }
        var tally = Tally()
        try forEach(&rows, look) { (row) throws(LedgerError) in tally.add(row) }
        return tally
    }

    private func forEach(
        _ rows: inout JournalRows, _ look: (UInt64) throws(LedgerError) -> Void,
        _ body: (borrowing JournalRow) throws(LedgerError) -> Void
    ) throws(LedgerError) {
        var count: UInt64 = 0
        var pace = LookPace()
        while let row = try LedgerError.system({ () throws(SystemError) in try rows.next() }) {
            try body(row)
            count += 1
            if pace.isDue(after: row.place.length) { try look(count) }
        }
    }

    /// Gives everything its name: the report last, since where it is all is complete.
    ///
    /// - Parameter written: Which file the report is; nil if it has its name.
    private func reveal(
        _ written: File?, summary: () -> [UInt8],
        after: (Step) throws(LedgerError) -> Void
    ) throws(LedgerError) {
        try LedgerError.system { () throws(SystemError) in
            for path in leftovers.flatMap(\.paths) { try AtomicFile.reveal(path) }
        }
        try after(.leftoversRevealed)
        let bytes = summary()
        try LedgerError.system { () throws(SystemError) in
            try AtomicFile.write(bytes, to: files.summary)
            try syncDirectories()
        }
        try after(.summaryWritten)
        let isOurs = try LedgerError.system { () throws(SystemError) in
            guard let written else { return true }
            return try AtomicFile.isThere(written, for: files.report)
        }
        guard isOurs else {
            throw .replaced(path: AtomicFile.temporaryPath(of: files.report))
        }
        try LedgerError.system { () throws(SystemError) in
            try AtomicFile.reveal(files.report)
            try Directory.sync(of: files.report)
        }
        try after(.reportRevealed)
    }

    /// Removes what there is nothing to resume from any more.
    private func remove(_ journal: Journal, after: (Step) throws(LedgerError) -> Void)
        throws(LedgerError)
    {
        try LedgerError.system { () throws(SystemError) in try File.remove(files.spool) }
        try after(.spoolRemoved)
        try LedgerError.system { () throws(SystemError) in
            // Somebody may have removed it, and another run begun under its name.
            if try FileStatus.of(files.journal)?.identity == journal.file.status().identity {
                try File.remove(files.journal)
            }
            try Directory.sync(of: files.journal)
        }
        try after(.journalRemoved)
    }

    private func syncDirectories() throws(SystemError) {
        let paths = [files.report] + leftovers.flatMap(\.paths)
        for directory in Set(paths.map(Directory.parent)) {
            try Directory.sync(of: directory + "/.")
        }
    }

    /// An output that has the name of an input would destroy it.
    private func refuseInputsAsOutputs(_ header: JournalHeader) throws(LedgerError) {
        let path = try LedgerError.system { () throws(SystemError) -> String? in
            var inputs: Set<FileStatus.Identity> = []
            for input in header.inputs where !input.isStream {
                if let status = try FileStatus.of(input.path, followingLinks: true) {
                    inputs.insert(status.identity)
                }
            }
            for path in [files.report, files.summary] + leftovers.flatMap(\.paths) {
                if let status = try FileStatus.of(path), inputs.contains(status.identity) {
                    return path
                }
            }
            return nil
        }
        if let path { throw .sameFile(path: path) }
    }
}
