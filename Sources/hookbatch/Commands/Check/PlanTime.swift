import Delivery
import Platform
import Records
import Time

extension CheckPlan {
    /// The rates of a plan; nil is no limit.
    struct Rates: Equatable, Sendable {
        var all: RateTimetable?
        /// When the send would begin.
        var from: LocalTime?
        /// For each application.
        var application: Rate?
    }

    /// The time of a send at `rates.all`; nil without a rate, or if it is always 0.
    var timeAtRate: Duration? {
        let start = rates.from?.timeOfDay ?? TimeOfDay(seconds: 0)
        return rates.all?.nanoseconds(for: valid, from: start).map { .nanoseconds($0) }
    }

    /// The time of the application with the most messages at `rates.application`; nil without a
    /// rate. The others take less.
    var timeAtApplicationRate: Duration? {
        rates.application?.time(for: applications.top(1).first?.records ?? 0)
    }

    /// The time of a replay; nil without one.
    var timeOfReplay: Duration? { replay.map { .nanoseconds($0.length) } }

    /// The longest of these times, which is the minimum of a send; nil without one.
    var time: Duration? {
        [timeOfReplay, timeAtRate, timeAtApplicationRate].compactMap { $0 }.max()
    }

    /// A bound of the window, in the zone of its times.
    func shown(_ time: Timestamp) -> String {
        guard window?.zone == .local else { return time.rfc3339 }
        let local = LocalTime(at: time.nanoseconds / 1_000_000)
        return "\(time.rfc3339) (\(local.timeOfDay.text) \(local.abbreviation))"
    }
}
