/// A check of a journal's rows that distinguishes crashes from damage.
struct RowValidator {
    private var state: RecoveryState
    /// The first corrupt row. Rows after it do not change `state`.
    private var corruptRow: CorruptRow?

    private struct CorruptRow {
        var offset: UInt64
        /// Whether its bytes may contain further rows.
        var isMoreThanOneRow: Bool
        var isLast = true
        /// Whether a later row proves that it was on disk.
        ///
        /// No power cut can have damaged it then.
        var wasDurable = false
    }

    init(state: RecoveryState) { self.state = state }

    /// Validates a row without its line feed; nil for a row over the limit.
    mutating func validate(_ row: UnsafeRawBufferPointer?, at offset: UInt64) {
        guard let row, let body = RowChecksum.body(of: row) else {
            noteCorrupt(row, at: offset)
            return
        }
        guard let corrupt = corruptRow else {
            state.apply(body, at: offset, end: offset + UInt64(row.count) + 1)
            return
        }
        corruptRow?.isLast = false
        switch RowKind(of: body) {
        case .start: corruptRow?.wasDurable = true
        case .lease(_, let synced) where synced > corrupt.offset: corruptRow?.wasDurable = true
        default: break
        }
    }

    /// Validates a last row of `length` bytes without a line feed.
    ///
    /// - Parameter bytes: The whole row, or fewer bytes if it is over the limit.
    mutating func validate(
        torn bytes: UnsafeRawBufferPointer, of length: UInt64, at offset: UInt64
    ) {
        noteCorrupt(length == UInt64(bytes.count) ? bytes : nil, at: offset)
    }

    private mutating func noteCorrupt(_ row: UnsafeRawBufferPointer?, at offset: UInt64) {
        guard corruptRow == nil else {
            corruptRow?.isLast = false
            return
        }
        corruptRow = CorruptRow(
            offset: offset,
            isMoreThanOneRow: row.map { RowChecksum.closesEarly(in: $0) } ?? true)
    }

    /// Returns the result for a journal of `length` bytes.
    consuming func finish(length: UInt64) -> RecoveredJournal {
        if let corruptRow, !isTruncatable(corruptRow) { state.refuse(rowAt: corruptRow.offset) }
        return state.finish(length: length)
    }

    /// Whether a crash can have left the row: the journal is truncated there.
    private func isTruncatable(_ row: CorruptRow) -> Bool {
        // The process died during its last write.
        if row.isLast && !row.isMoreThanOneRow { return true }
        // After a power cut, bytes that were not synced may be on disk in part, in any order.
        return state.wasReset && row.offset >= state.synced && !row.wasDurable
    }
}
