/// The state of skipping a record over the size limit.
struct OversizedRecord {
    /// The record's length so far, in bytes.
    var length: UInt64
    /// The number of CRs at its end so far, possibly of the line terminator.
    var lastReturns: UInt64
}
