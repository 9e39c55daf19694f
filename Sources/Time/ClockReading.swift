/// One reading of both clocks: monotonic for durations, wall clock for what is written down.
package struct ClockReading: Hashable, Sendable {
    package var instant: Instant
    /// Milliseconds since 1970, UTC.
    package var wall: Int64

    package init(instant: Instant, wall: Int64) {
        self.instant = instant
        self.wall = wall
    }
}
