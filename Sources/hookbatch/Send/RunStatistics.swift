import Delivery
import Time

/// What a process of a run measured, for its summary. Bounded, whatever the run is.
struct RunStatistics {
    struct ErrorCount {
        var code: String
        var count: UInt64
        var firstFile: Int
        var firstLine: UInt64
    }

    /// Nanoseconds spent waiting, by reason, while nothing could start.
    private(set) var waited: [Run.WaitReason: Int64] = [:]
    private(set) var latencies = LatencyHistogram()
    /// Errors by code, in the order in which they were first seen. Codes are few: status codes and
    /// this program's own.
    private(set) var errors: [ErrorCount] = []
    private(set) var possibleDuplicates: UInt64 = 0
    private(set) var givenUp = GivenUpApplications()
    private var starts: UInt64 = 0
    private var firstStart: Instant?
    private var lastStart: Instant?

    mutating func noteWait(_ reason: Run.WaitReason, nanoseconds: Int64) {
        waited[reason, default: 0] += nanoseconds
    }

    /// Notes that `count` attempts started in a turn of the loop.
    mutating func noteStarts(_ count: Int, at now: Instant) {
        guard count > 0 else { return }
        starts += UInt64(count)
        if firstStart == nil { firstStart = now }
        lastStart = now
    }

    /// Attempts started a second, from the first start to the last; nil if these are not apart.
    var startsPerSecond: Double? {
        guard let firstStart, let lastStart, lastStart > firstStart else { return nil }
        return Double(starts - 1) * 1e9 / Double(lastStart.nanoseconds(since: firstStart))
    }

    mutating func noteLatency(_ nanoseconds: Int64) { latencies.add(nanoseconds) }

    mutating func noteDuplicate() { possibleDuplicates += 1 }

    mutating func noteError(_ code: String, line: LineID) {
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
    var topErrors: [ErrorCount] {
        Array(errors.sorted { ($1.count, $0.code) < ($0.count, $1.code) }.prefix(10))
    }

    /// Notes a line that is not attempted since its application was given up.
    mutating func noteGivenUp(_ application: String) { givenUp.add(application) }
}

/// How long attempts took: counts in buckets that grow by an eighth of a power of two, so that a
/// percentile is off by 12 % at most.
struct LatencyHistogram {
    private var counts = [UInt64](repeating: 0, count: 64 * 8)
    private(set) var total: UInt64 = 0
    private(set) var longest: Int64 = 0
    /// All of them together, in nanoseconds: enough for 292 years.
    private(set) var sum: Int64 = 0

    mutating func add(_ nanoseconds: Int64) {
        counts[Self.bucket(of: UInt64(max(nanoseconds, 0)))] += 1
        total += 1
        longest = max(longest, nanoseconds)
        sum &+= max(nanoseconds, 0)
    }

    /// The upper end of the bucket in which the share `fraction` (0 to 1) of all is reached, in
    /// nanoseconds; nil if there are none.
    func percentile(_ fraction: Double) -> Int64? {
        guard total > 0 else { return nil }
        let wanted = UInt64((Double(total) * fraction).rounded(.up))
        var seen: UInt64 = 0
        for (bucket, count) in counts.enumerated() {
            seen += count
            if seen >= max(wanted, 1) { return min(Self.upperEnd(of: bucket), longest) }
        }
        return longest
    }

    private static func bucket(of value: UInt64) -> Int {
        guard value >= 8 else { return Int(value) }
        let power = 63 - value.leadingZeroBitCount
        return power * 8 + Int((value >> UInt64(power - 3)) & 7)
    }

    private static func upperEnd(of bucket: Int) -> Int64 {
        guard bucket >= 24 else { return Int64(bucket) }
        let power = bucket / 8
        let step = Int64(1) << Int64(power - 3)
        return Int64(8 + bucket % 8) * step + (step - 1)
    }
}
