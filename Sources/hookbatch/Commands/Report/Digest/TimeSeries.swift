import HTTP
import Ledger
import Time

/// Attempts over time, in buckets of one width. When the run exceeds the buckets, the width grows
/// to the next readable value, and neighbours are merged.
struct TimeSeries {
    /// A power of two.
    static let slots = 512

    /// Widths in milliseconds. Each is a multiple of the previous one.
    static let widths: [Int64] = [
        10, 20, 100, 200, 1000, 2000, 10_000, 20_000, 60_000, 120_000, 600_000, 1_200_000,
        3_600_000, 7_200_000, 21_600_000, 43_200_000, 86_400_000, 172_800_000, 345_600_000,
        1_382_400_000, 5_529_600_000, 22_118_400_000, 88_473_600_000, 353_894_400_000,
        1_415_577_600_000,
    ]

    struct Slot: Equatable {
        var accepted: UInt64 = 0
        var others: UInt64 = 0
        /// The starts that a replay planned; not in `total`.
        var scheduled: UInt64 = 0

        var total: UInt64 { accepted + others }
    }

    /// The index of the current width.
    private var level = 0
    /// The used slots, numbered from 1970; nil before the first attempt.
    private var used: ClosedRange<Int64>?
    private var counts = [Slot](repeating: Slot(), count: Self.slots)
    /// The latency buckets of all slots.
    private var latencies = [UInt64](repeating: 0, count: Self.slots * LatencyHistogram.buckets)
    /// The first and the last start, in milliseconds since 1970.
    private(set) var span: ClosedRange<Int64>?
    private(set) var total: UInt64 = 0
    /// The day of the last parsed time, and its start.
    private var day: (text: UInt64, rest: UInt16, start: Int64)?

    mutating func add(at time: Int64, isAccepted: Bool, latency: UInt64?) {
        span = span.map { min($0.lowerBound, time)...max($0.upperBound, time) } ?? time...time
        total += 1
        let slot = index(at: time)
        if isAccepted { counts[slot].accepted += 1 } else { counts[slot].others += 1 }
        if let latency {
            latencies[slot * LatencyHistogram.buckets + LatencyHistogram.bucket(of: latency)] += 1
        }
    }

    /// Adds a start that a replay planned.
    mutating func addScheduled(at time: Int64) { counts[index(at: time)].scheduled += 1 }

    /// Returns the index of the slot of a time, in milliseconds since 1970, and uses the slot.
    private mutating func index(at time: Int64) -> Int {
        var number = Self.floorDivide(time, Self.widths[level])
        if used?.contains(number) != true {
            var wider = Self.union(used, number)
            while wider.upperBound - wider.lowerBound >= Self.slots {
                coarsen()
                number = Self.floorDivide(time, Self.widths[level])
                wider = Self.union(used, number)
            }
            used = wider
        }
        return Self.place(number)
    }

    /// The width of a slot in milliseconds.
    var width: Int64 { Self.widths[level] }

    /// The used slots from the first to the last, including empty ones.
    var numbers: ClosedRange<Int64>? { used }

    /// Returns the start of a slot in milliseconds since 1970.
    func start(of number: Int64) -> Int64 { number * width }

    func slot(_ number: Int64) -> Slot { counts[Self.place(number)] }

    /// Returns the latency percentile of a slot, in tenths of a millisecond.
    func latency(_ number: Int64, _ fraction: Double) -> Double? {
        let start = Self.place(number) * LatencyHistogram.buckets
        return LatencyHistogram.percentile(
            fraction, of: latencies[start..<start + LatencyHistogram.buckets])
    }

    /// Returns the series in at most `count` slots.
    func inSlots(atMost count: Int) -> TimeSeries {
        var series = self
        while let used = series.used, used.upperBound - used.lowerBound >= count,
            series.level + 1 < Self.widths.count
        {
            series.coarsen()
        }
        return series
    }

    private mutating func coarsen() {
        precondition(level + 1 < Self.widths.count, "the widest slots reach over all years")
        let factor = Self.widths[level + 1] / Self.widths[level]
        level += 1
        guard let old = used else { return }
        var counts = [Slot](repeating: Slot(), count: Self.slots)
        var latencies = [UInt64](repeating: 0, count: Self.slots * LatencyHistogram.buckets)
        for number in old {
            let from = Self.place(number)
            let to = Self.place(Self.floorDivide(number, factor))
            counts[to].accepted += self.counts[from].accepted
            counts[to].others += self.counts[from].others
            counts[to].scheduled += self.counts[from].scheduled
            for bucket in 0..<LatencyHistogram.buckets {
                latencies[to * LatencyHistogram.buckets + bucket] +=
                    self.latencies[from * LatencyHistogram.buckets + bucket]
            }
        }
        self.counts = counts
        self.latencies = latencies
        used =
            Self.floorDivide(
                old.lowerBound, factor)...Self.floorDivide(old.upperBound, factor)
    }

    /// Returns the index of a slot number; the used slots have different indexes.
    private static func place(_ number: Int64) -> Int { Int(number & Int64(slots - 1)) }

    private static func union(_ range: ClosedRange<Int64>?, _ number: Int64) -> ClosedRange<Int64> {
        guard let range else { return number...number }
        return min(range.lowerBound, number)...max(range.upperBound, number)
    }

    private static func floorDivide(_ value: Int64, _ by: Int64) -> Int64 {
        let (quotient, rest) = value.quotientAndRemainder(dividingBy: by)
        return rest < 0 ? quotient - 1 : quotient
    }
}

extension TimeSeries {
    /// Reads a literal `"2026-01-01T00:00:00.000Z"` in milliseconds since 1970; nil if it is
    /// malformed.
    mutating func milliseconds(_ literal: UnsafeRawBufferPointer) -> Int64? {
        guard literal.count == 26, literal[11] == UInt8(ascii: "T"), literal[14] == 0x3a,
            literal[17] == 0x3a, literal[20] == 0x2e, literal[24] == UInt8(ascii: "Z"),
            let hour = Self.number(literal, 12, 2), hour < 24,
            let minute = Self.number(literal, 15, 2), minute < 60,
            let second = Self.number(literal, 18, 2), second <= 60,
            let fraction = Self.number(literal, 21, 3), let start = startOfDay(literal)
        else { return nil }
        return start + ((hour * 60 + minute) * 60 + second) * 1000 + fraction
    }

    /// Returns the start of a day, cached from the previous row.
    private mutating func startOfDay(_ literal: UnsafeRawBufferPointer) -> Int64? {
        let text = literal.loadUnaligned(fromByteOffset: 1, as: UInt64.self)
        let rest = literal.loadUnaligned(fromByteOffset: 9, as: UInt16.self)
        if let day, day.text == text, day.rest == rest { return day.start }
        guard literal[5] == 0x2d, literal[8] == 0x2d, let year = Self.number(literal, 1, 4),
            let month = Self.number(literal, 6, 2), let ofMonth = Self.number(literal, 9, 2)
        else { return nil }
        let date = CivilDate(year: year, month: month, day: ofMonth)
        guard date.isValid else { return nil }
        let start = date.daysSince1970 * 86_400_000
        day = (text, rest, start)
        return start
    }

    private static func number(_ text: UnsafeRawBufferPointer, _ start: Int, _ count: Int) -> Int64?
    {
        var value: Int64 = 0
        for byte in text[start..<start + count] {
            guard byte >= 0x30, byte <= 0x39 else { return nil }
            value = value * 10 + Int64(byte - 0x30)
        }
        return value
    }
}
