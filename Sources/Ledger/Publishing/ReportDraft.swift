import Delivery
import Glibc
import Platform

/// An incomplete report of a journal, under its temporary name.
struct ReportDraft<Tally: RowCounting>: ~Copyable {
    private let journal: File
    private var rows: JournalRows
    private var report: ReportWriter
    private var tally = Tally()
    private var undelivered = UndeliveredRows()
    private var last = ReportPosition(input: 0, record: 0)
    private var count: UInt64 = 0

    /// A complete report.
    struct Completed {
        var tally: Tally
        var undelivered: UndeliveredRows
        /// The report, synced, under its temporary name.
        var report: File
    }

    init(
        of journal: File, to path: String, _ format: ReportFormat, maxBufferedRows: Int
    ) throws(SystemError) {
        self.journal = journal
        rows = JournalRows(journal, maxBufferedRows: maxBufferedRows)
        report = try ReportWriter(path: path, format: format)
    }

    /// Reads the journal's first `length` bytes and writes the rows before `watermark`.
    ///
    /// - Parameters:
    ///   - watermark: Rows that are read later sort at or after it.
    ///   - shouldContinue: Called repeatedly with the number of rows written so far. The function
    ///     returns early if it returns false.
    mutating func advance(
        to length: UInt64, watermark: ReportPosition, shouldContinue: (UInt64) -> Bool
    ) throws(SystemError) {
        while rows.length < length {
            try rows.read(to: min(length, rows.length + ProgressThrottle.byteStep))
            while let row = try rows.next(before: watermark) {
                try append(row)
                if count % ProgressThrottle.lineStep == 0, !shouldContinue(count) { return }
            }
            guard shouldContinue(count) else { return }
        }
    }

    /// Writes the rest of the journal's rows and syncs the report.
    ///
    /// Returns nil if `shouldContinue` returned false.
    consuming func complete(
        length: UInt64, shouldContinue: (UInt64) -> Bool
    ) throws(SystemError) -> Completed? {
        while rows.length < length {
            try rows.read(to: min(length, rows.length + ProgressThrottle.byteStep))
            guard shouldContinue(count) else { return nil }
        }
        while let row = try rows.next() {
            try append(row)
            if count % ProgressThrottle.lineStep == 0, !shouldContinue(count) { return nil }
        }
        return Completed(tally: tally, undelivered: undelivered, report: try report.finish())
    }

    private mutating func append(_ row: borrowing JournalRow) throws(SystemError) {
        let position = row.index.position
        guard last <= position else {
            // A row before a former watermark: the journal is not the one that was read.
            throw .unexpectedContent(of: journal)
        }
        last = position
        count += 1
        try report.append(row.bytes, row.fields)
        tally.add(row)
        if row.fields.outcome != .accepted { try undelivered.append(row.index, of: journal) }
    }
}
