extension Run {
    /// Why nothing starts at the moment.
    package enum WaitReason: String, Hashable, Sendable, CaseIterable {
        /// All lines are in flight, or input is awaited.
        case nothing
        case concurrency
        case rate
        /// The rate is zero.
        case paused
        case learnedRate = "learned_rate"
        case retryAfter = "retry_after"
        case retryBudget = "retry_budget"
        /// Lines wait for the time of their next attempt.
        case backoff
        case outage
        /// The key was refused, and another one is being read.
        case key
        case lease
        /// Lines wait for their places in a replay.
        case schedule
        /// `--app-rate` or `--app-concurrency` holds back every line.
        case application
    }
}
