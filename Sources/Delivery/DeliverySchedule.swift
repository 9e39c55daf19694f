/// When a failed delivery to an endpoint is attempted again, and when it is abandoned.
///
/// Times are milliseconds since 1970: the schedule outlives processes and machines' starts.
package struct DeliverySchedule: Hashable, Sendable {
    /// The waits after each failure but the last, in milliseconds.
    package let waits: [Int64]

    /// 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h: three days in all.
    package static let standard = DeliverySchedule(
        waits: [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400].map { $0 * 1000 })
    /// The longest `Retry-After` that is obeyed, in milliseconds: a day.
    package static let maxRetryAfter: Int64 = 86_400_000

    package init(waits: [Int64]) { self.waits = waits }

    /// What follows from the end of an attempt.
    package enum Verdict: Hashable, Sendable {
        case delivered
        /// To be attempted again at this time.
        case retry(at: Int64)
        /// Abandoned.
        case failed
        /// Abandoned, and so is the endpoint (410).
        case gone
    }

    /// Judges the end of an attempt.
    ///
    /// Each 2xx is a delivery once its head is complete and the whole request has left, whatever
    /// becomes of its body. A wait is up to 10 % longer or shorter, so that deliveries which failed
    /// together are not attempted together.
    ///
    /// - Parameter failures: the failures since the schedule began, this one included.
    package func verdict(
        _ result: AttemptResult, failures: Int, now: Int64, random: inout SplitMix64
    ) -> Verdict {
        if let status = result.response?.status, result.failure != .earlyResponse {
            if (200...299).contains(status) { return .delivered }
            if status == 410 { return .gone }
        }
        guard failures <= waits.count else { return .failed }
        let wait = waits[max(failures, 1) - 1]
        let tenth = wait / 10
        let jittered = wait - tenth + Int64(random.next(upTo: UInt64(2 * tenth)))
        let seconds = result.response?.retryAfterSeconds ?? 0
        let wanted = seconds > Self.maxRetryAfter / 1000 ? Self.maxRetryAfter : seconds * 1000
        return .retry(at: now + max(jittered, wanted))
    }
}
