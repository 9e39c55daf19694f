import Glibc

/// The outcome rows of a journal in the order of the report: by input, then by record.
///
/// Memory is bounded whatever the journal's size: the sorter's, a window of a megabyte that moves
/// forward over the file, and one row.
package struct JournalRows: ~Copyable {
    private let file: File
    private var sorted: SortedRows
    private var window: FileWindow

    /// Goes through the first `length` bytes of the journal in `file`, and sorts what it finds.
    ///
    /// Rows that can't be read are passed over: the recovery has judged them.
    ///
    /// - Parameter heldRows: Rows sorted in memory; more go through a temporary file.
    package init(
        _ file: File, length: UInt64, heldRows: Int = RowSorter.heldRows
    ) throws(SystemError) {
        self.init(file, sorted: try Self.sort(file, length: length, heldRows: heldRows))
    }

    /// Takes rows of `file` whose places are known and sorted.
    init(_ file: File, sorted: consuming SortedRows) {
        self.sorted = sorted
        self.file = file
        window = FileWindow(file)
    }

    private static func sort(
        _ file: File, length: UInt64, heldRows: Int
    ) throws(SystemError) -> SortedRows {
        let sorter = RowSorter(beside: file.path, limit: heldRows)
        var framing = RowFraming()
        try JournalReading.forEachPiece(of: file, upTo: length) { (bytes) throws(SystemError) in
            try framing.push(bytes) { (row, offset) throws(SystemError) in
                guard let row, let body = RowChecksum.body(of: row),
                    let place = OutcomeFields(journalRowBody: body)?.place
                else { return }
                try sorter.add(
                    RowIndex(
                        input: UInt32(clamping: place.input), record: place.record,
                        offset: offset, length: UInt32(row.count)))
            }
        }
        return try sorter.sorted()
    }

    /// The next row; nil after the last one. Its bytes are good until the next call.
    package mutating func next() throws(SystemError) -> JournalRow? {
        guard let row = try sorted.next() else { return nil }
        let bytes = try window.bytes(at: row.offset, count: Int(row.length))
        guard let fields = OutcomeFields(journalRow: bytes), let place = fields.place else {
            // It was whole when it was sorted: the file has changed, or the disk fails.
            throw SystemError(call: "pread", path: file.path, code: EIO)
        }
        return JournalRow(bytes: bytes, fields: fields, place: place)
    }
}

/// An outcome row as it stands in the journal, borrowed from `JournalRows`.
package struct JournalRow {
    /// All of it, without its line feed.
    package let bytes: UnsafeRawBufferPointer
    /// Its fields, as ranges of `bytes`.
    package let fields: OutcomeFields
    /// Where its record stands.
    package let place: OutcomeFields.Place

    /// The report's row, but for its closing brace.
    package var reportBytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[..<fields.reportLength])
    }
}
