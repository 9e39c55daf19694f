/// A set of record ordinals, kept as ranges.
///
/// Its memory depends on its gaps, not on its size.
package struct RecordSet: Hashable, Sendable {
    /// Disjoint, ascending, never adjacent.
    private var ranges: [ClosedRange<UInt64>] = []

    package init() {}

    package var isEmpty: Bool { ranges.isEmpty }

    /// The number of ranges, which is what the set costs in memory.
    package var rangeCount: Int { ranges.count }

    /// The largest member.
    package var max: UInt64? { ranges.last?.upperBound }

    /// The number of members.
    package var count: UInt64 {
        ranges.reduce(0) { $0 + ($1.upperBound - $1.lowerBound) + 1 }
    }

    package func contains(_ ordinal: UInt64) -> Bool {
        let index = firstIndex(endingAtOrAfter: ordinal)
        return index < ranges.count && ranges[index].lowerBound <= ordinal
    }

    /// Adds `ordinal`; returns false if it is a member already.
    @discardableResult
    package mutating func insert(_ ordinal: UInt64) -> Bool {
        // Records end nearly in order: most insertions extend the last range.
        if let last = ranges.last, last.upperBound < ordinal, last.upperBound + 1 == ordinal {
            ranges[ranges.count - 1] = last.lowerBound...ordinal
            return true
        }
        let index = firstIndex(endingAtOrAfter: ordinal)
        if index < ranges.count, ranges[index].lowerBound <= ordinal { return false }
        let joinsPrevious = index > 0 && ranges[index - 1].upperBound + 1 == ordinal
        let joinsNext = index < ranges.count && ranges[index].lowerBound - 1 == ordinal
        switch (joinsPrevious, joinsNext) {
        case (true, true):
            ranges[index - 1] = ranges[index - 1].lowerBound...ranges[index].upperBound
            ranges.remove(at: index)
        case (true, false):
            ranges[index - 1] = ranges[index - 1].lowerBound...ordinal
        case (false, true):
            ranges[index] = ordinal...ranges[index].upperBound
        case (false, false):
            ranges.insert(ordinal...ordinal, at: index)
        }
        return true
    }

    /// Adds all ordinals from 1 to `last` except `gaps`; members stay members.
    ///
    /// Many isolated members become as many ranges as there are gaps.
    package mutating func fill(through last: UInt64, except gaps: some Sequence<UInt64>) {
        var filled: [ClosedRange<UInt64>] = []
        var start: UInt64 = 1
        for gap in gaps.filter({ $0 <= last && !contains($0) }).sorted() where gap >= start {
            if gap > start { filled.append(start...(gap - 1)) }
            start = gap + 1
        }
        if start <= last { filled.append(start...last) }
        // All members up to `last` are in the filled ranges.
        for range in ranges where range.upperBound > last {
            let rest = Swift.max(range.lowerBound, last + 1)...range.upperBound
            if let end = filled.last, end.upperBound + 1 == rest.lowerBound {
                filled[filled.count - 1] = end.lowerBound...rest.upperBound
            } else {
                filled.append(rest)
            }
        }
        ranges = filled
    }

    private func firstIndex(endingAtOrAfter ordinal: UInt64) -> Int {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < ordinal { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
