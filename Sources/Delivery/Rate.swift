/// A number of starts in a time. It is exact: `0.5/s` is 1 in 2 seconds.
package struct Rate: Hashable, Sendable {
    /// At least 1.
    package let count: Int64
    /// In nanoseconds, at least 1, at most 73 years.
    package let period: Int64

    package init(count: Int64, perNanoseconds period: Int64) {
        precondition(count >= 1 && period >= 1, "a rate is a positive count in a positive time")
        self.count = count
        self.period = min(period, .max / 4)
    }

    /// Starts per second.
    package var perSecond: Double { Double(count) * 1e9 / Double(period) }

    /// Returns the part of this rate that each of several processes has.
    package func divided(by parts: Int) -> Rate {
        let parts = Int64(parts)
        if count % parts == 0 { return Rate(count: count / parts, perNanoseconds: period) }
        let (longer, overflow) = period.multipliedReportingOverflow(by: parts)
        return Rate(count: count, perNanoseconds: overflow ? .max : longer)
    }

    /// The time between two starts, in nanoseconds.
    var interval: Double { Double(period) / Double(count) }
}
