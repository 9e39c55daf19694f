/// Goes through the outcome rows of a report in NDJSON, or of a journal, as they stand.
package enum OutcomeReading {
    /// What was found beside the outcomes.
    package struct Found: Hashable, Sendable {
        /// Outcome rows.
        package var rows: UInt64 = 0
        /// Lines that are no row of any kind, a last one without its end included.
        package var strangeLines: UInt64 = 0
        /// The first of them, from 1.
        package var firstStrangeLine: UInt64?
    }

    /// Calls `body` with each outcome row, borrowed for the call, and its fields.
    package static func forEach(
        in path: String, _ body: (UnsafeRawBufferPointer, borrowing OutcomeFields) -> Void
    ) throws(SystemError) -> Found {
        let file = try File.open(path, for: .read)
        var found = Found()
        var framing = RowFraming()
        var line: UInt64 = 0
        try JournalReading.forEachPiece(of: file) { (bytes) throws(SystemError) in
            framing.push(bytes) { row, _ in
                line += 1
                if let row {
                    if let fields = OutcomeFields(journalRow: row) ?? OutcomeFields(reportRow: row)
                    {
                        found.rows += 1
                        body(row, fields)
                        return
                    }
                    if RowChecksum.body(of: row) != nil { return }
                }
                found.strangeLines += 1
                found.firstStrangeLine = found.firstStrangeLine ?? line
            }
        }
        if framing.partialLength > 0 {
            found.strangeLines += 1
            found.firstStrangeLine = found.firstStrangeLine ?? line + 1
        }
        return found
    }
}
