import Delivery

/// A pace as text, in separate parts.
struct PaceText {
    let pace: RunSummary.Pace

    /// Minimum wait that is shown.
    private static let minWait = Duration.milliseconds(100)

    /// `9.98 requests/s`; nil without a rate.
    var rate: String? {
        guard let rate = pace.attemptsPerSecond else { return nil }
        return "\(Figure.shown(rate)) requests/s"
    }

    /// `p50 1.2 ms, p90 3.4 ms, p99 12 ms, max 250 ms`; nil without a response.
    var latency: String? {
        guard let latency = pace.latency else { return nil }
        return Self.shown([
            ("p50", latency.p50), ("p90", latency.p90), ("p99", latency.p99),
            ("max", latency.longest),
        ])
    }

    /// `p50 0.12 ms, p99 1.3 ms, max 9.0 ms`; nil unless it is a replay's.
    var lag: String? {
        guard let lag = pace.lag else { return nil }
        return Self.shown([("p50", lag.p50), ("p99", lag.p99), ("max", lag.longest)])
    }

    private static func shown(_ parts: [(name: String, nanoseconds: Int64)]) -> String {
        parts.map { "\($0) \(shown(nanoseconds: $1))" }.joined(separator: ", ")
    }

    /// `4.9 s for --rate, 2.0 s for Retry-After`; nil without a wait.
    var waits: String? {
        let parts = pace.waits.filter { $0.length >= Self.minWait }
            .map { "\($0.length.shown) for \($0.reason.cause)" }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    static func shown(nanoseconds: Int64) -> String {
        switch nanoseconds {
        case ..<950_000: "\(Figure.decimal(Double(nanoseconds) / 1e6, places: 2)) ms"
        case ..<9_950_000: "\(Figure.decimal(Double(nanoseconds) / 1e6, places: 1)) ms"
        case ..<999_500_000: "\((nanoseconds + 500_000) / 1_000_000) ms"
        default: Duration.nanoseconds(nanoseconds).shown
        }
    }
}

extension Run.WaitReason {
    /// The cause of the wait, to complete "waited 3 s for …".
    var cause: String {
        switch self {
        case .nothing: "input"
        case .concurrency: "responses"
        case .rate: "--rate"
        case .paused: "a pause by --rate"
        case .learnedRate: "learned server rate"
        case .retryAfter: "Retry-After"
        case .retryBudget: "retry budget"
        case .backoff: "next retry"
        case .outage: "server"
        case .key: "another API key"
        case .lease: "disk"
        case .schedule: "the recorded times"
        case .application: "--app-rate or --app-concurrency"
        }
    }

    /// Whether a limit of the rate is the cause.
    var isThrottling: Bool {
        switch self {
        case .rate, .learnedRate, .application: true
        default: false
        }
    }
}
