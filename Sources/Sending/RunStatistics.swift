package import Delivery
package import Time

/// The measurements of one process for its summary, in bounded memory.
package struct RunStatistics {
    package struct ErrorCount {
        package var code: String
        package var count: UInt64
        package var firstFile: Int
        package var firstLine: UInt64
    }

    /// Nanoseconds of waiting by reason, while nothing could start.
    package private(set) var waited: [Run.WaitReason: Int64] = [:]
    package private(set) var latencies = LatencyHistogram()
    /// Errors by code, in order of their first occurrence. There are few codes.
    package private(set) var errors: [ErrorCount] = []
    package private(set) var possibleDuplicates: UInt64 = 0
    package private(set) var givenUp = AbandonedApplications()
    package init() {}

    private var starts: UInt64 = 0
    private var firstStart: Instant?
    private var lastStart: Instant?

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

    package mutating func noteLatency(_ nanoseconds: Int64) { latencies.add(nanoseconds) }

    package mutating func noteDuplicate() { possibleDuplicates += 1 }

    package mutating func noteError(_ code: String, line: LineID) {
        if let index = errors.firstIndex(where: { $0.code == code }) {
            errors[index].count += 1
            if line < LineID(file: errors[index].firstFile, line: errors[index].firstLine) {
                errors[index].firstFile = line.file
                errors[index].firstLine = line.line
            }
        } else if errors.count < 1000 {
            errors.append(
                ErrorCount(code: code, count: 1, firstFile: line.file, firstLine: line.line))
        }
    }

    /// The most frequent errors, most frequent first.
    package var topErrors: [ErrorCount] {
        Array(errors.sorted { ($1.count, $0.code) < ($0.count, $1.code) }.prefix(10))
    }

    /// Counts a line that is not attempted because its application was abandoned.
    package mutating func noteGivenUp(_ application: String) { givenUp.add(application) }
}
