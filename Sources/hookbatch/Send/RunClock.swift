import Delivery
import Destinations

/// Both clocks of a run.
enum RunClock {
    static func now() -> Moment {
        Moment(instant: MonotonicClock.now, wall: WallClock.nanoseconds / 1_000_000)
    }
}
