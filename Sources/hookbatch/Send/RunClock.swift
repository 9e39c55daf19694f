import Delivery
import Destinations
import Glibc

/// Both clocks of a run.
enum RunClock {
    static func now() -> Moment {
        Moment(instant: MonotonicClock.now, wall: wallNanoseconds() / 1_000_000)
    }

    /// Nanoseconds since 1970, UTC.
    static func wallNanoseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
