package import Time

extension ClockReading {
    /// Reads both clocks of this machine.
    package static func now() -> ClockReading {
        ClockReading(instant: MonotonicClock.now, wall: WallClock.nanoseconds / 1_000_000)
    }
}
