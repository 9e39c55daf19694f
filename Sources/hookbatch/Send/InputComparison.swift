import Delivery
import Ledger
import Records

/// The comparison of an input that is read again with the journal.
final class InputComparison {
    private var rows: JournalRows

    init(_ journal: Journal) throws(SendError) {
        do {
            rows = try JournalRows(journal.file, length: journal.size)
        } catch {
            throw .file(error)
        }
    }

    /// Compares the next record with an outcome, in input order. Throws `.changed` if it differs.
    /// Returns the offset of its bytes in the spool, if they are there.
    @discardableResult
    func take(_ record: Record, file: Int, path: String) throws(SendError) -> UInt64? {
        let row: JournalRow?
        do {
            row = try rows.next()
        } catch {
            throw .file(error)
        }
        guard let location = row?.location, let line = row?.fields.line, location.input == file,
            location.record == record.ordinal, location.offset == record.offset.value,
            location.hash == record.hash
        else {
            throw .changed(
                path: path,
                what: "line \(row?.fields.line ?? record.line.value) differs")
        }
        guard line == record.line.value else {
            throw .changed(path: path, what: "line \(line) is now line \(record.line.value)")
        }
        return location.spool
    }

    /// Returns the next line with an outcome that was not compared yet.
    func next() throws(SendError) -> LineID? {
        do {
            guard let row = try rows.next() else { return nil }
            return LineID(file: row.location.input, line: row.fields.line)
        } catch {
            throw .file(error)
        }
    }

    /// Reads the inputs up to the last finished record and compares them, before anything is sent.
    static func run(
        _ inputs: RunInputs, options: SendOptions, _ past: RunJournal, _ watch: VerifyProgress
    ) throws(SendError) {
        guard inputs.canBeReadAgain else { return }
        let comparison = try InputComparison(past.journal)
        for (index, input) in try inputs.again().enumerated() {
            try compare(input, index: index, options, past, comparison, watch)
            try compareSize(of: input, with: past.journal.header.inputs[index])
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
        throw .changed(
            path: then.path,
            what: "it has \(WholeNumber.shown(size, "byte")) instead of "
                + "\(WholeNumber.shown(then.size)); the finished lines are unchanged")
    }

    private static func compare(
        _ input: RecordSource.Input, index: Int, _ options: SendOptions, _ past: RunJournal,
        _ comparison: InputComparison, _ watch: VerifyProgress
    ) throws(SendError) {
        let done = past.resumeState.done[index]
        guard let last = done.max else { return }
        let source = RecordSource([input], options: options.input.readerOptions)
        let path = input.file.path.shown
        read: while true {
            switch try source.next() {
            case .record:
                let record = source.record
                let isDone = done.contains(record.ordinal)
                if isDone { try comparison.take(record, file: index + 1, path: path) }
                try watch.noteRecord(bytes: record.length, isDone: isDone)
                if record.ordinal >= last { break read }
            case .nothingYet:
                try watch.update()
            case .waits, .needsRoom, .end:
                throw .changed(path: path, what: "it ends before finished record \(last)")
            }
        }
    }
}
