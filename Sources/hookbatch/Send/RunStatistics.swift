import Delivery
import Time

/// The measurements of one process for its summary, in bounded memory.
struct RunStatistics {
    struct ErrorCount {
        var code: String
        var count: UInt64
        var firstFile: Int
        var firstLine: UInt64
    }

    /// Nanoseconds of waiting by reason, while nothing could start.
    private(set) var waited: [Run.WaitReason: Int64] = [:]
    private(set) var latencies = LatencyHistogram()
    /// Errors by code, in order of their first occurrence. There are few codes.
    private(set) var errors: [ErrorCount] = []
    private(set) var possibleDuplicates: UInt64 = 0
    private(set) var givenUp = GivenUpApplications()
    private var starts: UInt64 = 0
    private var firstStart: Instant?
    private var lastStart: Instant?

    mutating func noteWait(_ reason: Run.WaitReason, nanoseconds: Int64) {
        waited[reason, default: 0] += nanoseconds
    }

    /// Counts attempts that started in a turn of the loop.
    mutating func noteStarts(_ count: Int, at now: Instant) {
        guard count > 0 else { return }
        starts += UInt64(count)
        if firstStart == nil { firstStart = now }
        lastStart = now
    }

    /// Attempts per second from the first start to the last; nil if they are equal.
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

    /// Counts a line that is not attempted because its application was abandoned.
    mutating func noteGivenUp(_ application: String) { givenUp.add(application) }
}

/// A histogram of latencies. Buckets grow by an eighth of a power of two, so the error of a
/// percentile is at most 12 %.
struct LatencyHistogram {
    private var counts = [UInt64](repeating: 0, count: 64 * 8)
    private(set) var total: UInt64 = 0
    private(set) var longest: Int64 = 0
    /// The sum in nanoseconds: enough for 292 years.
    private(set) var sum: Int64 = 0

    mutating func add(_ nanoseconds: Int64) {
        counts[Self.bucket(of: UInt64(max(nanoseconds, 0)))] += 1
        total += 1
        longest = max(longest, nanoseconds)
        sum &+= max(nanoseconds, 0)
    }

    /// Returns the upper bound of the bucket of the percentile `fraction` (0 to 1), in nanoseconds;
    /// nil without samples.
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
