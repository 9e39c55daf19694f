import Delivery
import Sending
import Time

/// The texts that the bar and the plain line share.
enum ProgressWords {
    static func sentence(for phase: ProgressStatus.Phase) -> String {
        switch phase {
        case .comparing: "comparing with the earlier run"
        case .sending: "sending"
        case .stopping: "stopping"
        case .writingReport: "writing the report"
        }
    }

    /// `64 in flight`, or `12 of 40 in flight` with automatic concurrency.
    static func inFlight(_ status: ProgressStatus) -> String {
        let limit = status.concurrency.map { " of \(WholeNumber.shown($0))" } ?? ""
        return "\(WholeNumber.shown(status.inFlight))\(limit) in flight"
    }

    /// `waiting 12 s for Retry-After`, `throttled by --rate`, `paused by --rate until 22:00`.
    static func sentence(for wait: ProgressStatus.Wait) -> String {
        if wait.reason == .paused {
            return "paused by --rate" + (wait.until.map { " until \($0.text)" } ?? "")
        }
        return "\(start(of: wait)) \(wait.reason.isThrottling ? "by" : "for") \(wait.reason.cause)"
    }

    /// `waiting 12 s`; waits of less than a second have no length.
    static func start(of wait: ProgressStatus.Wait) -> String {
        guard let left = wait.left, left >= .seconds(1) else { return verb(of: wait) }
        return "\(verb(of: wait)) \(shown(left))"
    }

    /// The wait in one word.
    static func verb(of wait: ProgressStatus.Wait) -> String {
        wait.reason == .paused ? "paused" : wait.reason.isThrottling ? "throttled" : "waiting"
    }

    /// Formats `9 s`, `3 min 12 s`: whole seconds, because it is an estimate.
    static func shown(_ length: Duration) -> String {
        length < .seconds(10) ? "\(length.components.seconds) s" : length.shown
    }

    /// Formats one decimal place below 10, none above.
    static func shown(_ rate: Double) -> String {
        if rate >= 0.05, rate < 9.95 {
            let tenths = Int64((rate * 10).rounded())
            return "\(tenths / 10).\(tenths % 10)"
        }
        return WholeNumber.shown(Int64(min(rate, 1e15).rounded()))
    }

    /// `0:42`, `3:12`, `2:05:00`, `3d 4h`.
    static func clock(_ length: Duration) -> String {
        let seconds = max(0, length.components.seconds)
        func two(_ number: Int64) -> String { (number < 10 ? "0" : "") + String(number) }
        switch seconds {
        case ..<3600: return "\(seconds / 60):\(two(seconds % 60))"
        case ..<86_400:
            return "\(seconds / 3600):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
        default: return "\(seconds / 86_400)d \(seconds / 3600 % 24)h"
        }
    }
}
