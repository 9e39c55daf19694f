import Delivery
import Glibc
import Time

/// How fast a count rises at the moment: an average in which what is long past counts less and
/// less. Samples may come at any distance.
struct SmoothedRate: Sendable {
    /// Seconds after which a sample counts a third of what it did (1/e).
    private let window: Double
    private var last: (total: UInt64, time: Instant)?
    private var sum = 0.0
    /// How much of the average is made of samples: without it the rate would begin at 0.
    private var weight = 0.0
    /// Nanoseconds that were looked at so far.
    private(set) var observed: Int64 = 0

    init(window: Double) { self.window = window }

    /// Takes the count as it is now. The first one says where it starts.
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
