import Ledger
import Platform

/// Indices sorted by their keys, read in groups of one key.
struct KeyGroups {
    private let keys: MatchNumbers
    private let indices: MatchNumbers
    private var next: UInt64 = 0

    /// Sorts the indices of keys other than 0 that are not matched.
    ///
    /// - Parameters:
    ///   - matches: 0 at each index that is not matched.
    ///   - place: The path beside which temporary files are created.
    init(
        _ all: MatchNumbers, unmatchedIn matches: MatchNumbers, beside place: String,
        _ progress: MatchProgress?
    ) throws(SendError) {
        let sorter = RowSorter(beside: place, limit: Self.maxSorted)
        progress?.beginPass(steps: 2 * all.count)
        for index in 0..<all.count {
            try progress?.step()
            guard try matches.number(at: index) == 0 else { continue }
            let key = try all.number(at: index)
            guard key != 0 else { continue }
            try SendError.system { () throws(SystemError) in
                try sorter.add(RowIndex(input: 0, record: key, offset: index, length: 0))
            }
        }
        keys = try MatchNumbers(beside: place)
        indices = try MatchNumbers(beside: place)
        var sorted = try SendError.system { () throws(SystemError) in try sorter.sorted() }
        while let row = try SendError.system({ () throws(SystemError) in try sorted.next() }) {
            try progress?.step()
            try keys.append(row.record)
            try indices.append(row.offset)
        }
    }

    /// Indices sorted in memory.
    static let maxSorted = 32 << 10

    /// Returns the index at a position of a group.
    func index(at position: UInt64) throws(SendError) -> UInt64 {
        try indices.number(at: position)
    }

    /// Returns the positions of the next key that both have; nil after the last one.
    static func nextCommon(
        _ left: inout KeyGroups, _ right: inout KeyGroups, _ progress: MatchProgress?
    ) throws(SendError) -> (Range<UInt64>, Range<UInt64>)? {
        while let a = try left.key(), let b = try right.key() {
            try progress?.step()
            if a < b {
                _ = try left.takeGroup(a)
            } else if b < a {
                _ = try right.takeGroup(b)
            } else {
                return (try left.takeGroup(a), try right.takeGroup(b))
            }
        }
        return nil
    }

    private func key() throws(SendError) -> UInt64? {
        next < keys.count ? try keys.number(at: next) : nil
    }

    private mutating func takeGroup(_ key: UInt64) throws(SendError) -> Range<UInt64> {
        let start = next
        repeat { next += 1 } while try self.key() == key
        return start..<next
    }
}
