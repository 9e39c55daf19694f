/// A histogram of latencies. Buckets grow by an eighth of a power of two, so the error of a
/// percentile is at most 12 %.
package struct LatencyHistogram: Sendable {
    package init() {}

    private var counts = [UInt64](repeating: 0, count: 64 * 8)
    package private(set) var total: UInt64 = 0
    package private(set) var longest: Int64 = 0
    /// The sum in nanoseconds: enough for 292 years.
    package private(set) var sum: Int64 = 0

    package mutating func add(_ nanoseconds: Int64) {
        counts[Self.bucket(of: UInt64(max(nanoseconds, 0)))] += 1
        total += 1
        longest = max(longest, nanoseconds)
        sum &+= max(nanoseconds, 0)
    }

    /// Returns the upper bound of the bucket of the percentile `fraction` (0 to 1), in nanoseconds;
    /// nil without samples.
    package func percentile(_ fraction: Double) -> Int64? {
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
