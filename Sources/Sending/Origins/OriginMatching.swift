package import Ledger

/// The matching of records with the lines that they were before they were edited.
///
/// Unchanged records are matched by their hashes, wherever they are. Edited records are matched by
/// their order between matched neighbours, if no line is missing or added there and their
/// applications do not show that they were moved, and then, if no record was moved, by their
/// applications. At last, if as many records as lines are left, these are matched in their order. A
/// record that could be one of several lines is not matched.
package struct OriginMatching {
    /// The path beside which temporary files are created.
    let place: String
    /// The hashes of the records, and of their applications (0 without one).
    let hashes: MatchNumbers
    let applications: MatchNumbers
    let origins: OriginsFile
    let progress: MatchProgress?
    private let originHashes: MatchNumbers
    private let originApplications: MatchNumbers
    /// The number of each record's line, from 1; 0 if it is not known.
    package let lines: MatchNumbers
    /// The number of each line's record, likewise.
    let records: MatchNumbers
    /// The mark of each record.
    private let marks: MatchNumbers
    /// Whether all records so far are the lines of the same numbers.
    private var isPrefix = true
    private var prefix: UInt64 = 0

    private enum Mark {
        static let none: UInt64 = 0
        /// The record is unchanged, though not as many lines as records are like it.
        static let repeated: UInt64 = 1
        /// The record was matched by its application.
        static let byApplication: UInt64 = 2
    }

    /// - Parameters:
    ///   - origins: Its rows are read.
    ///   - place: The path beside which temporary files are created.
    ///   - progress: Counts the steps, and throws to end the matching.
    package init(
        _ origins: OriginsFile, beside place: String, _ progress: MatchProgress? = nil
    ) throws(SendError) {
        self.place = place
        self.origins = origins
        self.progress = progress
        originHashes = MatchNumbers(origins.hashes)
        originApplications = MatchNumbers(origins.applications)
        hashes = try MatchNumbers(beside: place)
        applications = try MatchNumbers(beside: place)
        lines = try MatchNumbers(beside: place)
        records = try MatchNumbers(beside: place)
        marks = try MatchNumbers(beside: place)
    }

    /// Adds the next record.
    ///
    /// - Parameter application: A hash of its application; 0 without one.
    package mutating func add(hash: UInt64, application: UInt64) throws(SendError) {
        let index = hashes.count
        try hashes.append(hash)
        try applications.append(application)
        isPrefix = isPrefix && index < origins.count
        if isPrefix { isPrefix = try originHashes.number(at: index) == hash }
        if isPrefix { prefix += 1 }
        try lines.append(isPrefix ? index + 1 : 0)
        try marks.append(Mark.none)
    }

    /// Matches the records after the last one. Returns the number of those without a line.
    package func run() throws(SendError) -> UInt64 {
        for line in 0..<origins.count {
            try progress?.step()
            try records.append(line < prefix ? line + 1 : 0)
        }
        guard prefix < hashes.count else { return 0 }
        progress?.begin(.hashes)
        try join(hashes, originHashes) { (left, group) throws(SendError) in
            for position in group { try marks.set(Mark.repeated, at: left.index(at: position)) }
        }
        progress?.begin(.gaps)
        try matchGaps()
        progress?.begin(.repeated)
        try join(hashes, originHashes, needsSameCount: false)
        progress?.begin(.gapsAgain)
        try matchGaps()
        progress?.begin(.applications)
        if try isInOrder() {
            try join(applications, originApplications, mark: Mark.byApplication)
            if try !isInOrder() { try unmatch(Mark.byApplication) }
        }
        var unmatched: [UInt64] = []
        var count: UInt64 = 0
        for record in 0..<lines.count where try lines.number(at: record) == 0 {
            count += 1
            if unmatched.count < Self.maxRest { unmatched.append(record) }
        }
        if count > 0, count == UInt64(unmatched.count), try matchRest(unmatched) { return 0 }
        return count
    }

    /// Maximum edited records that are matched by their order alone.
    private static let maxRest = 10_000

    /// Matches the records that are left with the lines that are left, in their order, if they are as
    /// many, and none has the application of another one of these lines: unchanged lines were moved, and
    /// these were not. Returns whether they are matched.
    private func matchRest(_ records: [UInt64]) throws(SendError) -> Bool {
        // Each matched record has its own line.
        guard lines.count == origins.count else { return false }
        var left: [UInt64] = []
        var applications: [UInt64] = []
        for line in 0..<origins.count where try self.records.number(at: line) == 0 {
            left.append(line)
            applications.append(try originApplications.number(at: line))
        }
        let all = Set(applications)
        for (record, application) in zip(records, applications) {
            let own = try self.applications.number(at: record)
            // A repeated record is one of several lines.
            guard try marks.number(at: record) != Mark.repeated,
                own == application || !all.contains(own)
            else { return false }
        }
        for (record, line) in zip(records, left) { try match(record, line) }
        return true
    }

    private func match(_ record: UInt64, _ line: UInt64) throws(SendError) {
        try lines.set(line + 1, at: record)
        try records.set(record + 1, at: line)
    }

    /// Whether the matched records have the order of their lines.
    private func isInOrder() throws(SendError) -> Bool {
        progress?.beginPass(steps: lines.count)
        var last: UInt64 = 0
        for record in 0..<lines.count {
            try progress?.step()
            let line = try lines.number(at: record)
            if line > 0, line < last { return false }
            last = max(last, line)
        }
        return true
    }

    private func unmatch(_ mark: UInt64) throws(SendError) {
        for record in 0..<lines.count {
            try progress?.step()
            guard try marks.number(at: record) == mark else { continue }
            try records.set(0, at: lines.number(at: record) - 1)
            try lines.set(0, at: record)
        }
    }

    // MARK: By keys

    /// Matches records with lines of the same key, in their order.
    ///
    /// - Parameters:
    ///   - mark: The mark of matched records.
    ///   - needsSameCount: Whether as many records as lines must have the key.
    ///   - leaveOut: Called with records that are not as many as the lines of their key.
    private func join(
        _ recordKeys: MatchNumbers, _ lineKeys: MatchNumbers, mark: UInt64 = Mark.none,
        needsSameCount: Bool = true,
        leaveOut: (KeyGroups, Range<UInt64>) throws(SendError) -> Void = {
            _, _ throws(SendError) in
        }
    ) throws(SendError) {
        var left = try KeyGroups(recordKeys, unmatchedIn: lines, beside: place, progress)
        var right = try KeyGroups(lineKeys, unmatchedIn: records, beside: place, progress)
        progress?.beginPass(steps: lines.count)
        while let (a, b) = try KeyGroups.nextCommon(&left, &right, progress) {
            if needsSameCount, a.count != b.count {
                try leaveOut(left, a)
                continue
            }
            for offset in 0..<min(UInt64(a.count), UInt64(b.count)) {
                try progress?.step()
                let record = try left.index(at: a.lowerBound + offset)
                try match(record, right.index(at: b.lowerBound + offset))
                try marks.set(mark, at: record)
            }
        }
    }

    // MARK: By order

    /// Matches the records between two matched ones with the lines between theirs, if they are as
    /// many, no other record is one of them, and none was moved there.
    private func matchGaps() throws(SendError) {
        let moved = try movedRecords()
        try forEachGap { (range, first) throws(SendError) in
            if let moved {
                for record in range where try moved.number(at: record) != 0 { return }
            }
            for record in range { try match(record, first + (record - range.lowerBound)) }
        }
    }

    /// Calls `body` with records between matched ones, and the first of as many unmatched lines.
    ///
    /// No two calls have a line in common.
    private func forEachGap(
        _ body: (Range<UInt64>, UInt64) throws(SendError) -> Void
    ) throws(SendError) {
        var start: UInt64 = 0
        var nextLine: UInt64 = 0
        progress?.beginPass(steps: lines.count)
        for record in 0...lines.count {
            try progress?.step()
            let number = record < lines.count ? try lines.number(at: record) : origins.count + 1
            guard number > 0 else { continue }
            if record > start, number > nextLine, number - 1 - nextLine == record - start,
                try areFree(start..<record, fromLine: nextLine)
            {
                try body(start..<record, nextLine)
            }
            start = record + 1
            nextLine = number
        }
    }

    /// Whether records may be the lines from `first` on.
    ///
    /// They are not if a line is matched, or if an unchanged record would get a line that is not like
    /// it: records were moved.
    private func areFree(
        _ range: Range<UInt64>, fromLine first: UInt64
    ) throws(SendError) -> Bool {
        for record in range {
            let line = first + (record - range.lowerBound)
            guard try records.number(at: line) == 0 else { return false }
            if try marks.number(at: record) == Mark.repeated,
                try hashes.number(at: record) != originHashes.number(at: line)
            {
                return false
            }
        }
        return true
    }

    /// Returns a number other than 0 for each record in a gap that was edited and moved; nil if none
    /// was.
    ///
    /// It has the application of another line in a gap, whose record there has another one now. An
    /// application that no line has lost is an edited one.
    private func movedRecords() throws(SendError) -> MatchNumbers? {
        var changed: (now: MatchNumbers, before: MatchNumbers)?
        try forEachGap { (range, first) throws(SendError) in
            for record in range {
                let line = first + (record - range.lowerBound)
                let now = try applications.number(at: record)
                let before = try originApplications.number(at: line)
                guard now != before else { continue }
                if changed == nil { changed = (try zeros(lines.count), try zeros(origins.count)) }
                try changed?.now.set(now, at: record)
                try changed?.before.set(before, at: line)
            }
        }
        guard let changed else { return nil }
        var left = try KeyGroups(changed.now, unmatchedIn: lines, beside: place, progress)
        var right = try KeyGroups(changed.before, unmatchedIn: records, beside: place, progress)
        var moved: MatchNumbers?
        while let (group, _) = try KeyGroups.nextCommon(&left, &right, progress) {
            try progress?.step()
            if moved == nil { moved = try zeros(lines.count) }
            for position in group { try moved?.set(1, at: left.index(at: position)) }
        }
        return moved
    }

    func zeros(_ count: UInt64) throws(SendError) -> MatchNumbers {
        let numbers = try MatchNumbers(beside: place)
        for _ in 0..<count { try numbers.append(0) }
        return numbers
    }
}
