import Delivery
import Ledger
import Sending

extension RunSummary {
    /// The pace of one process of a run and its waits, and the latency of the whole run.
    struct Pace: Sendable {
        /// Attempts started, retries included.
        var attempts: UInt64
        /// Attempts per second from the first start to the last; nil if they are equal.
        var attemptsPerSecond: Double?
        /// The latency of the last attempts of the run's lines, as its report has them; nil
        /// without any.
        var latency: Latency?
        /// The lag of first starts behind a replay's schedule, of the whole run; nil without one.
        var lag: Latency?
        /// Records that were older than one before them, beyond the sort window of a replay.
        var lateRecords: UInt64 = 0
        /// The waits during which nothing could start, the longest first.
        var waits: [Wait] = []
    }

    /// Percentiles in nanoseconds, wrong by an eighth at most; the maximum has a row's precision.
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
    /// Nanoseconds in a tenth of a millisecond.
    private static let tenth = 100_000.0

    /// Returns nil if nothing was measured.
    init?(_ histogram: LatencyHistogram) {
        func nanoseconds(_ tenths: Double) -> Int64 { Int64(min(tenths * Self.tenth, 9e18)) }
        guard let p50 = histogram.percentile(0.5), let p90 = histogram.percentile(0.9),
            let p99 = histogram.percentile(0.99)
        else { return nil }
        self.init(
            p50: nanoseconds(p50), p90: nanoseconds(p90), p99: nanoseconds(p99),
            longest: nanoseconds(Double(histogram.longest)), count: histogram.total,
            sum: nanoseconds(Double(histogram.sum)))
    }
}

extension RunSummary.Pace {
    /// Returns the measurements of a process, and of those before it; nil without any attempt.
    init?(_ loop: SendLoop, _ past: RunJournal) {
        let statistics = loop.core.statistics
        self.init(past, statistics.latencies, statistics.lags, attempts: loop.core.attempts)
        attemptsPerSecond = statistics.startsPerSecond
        lateRecords = loop.core.replayed?.lateRecords ?? 0
        waits = statistics.waited
            .map { .init(reason: $0.key, length: .nanoseconds($0.value)) }
            .sorted { $0.length > $1.length }
    }

    /// Returns the measurements of the earlier processes of a run, and of this one if it sent.
    init?(
        _ past: RunJournal, _ latencies: LatencyHistogram = LatencyHistogram(),
        _ lags: LatencyHistogram = LatencyHistogram(), attempts: UInt64 = 0
    ) {
        let latency = RunSummary.Latency(past.latencies.adding(latencies))
        guard attempts > 0 || latency != nil else { return nil }
        self.init(
            attempts: attempts, latency: latency,
            lag: RunSummary.Latency(past.lags.adding(lags)))
    }
}
