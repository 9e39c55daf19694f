import Delivery

extension RunSummary {
    /// How fast a process of a run sent, and what held it back.
    struct Pace: Sendable {
        /// Attempts begun, retries included.
        var attempts: UInt64
        /// Attempts a second, from the first start to the last; nil if these are not apart.
        var attemptsPerSecond: Double?
        /// How long attempts took that were answered; nil if there are none.
        var latency: Latency?
        /// How long nothing could start, and why; the longest first.
        var waits: [Wait] = []
    }

    /// Percentiles of a latency in nanoseconds, 12 % too high at most; the longest is exact.
    struct Latency: Equatable, Sendable {
        var p50: Int64
        var p90: Int64
        var p99: Int64
        var longest: Int64
        /// How many there are, and how long they took together.
        var count: UInt64 = 0
        var sum: Int64 = 0
    }

    struct Wait: Equatable, Sendable {
        var reason: Run.WaitReason
        var length: Duration
    }
}

extension RunSummary.Latency {
    /// nil if nothing was measured.
    init?(_ histogram: LatencyHistogram) {
        guard let p50 = histogram.percentile(0.5), let p90 = histogram.percentile(0.9),
            let p99 = histogram.percentile(0.99)
        else { return nil }
        self.init(
            p50: p50, p90: p90, p99: p99, longest: histogram.longest, count: histogram.total,
            sum: histogram.sum)
    }
}

extension RunSummary.Pace {
    /// What a loop has measured; nil if it began no attempt.
    init?(_ loop: SendLoop) {
        guard loop.run.attempts > 0 else { return nil }
        self.init(
            attempts: loop.run.attempts, attemptsPerSecond: loop.statistics.startsPerSecond,
            latency: .init(loop.statistics.latencies),
            waits: loop.statistics.waited
                .map { .init(reason: $0.key, length: .nanoseconds($0.value)) }
                .sorted { $0.length > $1.length })
    }
}
