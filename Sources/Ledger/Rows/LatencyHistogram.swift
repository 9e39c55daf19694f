/// A histogram of latencies in tenths of a millisecond, the precision of rows.
///
/// Buckets grow by an eighth of a power of two, so the error of a percentile is at most an eighth,
/// and much smaller with many samples.
package struct LatencyHistogram: Sendable {
    /// The last bucket contains all longer latencies, above two hours.
    package static let buckets = 208

    package private(set) var counts = [UInt64](repeating: 0, count: Self.buckets)
    package private(set) var total: UInt64 = 0
    package private(set) var longest: UInt64 = 0
    /// The sum in tenths of a millisecond; enough for 58 million years.
    package private(set) var sum: UInt64 = 0

    package init() {}

    package mutating func add(_ tenths: UInt64) {
        counts[Self.bucket(of: tenths)] += 1
        total += 1
        longest = max(longest, tenths)
        sum &+= tenths
    }

    /// Returns this histogram with the samples of another one.
    package func adding(_ other: LatencyHistogram) -> LatencyHistogram {
        var both = self
        for bucket in both.counts.indices { both.counts[bucket] += other.counts[bucket] }
        both.total += other.total
        both.longest = max(longest, other.longest)
        both.sum &+= other.sum
        return both
    }

    /// Returns the percentile for `fraction` (0 to 1) in tenths of a millisecond; nil without
    /// samples.
    package func percentile(_ fraction: Double) -> Double? {
        Self.percentile(fraction, of: counts[...]).map { min($0, Double(longest)) }
    }

    /// Returns the percentile of a set of buckets.
    package static func percentile(_ fraction: Double, of counts: ArraySlice<UInt64>) -> Double? {
        let total = counts.reduce(0, +)
        guard total > 0 else { return nil }
        let wanted = max(UInt64((Double(total) * fraction).rounded(.up)), 1)
        var seen: UInt64 = 0
        for (bucket, count) in counts.enumerated() {
            if seen + count >= wanted {
                let start = lowerBound(of: bucket)
                // Assumes an even distribution over the whole tenths of the bucket.
                let share = (Double(wanted - seen) - 0.5) / Double(count)
                return Double(start) + Double(lowerBound(of: bucket + 1) - start - 1) * share
            }
            seen += count
        }
        return nil
    }

    @inline(__always)
    package static func bucket(of tenths: UInt64) -> Int {
        guard tenths >= 8 else { return Int(tenths) }
        let power = 63 - tenths.leadingZeroBitCount
        return min((power - 2) * 8 + Int((tenths >> UInt64(power - 3)) & 7), buckets - 1)
    }

    /// Returns the minimum latency of a bucket.
    package static func lowerBound(of bucket: Int) -> UInt64 {
        guard bucket >= 8 else { return UInt64(bucket) }
        return UInt64(8 + bucket % 8) << UInt64(bucket / 8 - 1)
    }
}
