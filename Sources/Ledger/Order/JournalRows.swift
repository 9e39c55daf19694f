import Glibc
package import Platform

/// The outcome rows of a journal in the report's order: by input, then by record.
///
/// The journal may still grow: `next(before:)` returns the rows before a watermark. Memory is
/// bounded for any size of the journal: the sorter, a piece of the journal, a read-ahead window and
/// one row.
package struct JournalRows: ~Copyable {
    private let file: File
    private var framing = RowFraming()
    private var window: FileWindow
    private let maxBufferedRows: Int
    /// The sorter of rows that are being read; nil once all rows are read.
    private var sorter: RowSorter?
    /// All rows; during the run, those that exceeded the sorter's memory.
    private var sorted: SortedRows?
    private let piece: UnsafeMutableRawBufferPointer
    /// Bytes of the journal that were read.
    private(set) var length: UInt64 = 0

    private static let pieceSize = 256 << 10

    /// - Parameter maxBufferedRows: Rows sorted in memory; more go through a temporary file.
    package init(_ file: File, maxBufferedRows: Int = RowSorter.maxBufferedRows) {
        self.file = file
        window = FileWindow(file)
        self.maxBufferedRows = maxBufferedRows
        sorter = RowSorter(beside: file.path, limit: maxBufferedRows)
        sorted = nil
        piece = .allocate(byteCount: Self.pieceSize, alignment: 16)
    }

    /// Reads all rows of a journal of `length` bytes.
    package init(
        _ file: File, length: UInt64, maxBufferedRows: Int = RowSorter.maxBufferedRows
    ) throws(SystemError) {
        self.init(file, maxBufferedRows: maxBufferedRows)
        try read(to: length)
    }

    /// Creates the sequence of rows that are already sorted.
    init(_ file: File, sorted: consuming SortedRows) {
        self.file = file
        window = FileWindow(file)
        maxBufferedRows = RowSorter.maxBufferedRows
        sorter = nil
        self.sorted = consume sorted
        piece = .allocate(byteCount: 0, alignment: 16)
    }

    deinit { piece.deallocate() }

    /// Adds the journal's rows up to byte `end` to the sorter.
    package mutating func read(to end: UInt64) throws(SystemError) {
        guard let sorter else { preconditionFailure("the last row was requested before a read") }
        while length < end {
            let wanted = Int(min(UInt64(piece.count), end - length))
            let bytes = UnsafeMutableRawBufferPointer(rebasing: piece[..<wanted])
            let count = try file.read(into: bytes, at: length)
            guard count > 0 else { throw .unexpectedContent(of: file) }
            length += UInt64(count)
            let read = UnsafeRawBufferPointer(rebasing: bytes[..<count])
            try framing.push(read) { (row, offset) throws(SystemError) in
                guard let row, ReportPosition.isOutcome(row) else { return }
                guard let position = ReportPosition(atEndOf: row) else {
                    throw .unexpectedContent(of: file)
                }
                try sorter.add(
                    RowIndex(
                        input: UInt32(clamping: position.input), record: position.record,
                        offset: offset, length: UInt32(row.count)))
            }
        }
    }

    /// Returns the next row if it sorts before `watermark`. Its bytes are valid until the next call.
    ///
    /// - Parameter watermark: Rows that are read later sort at or after it.
    mutating func next(before watermark: ReportPosition) throws(SystemError) -> JournalRow? {
        if let full = sorter, sorted == nil, full.isWorthSorting(before: watermark) {
            sorted = try full.sorted()
            sorter = RowSorter(beside: file.path, limit: maxBufferedRows)
        }
        if let index = try sorted?.next() {
            if index.position < watermark { return try row(at: index) }
            try sorter?.add(index)
            while let index = try sorted?.next() { try sorter?.add(index) }
        }
        sorted = nil
        guard let index = sorter?.takeFirst(before: watermark) else { return nil }
        return try row(at: index)
    }

    /// Returns the next row; nil after the last one. Its bytes are valid until the next call.
    ///
    /// After the first call, `read` must not be called.
    package mutating func next() throws(SystemError) -> JournalRow? {
        if let sorter {
            sorted = try sorter.sorted()
            self.sorter = nil
        }
        guard let index = try sorted?.next() else { return nil }
        return try row(at: index)
    }

    private mutating func row(at index: RowIndex) throws(SystemError) -> JournalRow {
        let bytes = try window.bytes(at: index.offset, count: Int(index.length))
        guard let fields = OutcomeFields(journalRow: bytes), let location = fields.location else {
            // The row was complete when it was indexed.
            throw .unexpectedContent(of: file)
        }
        return JournalRow(bytes: bytes, fields: fields, location: location, index: index)
    }
}

/// An outcome row of the journal, borrowed from `JournalRows`.
package struct JournalRow {
    /// The whole row, without its line feed.
    package let bytes: UnsafeRawBufferPointer
    /// Its fields, as ranges of `bytes`.
    package let fields: OutcomeFields
    /// The location of its record.
    package let location: RecordLocation
    /// The row's own location.
    let index: RowIndex
}
