import Ledger
import Platform
import Time

/// The owner of a shard's journal, which this process may no longer be.
extension SendLoop {
    /// The time between two turns after which the owner is checked, in nanoseconds.
    ///
    /// A process that was frozen for less has probably not been taken over.
    private static let longPause: Int64 = 2_000_000_000

    /// Checks after a long pause that no other process has taken over, before anything is sent.
    ///
    /// The lines of the present lease are then sent by the other process alone. Without a pause, the
    /// next lease is early enough.
    @inline(never)
    func checkOwnerAfterPause(_ now: ClockReading) throws(SendError) {
        defer { lastTurn = now }
        guard let last = lastTurn else { return }
        // The monotonic clock may stand still while the machine is frozen.
        let wall = (now.wall - last.wall).magnitude
        guard
            now.instant.nanoseconds(since: last.instant) > Self.longPause
                || wall > UInt64(Self.longPause / 1_000_000)
        else { return }
        if case .failure(let error) = ownership, case .lost = error {
            core.storageFailed()
            throw .ledger(error)
        }
    }

    /// Whether this process still owns the journal.
    var ownership: Result<Void, LedgerError> {
        Result { () throws(LedgerError) in try journal.checkOwner() }
    }
}
