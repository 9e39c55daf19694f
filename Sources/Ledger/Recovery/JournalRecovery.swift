/// Reads a journal from its bytes, in pieces of any size, and says what the run still owes.
///
/// It has no files. Its memory is bounded by the lines that were begun and have no outcome, and by
/// one row; never by the number of rows.
package struct JournalRecovery: ~Copyable {
    private var framing = RowFraming()
    private var intake: RowIntake

    /// - Parameter currentBootID: The machine's present boot. Where it is not that of the last
    ///   process, the machine was reset meanwhile, and what was not synced may be lost.
    package init(currentBootID: String) {
        intake = RowIntake(state: RecoveryState(currentBootID: currentBootID))
    }

    /// Takes the next bytes of the journal.
    package mutating func consume(_ bytes: UnsafeRawBufferPointer) {
        framing.push(bytes) { row, offset in intake.take(row, at: offset) }
    }

    /// The journal ends here: what it says.
    package consuming func finish() -> RecoveredJournal {
        if framing.partialLength > 0 {
            intake.take(
                torn: framing.partial.bytes, of: framing.partialLength, at: framing.rowStart)
        }
        return intake.finish(length: framing.rowStart + framing.partialLength)
    }
}
