package import Delivery
package import Ledger
package import Records

/// The comparison of an input that is read again with the journal.
package final class InputComparison {
    private var rows: JournalRows
    /// The next row, if it was read already; its bytes are valid until the one after it is read.
    private var peeked: JournalRow?
    private let numberedInputs: Set<Int>

    package init(_ journal: Journal) throws(SendError) {
        numberedInputs = journal.header.numberedInputs
        do {
            rows = try JournalRows(journal.file, length: journal.size)
        } catch {
            throw .file(error)
        }
    }

    /// Compares the next record with an outcome, in input order. Throws `.changed` if it differs.
    /// Returns the offset of its bytes in the spool, if they are there.
    ///
    /// - Parameter isOfOrigin: Whether the line of the outcome is that of another file.
    @discardableResult
    package func take(
        _ record: Record, file: Int, path: String, isOfOrigin: Bool = false
    ) throws(SendError) -> UInt64? {
        let row = try nextRow()
        guard let location = row?.location, let line = row?.fields.line, location.input == file,
            location.record == record.ordinal, location.offset == record.offset.value,
            location.hash == record.hash
        else {
            throw .changed(
                path: path, .line(row?.fields.line ?? record.line.value))
        }
        guard line == record.line.value || isOfOrigin else {
            throw .changed(path: path, .moved(line: line, to: record.line.value))
        }
        return location.spool
    }

    /// Returns the next line with an outcome that was not compared yet.
    package func next() throws(SendError) -> LineID? {
        try nextRow().map { LineID($0.fields, $0.location, numberedInputs: numberedInputs) }
    }

    private func nextRow() throws(SendError) -> JournalRow? {
        if let row = peeked.take() { return row }
        do {
            return try rows.next()
        } catch {
            throw .file(error)
        }
    }

    /// Whether a record or one before it has the next outcome.
    ///
    /// A record that is done has none if it was skipped or is not one that a retry sends: a checkpoint
    /// covers all records before it.
    private func hasRow(upTo ordinal: UInt64, file: Int) throws(SendError) -> Bool {
        peeked = try nextRow()
        guard let location = peeked?.location else { return false }
        return (location.input, location.record) <= (file, ordinal)
    }

    /// Reads the inputs up to the last record that was finished or sent, and compares those records,
    /// before anything is sent.
    ///
    /// - Parameter inputs: All inputs, opened again from their starts.
    package static func run(
        _ inputs: [RecordSource.Input], options: ReaderOptions, journal: Journal,
        resumeState: ResumeState, _ progress: VerifyProgress
    ) throws(SendError) {
        let comparison = try InputComparison(journal)
        var begun = BegunLines(resumeState)
        for (index, input) in inputs.enumerated() {
            try comparison.compare(
                input, file: index + 1, options, done: resumeState.done[index], &begun, progress)
            try compareSize(of: input, with: journal.header.inputs[index])
        }
    }

    /// Compares sizes after the lines, because a differing line is a better message.
    ///
    /// A compressed file is compared by lines only: the complete file replaces a truncated one, and
    /// compressing again changes the size.
    private static func compareSize(
        of input: RecordSource.Input, with then: InputIdentity
    ) throws(SendError) {
        guard let size = input.file.size, size != then.size, !input.file.isPacked else { return }
        throw .changed(path: then.path, .size(size, before: then.size))
    }

    private func compare(
        _ input: RecordSource.Input, file: Int, _ options: ReaderOptions, done: RecordSet,
        _ begun: inout BegunLines, _ progress: VerifyProgress
    ) throws(SendError) {
        let last = done.max ?? 0
        var ordinal: UInt64 = 0
        let source = RecordSource([input], options: options)
        let path = input.file.path.shown
        while ordinal < last || begun.next?.file == file {
            switch try source.next() {
            case .record:
                let record = source.record
                var isDone = done.contains(record.ordinal)
                if isDone { isDone = try hasRow(upTo: record.ordinal, file: file) }
                if isDone {
                    try take(
                        record, file: file, path: path, isOfOrigin: input.origins != nil)
                }
                // In this comparison the source has one input, numbered 1.
                let line = LineID(file: file, line: source.id.line)
                if let changed = begun.compare(line, hash: record.hash) {
                    throw .changed(path: path, input.change(at: changed.line))
                }
                try progress.noteRecord(bytes: record.length, isDone: isDone)
                ordinal = record.ordinal
            case .nothingYet:
                try progress.update()
            case .waits, .needsRoom, .end:
                if ordinal < last { throw .changed(path: path, .endsBeforeRecord(last)) }
                throw .changed(path: path, input.end(before: begun.next?.line ?? 0))
            }
        }
    }
}
