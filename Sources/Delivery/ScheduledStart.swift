/// The first start of a line in this process, in a replay.
package struct ScheduledStart: Hashable, Sendable {
    /// When it was due, in milliseconds since 1970, by the wall clock at its start.
    package var dueAt: Int64
    /// Nanoseconds from then to the start; 0 or more.
    package var lag: Int64
}
