import Delivery
import Sending

extension RunSummary {
    /// The pace of one process of a run, and its waits.
    struct Pace: Sendable {
        /// Attempts started, retries included.
        var attempts: UInt64
        /// Attempts per second from the first start to the last; nil if they are equal.
        var attemptsPerSecond: Double?
        /// The latency of the last attempts of lines with an outcome; nil without any.
        var latency: Latency?
        /// The lag of first starts behind a replay's schedule; nil without one.
        var lag: Latency?
        /// Records that were older than one before them, beyond the sort window of a replay.
        var lateRecords: UInt64 = 0
        /// The waits during which nothing could start, the longest first.
        var waits: [Wait] = []
    }

    /// Percentiles of the latency in nanoseconds, wrong by an eighth at most; the maximum is exact.
    struct Latency: Equatable, Sendable {
        var p50: Int64
        var p90: Int64
        var p99: Int64
        var longest: Int64
        /// The number and the sum of latencies.
        var count: UInt64 = 0
        var sum: Int64 = 0
    }

    struct Wait: Equatable, Sendable {
        var reason: Run.WaitReason
        var length: Duration
    }
}

extension RunSummary.Latency {
    /// Returns nil if nothing was measured.
    init?(_ statistics: RunStatistics) {
        self.init(statistics.latencies, longest: statistics.longestLatency)
        sum = statistics.latencySum
    }

    /// Returns nil if nothing was measured.
    ///
    /// - Parameter longest: In nanoseconds.
    init?(_ histogram: LatencyHistogram, longest: Int64) {
        func nanoseconds(_ fraction: Double) -> Int64? {
            // Tenths of a millisecond may be rounded up above the maximum.
            histogram.percentile(fraction).map { min(Int64($0 * 100_000), max(longest, 0)) }
        }
        guard let p50 = nanoseconds(0.5), let p90 = nanoseconds(0.9), let p99 = nanoseconds(0.99)
        else { return nil }
        self.init(p50: p50, p90: p90, p99: p99, longest: longest, count: histogram.total)
    }
}

extension RunSummary.Pace {
    /// Returns the measurements of a loop; nil if it started no attempt.
    init?(_ loop: SendLoop) {
        guard loop.core.attempts > 0 else { return nil }
        self.init(
            attempts: loop.core.attempts, attemptsPerSecond: loop.core.statistics.startsPerSecond,
            latency: .init(loop.core.statistics),
            lag: .init(loop.core.statistics.lags, longest: loop.core.statistics.longestLag),
            lateRecords: loop.core.replayed?.lateRecords ?? 0,
            waits: loop.core.statistics.waited
                .map { .init(reason: $0.key, length: .nanoseconds($0.value)) }
                .sorted { $0.length > $1.length })
    }
}
