/// A point on a monotonic clock, in nanoseconds since an arbitrary start.
package struct Instant: Hashable, Comparable, Sendable {
    package var nanoseconds: Int64

    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    package static func < (a: Instant, b: Instant) -> Bool { a.nanoseconds < b.nanoseconds }

    /// Saturates instead of overflowing: a duration of "for ever" stays in the far future.
    package func advanced(byNanoseconds n: Int64) -> Instant {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(n)
        return Instant(nanoseconds: overflow ? (n < 0 ? .min : .max) : sum)
    }

    /// Nanoseconds from `earlier` to here; negative if `earlier` is later.
    package func nanoseconds(since earlier: Instant) -> Int64 {
        nanoseconds - earlier.nanoseconds
    }
}
