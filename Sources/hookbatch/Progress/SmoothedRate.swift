import Delivery
import Glibc
import Time

/// The current rate of a count: an exponential moving average over samples at any interval.
struct SmoothedRate: Sendable {
    /// The time constant in seconds: the weight of a sample falls to 1/e.
    private let window: Double
    private var last: (total: UInt64, time: Instant)?
    private var sum = 0.0
    /// The share of the average that comes from samples; it corrects the start at 0.
    private var weight = 0.0
    /// The observed time, in nanoseconds.
    private(set) var observed: Int64 = 0

    init(window: Double) { self.window = window }

    /// Adds a sample of the count. The first one sets the start.
    mutating func add(_ total: UInt64, at now: Instant) {
        guard let last else {
            last = (total, now)
            return
        }
        let nanoseconds = now.nanoseconds(since: last.time)
        guard nanoseconds > 0 else { return }
        let seconds = Double(nanoseconds) / 1e9
        let rate = total > last.total ? Double(total - last.total) / seconds : 0
        let share = 1 - exp(-seconds / window)
        sum += share * (rate - sum)
        weight += share * (1 - weight)
        observed += nanoseconds
        self.last = (total, now)
    }

    /// nil before the second sample.
    var perSecond: Double? { weight > 0 ? sum / weight : nil }
}
