package import Delivery

/// What a journal says of the run so far.
package struct RecoveredJournal: Sendable {
    /// What the run is; nil if not even the first row was written whole, and so nothing was sent.
    package var header: JournalHeader?
    /// The boot id of the last process that wrote.
    package var lastBootID: String?
    /// The processes that have worked on the run.
    package var starts = 0
    /// When the first of them began, as it wrote it (RFC 3339).
    package var startedAt: String?
    package var owed: Owed
    /// The last line that might be started.
    package var lastLease: LineID?
    /// Whether the row that ends the run is there.
    package var isFinished: Bool
    /// Bytes up to which the journal is whole: what follows is to be cut off.
    package var validLength: UInt64
    /// Bytes of the journal as it was found.
    package var length: UInt64
    /// Where the spool ends, as far as rows refer to it.
    package var spoolEnd: UInt64
    /// Why it must be refused; nil if it need not be. Everything else tells of the rows before.
    package var damage: JournalDamage?
}
