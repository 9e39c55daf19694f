package import Time

extension ClockReading {
    /// Reads the monotonic and the wall clock.
    package static func now() -> ClockReading {
        ClockReading(instant: MonotonicClock.now, wall: WallClock.nanoseconds / 1_000_000)
    }
}
