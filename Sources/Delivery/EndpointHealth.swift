/// Since when an endpoint fails, and when it is disabled for that.
///
/// Times are milliseconds since 1970: it outlives processes.
package struct EndpointHealth: Hashable, Sendable {
    /// How long an endpoint may fail before it is disabled: 5 days.
    package static let maxFailingTime: Int64 = 5 * 86_400_000

    /// The end of the first failed attempt since the last delivery; nil without one.
    package private(set) var failingSince: Int64?

    package init(failingSince: Int64? = nil) { self.failingSince = failingSince }

    /// What follows from the end of an attempt.
    package enum Change: Hashable, Sendable {
        case none
        /// `failingSince` has changed.
        case failingSince(Int64?)
        /// The endpoint is to be disabled because of a 410.
        case gone
        /// The endpoint is to be disabled because it failed for too long.
        case failedForTooLong
    }

    /// Records the end of an attempt.
    package mutating func record(_ verdict: DeliverySchedule.Verdict, now: Int64) -> Change {
        switch verdict {
        case .delivered:
            guard failingSince != nil else { return .none }
            failingSince = nil
            return .failingSince(nil)
        case .gone: return .gone
        case .retry, .failed:
            guard let since = failingSince else {
                failingSince = now
                return .failingSince(now)
            }
            return now - since >= Self.maxFailingTime ? .failedForTooLong : .none
        }
    }
}
