import Platform

/// The index of rows whose records are undelivered, in the report's order.
///
/// It is kept in an unnamed file, so that its memory does not grow with the number of rows.
struct UndeliveredRows {
    private var file: RunFile?

    mutating func append(_ row: RowIndex, of journal: File) throws(SystemError) {
        let file: RunFile
        if let opened = self.file {
            file = opened
        } else {
            file = try RunFile(beside: journal.path)
            self.file = file
        }
        try file.append(row)
    }

    /// Returns the appended rows; nil if there are none.
    func rows(of journal: File) throws(SystemError) -> JournalRows? {
        guard let file else { return nil }
        try file.flush()
        return JournalRows(
            journal, sorted: SortedRows(merge: try RunMerge([0..<file.count], of: file)))
    }
}
