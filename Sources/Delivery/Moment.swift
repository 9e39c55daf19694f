/// Now, on both clocks: the monotonic one that times everything, and the wall's for what is written
/// down.
package struct Moment: Hashable, Sendable {
    package var instant: Instant
    /// Milliseconds since 1970, UTC.
    package var wall: Int64

    package init(instant: Instant, wall: Int64) {
        self.instant = instant
        self.wall = wall
    }
}
