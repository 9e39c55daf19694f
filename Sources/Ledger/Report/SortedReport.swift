import Platform

/// The rows of a report in the order of files and lines, whatever their order in the report.
///
/// The positions of the rows are sorted, and each row is read again.
struct SortedReport: ~Copyable {
    private var window: FileWindow
    private var rows: SortedRows

    init(_ file: File, _ rows: consuming SortedRows) {
        window = FileWindow(file)
        self.rows = rows
    }

    /// Returns the bytes of the next row, borrowed until the next call; nil after the last one.
    mutating func next() throws(SystemError) -> UnsafeRawBufferPointer? {
        guard let index = try rows.next() else { return nil }
        return try window.bytes(at: index.offset, count: Int(index.length))
    }
}
