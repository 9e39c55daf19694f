package import Time

/// The times of the records to keep.
package struct TimeWindow: Hashable, Sendable {
    /// The position of a record's time. In CSV the first token names a column.
    package var field: JSONPointer
    package var format: TimeFormat
    /// The first time to keep; nil without a limit.
    package var since: Timestamp?
    /// The first time after those to keep; nil without a limit.
    package var until: Timestamp?

    package init(
        _ field: JSONPointer, _ format: TimeFormat, since: Timestamp?, until: Timestamp?
    ) {
        self.field = field
        self.format = format
        self.since = since
        self.until = until
    }

    func contains(_ time: Timestamp) -> Bool {
        if let since, time.nanoseconds < since.nanoseconds { return false }
        if let until, time.nanoseconds >= until.nanoseconds { return false }
        return true
    }
}
