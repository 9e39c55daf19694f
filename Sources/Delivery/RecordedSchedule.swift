/// The places of records in a replay, from the times at which they were recorded.
///
/// The first record has place 0. Each other one follows the one before it after the time between
/// both, divided by the speed, and after `maxGap` at most. A record that is older than one before
/// it has the place of that one.
package struct RecordedSchedule: Hashable, Sendable {
    /// The place of a record.
    package struct Place: Hashable, Sendable {
        /// Nanoseconds from the start of the replay.
        package var offset: Int64
        /// Nanoseconds of recorded time since the latest record before it; negative if it is older.
        package var gap: Int64
        /// Whether the gap was shortened.
        package var isShortened = false
    }

    /// The end of the longest replay, in nanoseconds: 146 years.
    private static let maxOffset = Int64.max / 2

    private let speed: RecordedPace.Speed
    private let maxGap: Int64?
    /// The latest recorded time, in nanoseconds since 1970; nil before the first record.
    private var latest: Int64?
    private var offset: Int64 = 0
    /// The part of the offset below a nanosecond, in units of `1 / speed.recorded`.
    private var remainder: Int64 = 0
    /// The records that were older than one before them.
    package private(set) var lateCount: UInt64 = 0

    package init(_ pace: RecordedPace) {
        speed = pace.speed
        maxGap = pace.maxGap
    }

    /// Places the next record.
    ///
    /// - Parameter time: When it was recorded, in nanoseconds since 1970.
    package mutating func place(_ time: Int64) -> Place {
        guard let latest else {
            self.latest = time
            return Place(offset: 0, gap: 0)
        }
        let (difference, overflow) = time.subtractingReportingOverflow(latest)
        let gap = overflow ? (time < latest ? Int64.min : Int64.max) : difference
        guard gap > 0 else {
            if gap < 0 { lateCount += 1 }
            return Place(offset: offset, gap: gap)
        }
        self.latest = time
        // Exact, so that no rounding adds up.
        let scaled = Int128(gap) * Int128(speed.period) + Int128(remainder)
        let (wait, rest) = scaled.quotientAndRemainder(dividingBy: Int128(speed.recorded))
        if let maxGap, wait > Int128(maxGap) {
            remainder = 0
            advance(by: Int128(maxGap))
            return Place(offset: offset, gap: gap, isShortened: true)
        }
        remainder = Int64(rest)
        advance(by: wait)
        return Place(offset: offset, gap: gap)
    }

    private mutating func advance(by wait: Int128) {
        offset = Int64(min(Int128(offset) + wait, Int128(Self.maxOffset)))
    }
}
