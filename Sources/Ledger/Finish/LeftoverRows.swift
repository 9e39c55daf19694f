import Platform

/// Where the rows stand in a journal whose records did not arrive, or may not have, in the order of
/// the report. In an unnamed file, whatever their number.
struct LeftoverRows {
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

    /// All of them, once they were appended; nil if there are none.
    func rows(of journal: File) throws(SystemError) -> JournalRows? {
        guard let file else { return nil }
        try file.flush()
        return JournalRows(
            journal, sorted: SortedRows(merge: try RunMerge([0..<file.count], of: file)))
    }
}
