/// Tells whole rows from bad ones, and what a crash has left from damage.
struct RowIntake {
    private var state: RecoveryState
    /// The first row that can't be read. What is known stays what it was before it.
    private var badRow: BadRow?

    private struct BadRow {
        var offset: UInt64
        /// Whether it is more than the torn beginning or the damaged bytes of one row.
        var isMoreThanOneRow: Bool
        var isLast = true
        /// Whether a whole row after it shows that it was there when the journal was synced, or
        /// when another process began: then no power cut has damaged it.
        var wasOnceWhole = false
    }

    init(state: RecoveryState) { self.state = state }

    /// Takes a row without its line feed; nil for one over the limit.
    mutating func take(_ row: UnsafeRawBufferPointer?, at offset: UInt64) {
        guard let row, let body = RowChecksum.body(of: row) else {
            takeBad(row, at: offset)
            return
        }
        guard let bad = badRow else {
            state.take(body, at: offset, end: offset + UInt64(row.count) + 1)
            return
        }
        badRow?.isLast = false
        switch RowKind(of: body) {
        case .start: badRow?.wasOnceWhole = true
        case .lease(_, let synced) where synced > bad.offset: badRow?.wasOnceWhole = true
        default: break
        }
    }

    /// Takes a last row of `length` bytes that has no line feed; `bytes` are none of it if it is
    /// over the limit.
    mutating func take(
        torn bytes: UnsafeRawBufferPointer, of length: UInt64, at offset: UInt64
    ) {
        takeBad(length == UInt64(bytes.count) ? bytes : nil, at: offset)
    }

    private mutating func takeBad(_ row: UnsafeRawBufferPointer?, at offset: UInt64) {
        guard badRow == nil else {
            badRow?.isLast = false
            return
        }
        badRow = BadRow(
            offset: offset,
            isMoreThanOneRow: row.map { RowChecksum.closesEarly(in: $0) } ?? true)
    }

    /// The journal of `length` bytes ends here.
    consuming func finish(length: UInt64) -> RecoveredJournal {
        if let badRow, !isCut(badRow) { state.refuse(rowAt: badRow.offset) }
        return state.finish(length: length)
    }

    /// Whether a bad row is what a crash leaves, so that all from it on is to be cut off.
    private func isCut(_ bad: BadRow) -> Bool {
        // The process died within its last write.
        if bad.isLast && !bad.isMoreThanOneRow { return true }
        // The machine died: what was not synced may have come to the disk in part, in any order.
        return state.wasReset && bad.offset >= state.synced && !bad.wasOnceWhole
    }
}
