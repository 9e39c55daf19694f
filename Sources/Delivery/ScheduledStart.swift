package import Time

/// The first start of a line in this process, in a replay.
package struct ScheduledStart: Hashable, Sendable {
    /// When it was due.
    package var due: Instant
    /// Nanoseconds from then to the start; 0 or more.
    package var lag: Int64

    /// Whether the line started first at `now`.
    package func isFirst(at now: Instant) -> Bool { due.advanced(byNanoseconds: lag) == now }
}
