import Glibc

/// The time of day: for records, not for measuring (`CLOCK_REALTIME`).
package enum WallClock {
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    package static var nanoseconds: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
