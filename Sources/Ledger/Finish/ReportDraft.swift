import Delivery

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
    }

    /// What is done at most between two looks at whether anybody still waits for the report.
    private static var rowsPerLook: UInt64 { 1024 }
    private static var bytesPerLook: UInt64 { 4 << 20 }

    init(of journal: File, to path: String, _ format: ReportFormat) throws(SystemError) {
        self.journal = journal
        rows = JournalRows(journal)
        report = try ReportWriter(path: path, format: format)
    }

    /// Takes the journal's rows up to its first `length` bytes, and writes those that stand before
    /// `place`, to which and behind which all further rows belong.
    mutating func advance(to length: UInt64, before place: RowPlace) throws(SystemError) {
        try rows.read(to: length)
        while let row = try rows.next(before: place) { try append(row) }
    }

    /// Takes what else is in the first `length` bytes of the journal, which are all, and syncs the
    /// report, which keeps its temporary name. nil if `goesOn`, which is told now and then how many
    /// rows are written, says no.
    consuming func finish(
        length: UInt64, goesOn: (UInt64) -> Bool
    ) throws(SystemError) -> Written? {
        while rows.length < length {
            try rows.read(to: min(length, rows.length + Self.bytesPerLook))
            guard goesOn(count) else { return nil }
        }
        while let row = try rows.next() {
            try append(row)
            if count % Self.rowsPerLook == 0, !goesOn(count) { return nil }
        }
        try report.finish()
        return Written(tally: tally, leftovers: leftovers)
    }

    private mutating func append(_ row: borrowing JournalRow) throws(SystemError) {
        let place = RowPlace(input: row.place.input, record: row.place.record)
        precondition(last <= place, "a row came late for the report")
        last = place
        count += 1
        try report.append(row.bytes, row.fields)
        tally.add(row)
        if row.fields.outcome != .accepted { try leftovers.append(row.index, of: journal) }
    }
}
