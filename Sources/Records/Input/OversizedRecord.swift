/// The state of skipping a record over the size limit.
struct OversizedRecord {
    /// The record's length so far, in bytes.
    var length: UInt64
    /// Whether the last byte is a CR, possibly of a CR LF.
    var endsInCarriageReturn: Bool
}
