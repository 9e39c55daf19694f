import Delivery

extension CheckPlan {
    /// The rates for which a plan gives a time; nil where there is no limit.
    struct Rates: Hashable, Sendable {
        var all: Rate?
        /// For each application by itself.
        var application: Rate?
    }

    /// How long a send would take at a rate of `rates.all`; nil without one.
    var timeAtRate: Duration? { rates.all?.time(for: valid) }

    /// How long the application with the most messages would take at a rate of
    /// `rates.application`; nil without one. All others are done by then.
    var timeAtApplicationRate: Duration? {
        rates.application?.time(for: applications.top(1).first?.records ?? 0)
    }

    /// The longer of both: a send takes at least this; nil without any rate.
    var time: Duration? {
        guard let timeAtRate, let timeAtApplicationRate else {
            return timeAtRate ?? timeAtApplicationRate
        }
        return max(timeAtRate, timeAtApplicationRate)
    }
}
