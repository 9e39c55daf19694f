/// A reader of a journal that returns the run's resume state.
///
/// The journal's bytes come in pieces of any size; it reads no files. Its memory is bounded by the lines that were started and have no outcome, and
/// by one row; it does not depend on the number of rows.
package struct JournalRecovery: ~Copyable {
    private var framing = RowFraming()
    private var validator: RowValidator

    /// - Parameters:
    ///   - currentBootID: The machine's current boot. If the last process has another one, the
    ///     machine was reset, and bytes that were not synced may be lost.
    ///   - inode: that of the journal's file. If the last owner had another one, its last rows may
    ///     be in that file. Nil if it is unknown.
    package init(currentBootID: String, inode: UInt64? = nil) {
        validator = RowValidator(
            state: RecoveryState(currentBootID: currentBootID, inode: inode))
    }

    /// Reads the next bytes of the journal.
    package mutating func consume(_ bytes: UnsafeRawBufferPointer) {
        framing.push(bytes) { row, offset in validator.validate(row, at: offset) }
    }

    /// Returns the result, at the journal's end.
    package consuming func finish() -> RecoveredJournal {
        if framing.partialLength > 0 {
            validator.validate(
                torn: framing.partial.bytes, of: framing.partialLength, at: framing.rowStart)
        }
        return validator.finish(length: framing.rowStart + framing.partialLength)
    }
}
