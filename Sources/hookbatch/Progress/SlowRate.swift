import Time

/// The rate of a run whose retries are limited: since it became slow, without the fast lines before.
struct SlowRate: Sendable {
    /// The start of the current slow part, and its last moment.
    private var start: (total: UInt64, time: Instant)?
    private var last: (total: UInt64, time: Instant)?

    /// It must last so long for a rate, in nanoseconds.
    private static let minSpan: Int64 = 10_000_000_000
    /// A shorter moment in which nothing is limited does not end it, in nanoseconds.
    private static let maxPause: Int64 = 5_000_000_000
    /// After so long only the last part counts, in nanoseconds: it becomes slower towards its end.
    private static let maxSpan: Int64 = 60_000_000_000

    var isSlow: Bool { start != nil }

    /// nil while it is too short.
    var perSecond: Double? {
        guard let start, let last else { return nil }
        let span = last.time.nanoseconds(since: start.time)
        guard span >= Self.minSpan, last.total > start.total else { return nil }
        return Double(last.total - start.total) * 1e9 / Double(span)
    }

    /// Adds a sample of the count.
    mutating func add(_ total: UInt64, isSlow: Bool, at now: Instant) {
        guard isSlow else {
            if let last, now.nanoseconds(since: last.time) > Self.maxPause {
                (start, self.last) = (nil, nil)
            }
            return
        }
        if let start, let last, now.nanoseconds(since: start.time) > Self.maxSpan {
            // The next part continues at the rate of this one until it is long enough.
            let half = Self.maxSpan / 2
            let lines = Double(last.total - start.total) / 2
            self.start = (
                last.total - UInt64(lines), last.time.advanced(byNanoseconds: -half)
            )
        }
        start = start ?? (total, now)
        last = (total, now)
    }
}
