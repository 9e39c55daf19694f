/// A defect that the harness can be given, to see whether the auditor finds it.
enum SimulatorBug: String, CaseIterable {
    /// A lease counts as durable once it is written.
    case leaseWithoutSync
    /// A line is recorded as accepted before its answer is there.
    case outcomeBeforeAnswer
    /// A resume forgets what may have arrived.
    case uncertaintyForgotten
    /// A resume after a power cut believes that the journal is complete.
    case powerCutIgnored
    /// Requests leave before the row that says so is written.
    case requestBeforeSentRow
    /// A failed sync is taken for a good one.
    case failedSyncIgnored
    /// A failed write is taken for a good one, and sending goes on.
    case failedWriteIgnored
    /// What had left when the connection broke counts as not sent.
    case beganForgotten
    /// A row's mark of a possible duplicate is left out.
    case duplicateUnmarked
    /// Records that have their outcome are taken up once more.
    case doneForgotten
    /// A resume goes on behind a torn row instead of cutting it off.
    case tornRowKept
    /// Invalid lines are sent like others.
    case invalidSent
}
