import Delivery
import Glibc
import Platform

/// A report on its way: under its temporary name, as far as it is known from the journal.
struct ReportDraft<Tally: RowCounting>: ~Copyable {
    private let journal: File
    private var rows: JournalRows
    private var report: ReportWriter
    private var tally = Tally()
    private var leftovers = LeftoverRows()
    private var last = RowPlace(input: 0, record: 0)
    private var count: UInt64 = 0

    /// What came of it.
    struct Written {
        var tally: Tally
        var leftovers: LeftoverRows
        /// The report, under its temporary name.
        var report: File
    }

    init(
        of journal: File, to path: String, _ format: ReportFormat, heldRows: Int
    ) throws(SystemError) {
        self.journal = journal
        rows = JournalRows(journal, heldRows: heldRows)
        report = try ReportWriter(path: path, format: format)
    }

    /// Takes the journal's rows up to its first `length` bytes, and writes those that stand before
    /// `place`, to which and behind which all further rows belong. Leaves off where `goesOn`, which
    /// is told now and then how many rows are written, says no.
    mutating func advance(
        to length: UInt64, before place: RowPlace, goesOn: (UInt64) -> Bool
    ) throws(SystemError) {
        while rows.length < length {
            try rows.read(to: min(length, rows.length + LookPace.bytes))
            while let row = try rows.next(before: place) {
                try append(row)
                if count % LookPace.lines == 0, !goesOn(count) { return }
            }
            guard goesOn(count) else { return }
        }
    }

    /// Takes what else is in the first `length` bytes of the journal, which are all, and syncs the
    /// report, which keeps its temporary name. nil if `goesOn` says no.
    consuming func finish(
        length: UInt64, goesOn: (UInt64) -> Bool
    ) throws(SystemError) -> Written? {
        while rows.length < length {
            try rows.read(to: min(length, rows.length + LookPace.bytes))
            guard goesOn(count) else { return nil }
        }
        while let row = try rows.next() {
            try append(row)
            if count % LookPace.lines == 0, !goesOn(count) { return nil }
        }
        return Written(tally: tally, leftovers: leftovers, report: try report.finish())
    }

    private mutating func append(_ row: borrowing JournalRow) throws(SystemError) {
        let place = RowPlace(input: row.place.input, record: row.place.record)
        guard last <= place else {
            // Others than those that were promised, or another order than the one that they have.
            throw SystemError(call: "pread", path: journal.path, code: EIO)
        }
        last = place
        count += 1
        try report.append(row.bytes, row.fields)
        tally.add(row)
        if row.fields.outcome != .accepted { try leftovers.append(row.index, of: journal) }
    }
}
