/// Brings a run to its end on disk: from a journal in which every line has its outcome to a report.
///
/// Each step can be done twice, and the row `finished` parts them: before it, all that will be
/// shown is written and synced under temporary names; after it, things only get their names. So a
/// crash between any two steps is completed by whoever opens the journal next.
package struct Finish {
    package var files: RunFiles
    package var format: ReportFormat
    /// One for each input, in order.
    package var leftovers: [LeftoverPlan]
    /// The bytes of records whose rows refer to the spool; nil without one.
    package var spool: (any RecordBytes)?

    package init(
        files: RunFiles, format: ReportFormat, leftovers: [LeftoverPlan],
        spool: (any RecordBytes)? = nil
    ) {
        self.files = files
        self.format = format
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
    ///   - journal: Open, locked, and flushed. It is not to be written to afterwards.
    ///   - isFinished: Whether it holds the row `finished` already.
    ///   - visit: Called with every row, in the order of the report, before `summary`. What it throws
    ///     stops the finishing there.
    ///   - summary: The summary's bytes.
    ///   - after: Called after each step; what it throws stops the finishing there.
    package func run(
        _ journal: Journal, isFinished: Bool,
        visit: (borrowing JournalRow) throws(LedgerError) -> Void = { _ throws(LedgerError) in },
        summary: () -> [UInt8],
        after: (Step) throws(LedgerError) -> Void = { _ throws(LedgerError) in }
    ) throws(LedgerError) {
        let mustWrite = isFinished ? try isReportLost() : true
        if mustWrite {
            try refuseInputsAsOutputs(journal.header)
            try write(journal, visit)
            try after(.written)
        } else {
            var rows = try LedgerError.system { () throws(SystemError) in
                try journal.rows()
            }
            while let row = try LedgerError.system({ () throws(SystemError) in try rows.next() }) {
                try visit(row)
            }
        }
        if !isFinished {
            try LedgerError.system { () throws(SystemError) in
                journal.encoder.appendFinished()
                try journal.flush()
                try journal.sync()
            }
            try after(.finished)
        }
        try reveal(summary: summary, after: after)
        try remove(journal, after: after)
    }

    /// Whether the report is neither under its name nor under its temporary one, though the run
    /// is finished: somebody has removed it, and it is written again.
    private func isReportLost() throws(LedgerError) -> Bool {
        let found = try LedgerError.system { () throws(SystemError) in try files.find() }
        return found.report == .absent && found.temporaryReport == .absent
    }

    /// Writes report and leftovers under temporary names. What has a leftover's name is of an
    /// earlier run, and is removed, lest it be taken for this one's.
    private func write(
        _ journal: Journal, _ visit: (borrowing JournalRow) throws(LedgerError) -> Void
    ) throws(LedgerError) {
        let paths = leftovers.flatMap(\.paths)
        try LedgerError.system { () throws(SystemError) in
            for path in paths { try File.remove(AtomicFile.temporaryPath(of: path)) }
        }
        try writeRows(of: journal, visit)
        try LedgerError.system { () throws(SystemError) in
            for path in paths { try File.remove(path) }
            try syncDirectories()
        }
    }

    private func writeRows(
        of journal: Journal, _ visit: (borrowing JournalRow) throws(LedgerError) -> Void
    ) throws(LedgerError) {
        do {
            var rows = try journal.rows()
            var report = try ReportWriter(path: files.report, format: format)
            var writer = LeftoverWriter(leftovers, spool: spool)
            while let row = try rows.next() {
                try report.append(row.bytes, row.fields)
                try writer.append(row)
                try visit(row)
            }
            try writer.finish()
            try report.finish()
        } catch let error as LedgerError {
            throw error
        } catch let error as SystemError {
            throw .system(error)
        } catch {
            preconditionFailure("reading rows and writing reports throw nothing else")
        }
    }

    /// Gives everything its name: the report last, since where it is all is complete.
    private func reveal(
        summary: () -> [UInt8], after: (Step) throws(LedgerError) -> Void
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
