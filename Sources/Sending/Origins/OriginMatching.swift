package import Ledger
package import Platform

/// The matching of records with the lines that they were before they were edited.
///
/// Unchanged records are matched by their hashes, wherever they are. Edited records are matched by
/// their order between matched neighbours, if no line is missing or added there, and then by their
/// applications. A record that could be one of several lines is not matched.
package struct OriginMatching {
    private let place: String
    /// The hashes of the records, and of their applications (0 without one).
    private let hashes: NumberFile
    private let applications: NumberFile
    private let origins: OriginsFile
    /// The number of each record's line, from 1; 0 if it is not known.
    package let lines: NumberFile
    /// The number of each line's record, likewise.
    private let records: NumberFile
    /// 1 for each record that is unchanged, though not as many lines as records are like it; else 0.
    private let repeated: NumberFile
    /// Whether all records so far are the lines of the same numbers.
    private var isPrefix = true
    private var prefix: UInt64 = 0

    /// - Parameter place: The path beside which temporary files are created.
    package init(_ origins: OriginsFile, beside place: String) throws(SystemError) {
        self.place = place
        self.origins = origins
        hashes = try NumberFile(beside: place)
        applications = try NumberFile(beside: place)
        lines = try NumberFile(beside: place)
        records = try NumberFile(beside: place)
        repeated = try NumberFile(beside: place)
    }

    /// Adds the next record.
    ///
    /// - Parameter application: A hash of its application; 0 without one.
    package mutating func add(hash: UInt64, application: UInt64) throws(SystemError) {
        let index = hashes.count
        try hashes.append(hash)
        try applications.append(application)
        isPrefix = isPrefix && index < origins.count
        if isPrefix { isPrefix = try origins.hashes.number(at: index) == hash }
        if isPrefix { prefix += 1 }
        try lines.append(isPrefix ? index + 1 : 0)
        try repeated.append(0)
    }

    /// Matches the records after the last one. Returns the number of those without a line.
    package func run() throws(SystemError) -> UInt64 {
        for line in 0..<origins.count { try records.append(line < prefix ? line + 1 : 0) }
        guard prefix < hashes.count else { return 0 }
        try join(hashes, origins.hashes) { (left, group) throws(SystemError) in
            for position in group { try repeated.set(1, at: left.index(at: position)) }
        }
        try matchGaps()
        try join(hashes, origins.hashes, needsSameCount: false)
        try matchGaps()
        try join(applications, origins.applications)
        var unmatched: UInt64 = 0
        for record in 0..<lines.count {
            if try lines.number(at: record) == 0 { unmatched += 1 }
        }
        return unmatched
    }

    private func match(_ record: UInt64, _ line: UInt64) throws(SystemError) {
        try lines.set(line + 1, at: record)
        try records.set(record + 1, at: line)
    }

    // MARK: By keys

    /// Matches records with lines of the same key, in their order.
    ///
    /// - Parameters:
    ///   - needsSameCount: Whether as many records as lines must have the key.
    ///   - leaveOut: Called with records that are not as many as the lines of their key.
    private func join(
        _ recordKeys: NumberFile, _ lineKeys: NumberFile, needsSameCount: Bool = true,
        leaveOut: (KeyGroups, Range<UInt64>) throws(SystemError) -> Void = {
            _, _ throws(SystemError) in
        }
    ) throws(SystemError) {
        var left = try KeyGroups(recordKeys, unmatchedIn: lines, beside: place)
        var right = try KeyGroups(lineKeys, unmatchedIn: records, beside: place)
        while let (a, b) = try KeyGroups.nextCommon(&left, &right) {
            if needsSameCount, a.count != b.count {
                try leaveOut(left, a)
                continue
            }
            for offset in 0..<min(UInt64(a.count), UInt64(b.count)) {
                try match(
                    left.index(at: a.lowerBound + offset), right.index(at: b.lowerBound + offset))
            }
        }
    }

    // MARK: By order

    /// Matches the records between two matched ones with the lines between theirs, if they are as
    /// many.
    private func matchGaps() throws(SystemError) {
        let free = try NumberFile(beside: place)
        // The free lines before each line.
        let ranks = try NumberFile(beside: place)
        for line in 0..<origins.count {
            try ranks.append(free.count)
            if try records.number(at: line) == 0 { try free.append(line) }
        }
        try ranks.append(free.count)
        var start: UInt64 = 0
        var nextLine: UInt64 = 0
        for record in 0...lines.count {
            let number =
                record < lines.count ? try lines.number(at: record) : origins.count + 1
            guard number > 0 else { continue }
            if record > start, nextLine < number {
                let range = try ranks.number(at: nextLine)..<ranks.number(at: number - 1)
                if UInt64(range.count) == record - start {
                    try matchInOrder(from: start, free, range)
                }
            }
            start = record + 1
            nextLine = number
        }
    }

    /// Matches records with free lines.
    ///
    /// It does not if a line was taken by another gap, or if an unchanged record would get a line that
    /// is not like it: the records were reordered.
    private func matchInOrder(
        from start: UInt64, _ free: NumberFile, _ range: Range<UInt64>
    ) throws(SystemError) {
        for (offset, index) in range.enumerated() {
            let (record, line) = (start + UInt64(offset), try free.number(at: index))
            guard try records.number(at: line) == 0 else { return }
            if try repeated.number(at: record) == 1,
                try hashes.number(at: record) != origins.hashes.number(at: line)
            {
                return
            }
        }
        for (offset, index) in range.enumerated() {
            try match(start + UInt64(offset), free.number(at: index))
        }
    }
}
