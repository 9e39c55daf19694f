package import Delivery
package import Ledger
package import Time

/// The measurements of one process for its summary, in bounded memory.
package struct RunStatistics {
    /// Nanoseconds of waiting by reason, while nothing could start.
    package private(set) var waited: [Run.WaitReason: Int64] = [:]
    /// The latencies of the last attempts of lines with an outcome, as the report has them.
    package private(set) var latencies = LatencyHistogram()
    /// The lags of first starts behind a replay's schedule.
    package private(set) var lags = LatencyHistogram()
    package private(set) var errors = ErrorTally()
    package private(set) var possibleDuplicates: UInt64 = 0
    package private(set) var givenUp = AbandonedApplications()
    private var starts: UInt64 = 0
    private var firstStart: Instant?
    private var lastStart: Instant?

    package init() {}

    package mutating func noteWait(_ reason: Run.WaitReason, nanoseconds: Int64) {
        waited[reason, default: 0] += nanoseconds
    }

    /// Counts attempts that started in a turn of the loop.
    package mutating func noteStarts(_ count: Int, at now: Instant) {
        guard count > 0 else { return }
        starts += UInt64(count)
        if firstStart == nil { firstStart = now }
        lastStart = now
    }

    /// Attempts per second from the first start to the last; nil if they are equal.
    package var startsPerSecond: Double? {
        guard let firstStart, let lastStart, lastStart > firstStart else { return nil }
        return Double(starts - 1) * 1e9 / Double(lastStart.nanoseconds(since: firstStart))
    }

    package mutating func noteLatency(_ nanoseconds: Int64) {
        latencies.add(RowLatency.tenths(ofNanoseconds: nanoseconds))
    }

    package mutating func noteLag(_ nanoseconds: Int64) {
        lags.add(RowLatency.tenths(ofNanoseconds: nanoseconds))
    }

    package mutating func noteDuplicate() { possibleDuplicates += 1 }

    /// - Parameter detail: Evaluated for the first line of a code alone.
    package mutating func noteError(
        _ code: String, _ outcome: Outcome, line: LineID,
        detail: @autoclosure () -> String? = nil
    ) {
        errors.add(code, outcome, line: line, detail: detail())
    }

    /// Counts a line that is not attempted because its application was abandoned.
    package mutating func noteGivenUp(_ application: String) { givenUp.add(application) }
}
