package import Time

/// The times of records, and those to keep.
package struct TimeWindow: Hashable, Sendable {
    /// The position of a record's time. In CSV the first token names a column.
    package var field: JSONPointer
    /// Further positions, in order: the first one with a value counts if `field` has none.
    package var otherFields: [JSONPointer]
    package var format: TimeFormat
    /// The zone of times without an offset.
    package var zone: TimeFormat.Zone
    /// The first time to keep; nil without a limit.
    package var since: Timestamp?
    /// The first time after those to keep; nil without a limit.
    package var until: Timestamp?

    package init(
        _ field: JSONPointer, orElse otherFields: [JSONPointer] = [], _ format: TimeFormat,
        in zone: TimeFormat.Zone = .utc, since: Timestamp?, until: Timestamp?
    ) {
        self.field = field
        self.otherFields = otherFields
        self.format = format
        self.zone = zone
        self.since = since
        self.until = until
    }

    func contains(_ time: Timestamp) -> Bool {
        if let since, time.nanoseconds < since.nanoseconds { return false }
        if let until, time.nanoseconds >= until.nanoseconds { return false }
        return true
    }
}
