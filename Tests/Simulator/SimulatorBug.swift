/// A planted defect, which the auditor must find.
enum SimulatorBug: String, CaseIterable {
    /// A lease counts as durable once it is written.
    case leaseWithoutSync
    /// A line is recorded as accepted before its response.
    case outcomeBeforeResponse
    /// A resume forgets which lines are uncertain.
    case uncertaintyForgotten
    /// A resume after a power cut treats the journal as complete.
    case powerCutIgnored
    /// Requests leave before their `sent` row is written.
    case requestBeforeSentRow
    /// Requests leave before the row of an earlier response is written.
    case requestBeforeRow
    /// Rows are written before the bytes of their records are in the spool.
    case rowBeforeSpool
    /// A write is left out, and all that follows it is done.
    case writeLeftOut
    /// A failed sync counts as completed.
    case failedSyncIgnored
    /// A failed write counts as completed, and sending continues.
    case failedWriteIgnored
    /// A failed write is not reported to the core.
    case failureNotReported
    /// A request that had left when the connection broke counts as unsent.
    case beganForgotten
    /// A row lacks its mark of a possible duplicate.
    case duplicateUnmarked
    /// Records with an outcome are admitted again.
    case doneForgotten
    /// A resume appends after a torn row instead of truncating it.
    case tornRowKept
    /// Invalid lines are sent like others.
    case invalidSent
    /// Lines that wait for a connection are recorded as sent.
    case unconnectedRecorded
    /// A request leaves when there is a connection, without its `sent` row.
    case permissionIgnored
    /// A success that came before the whole request had left counts.
    case earlyResponseAccepted
    /// A response that came before its request counts.
    case strayResponseAccepted
    /// A timeout is judged before the responses that arrived in time are read.
    case timeoutBeforeReading
    /// A change to another rate is not passed to the core.
    case rateChangeForgotten
    /// A pause of the rate is not passed to the core.
    case pauseForgotten
    /// All records of a replay have the same time for the core.
    case recordedTimeForgotten
    /// The requests keep the old key after another one was read.
    case keyNotReplaced
    /// A key that was refused counts as another one.
    case refusedKeyKept
    /// A lease is used without a check that no other process has taken over.
    case lookSkipped
    /// That check comes before the sync of the lease, not after it.
    case lookBeforeSync
    /// A process that was taken over publishes its report.
    case publishedWithoutLook
    /// A process takes over in the file of the process before.
    case takenOverInPlace
    /// What the process before wrote during the takeover is not read.
    case lateRowsIgnored
    /// A run stops for the address of its server while other requests may get a response.
    case firstResponseNotAwaited
    /// A checkpoint leaves out a record that is open.
    case openRecordForgotten
}
