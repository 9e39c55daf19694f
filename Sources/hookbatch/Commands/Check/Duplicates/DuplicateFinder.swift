import Ledger
import Platform

/// A finder of records that repeat an earlier one, in bounded memory.
///
/// Distinct fingerprints stay in a table. When it is full, entries with other fingerprints are
/// spilled to partitions on disk, and each partition is processed in the same way at the end
/// (Grace hash join: Kitsuregawa, Tanaka and Moto-oka, 1983). Each pass removes a table of distinct
/// fingerprints, so the recursion ends.
struct DuplicateFinder: ~Copyable {
    /// Maximum pairs to keep.
    static let pairsKept = 5

    /// A record and the first equal one.
    struct Pair: Hashable, Sendable {
        var duplicate: RecordPlace
        var first: RecordPlace
    }

    /// The result.
    struct Found: Hashable, Sendable {
        /// Records that repeat an earlier one.
        var count: UInt64 = 0
        /// The first of them, in input order.
        var pairs: [Pair] = []
    }

    private let folder: String
    private var table: FingerprintTable
    private var spill: FingerprintSpill?
    private var found = Found()

    /// - Parameters:
    ///   - folder: The folder for unnamed temporary files.
    ///   - slots: The table size, a power of two. 2¹⁸ slots take 6 MiB for 196,608 fingerprints.
    init(in folder: String, slots: Int = 1 << 18) {
        self.folder = folder
        table = FingerprintTable(slots: slots)
    }

    /// Adds the next record in input order.
    mutating func add(_ entry: FingerprintEntry) throws(SystemError) {
        if finds(entry) { return }
        try Self.add(entry, to: &spill, in: folder, level: 0)
    }

    /// Processes the spilled entries after the last record.
    consuming func finish() throws(SystemError) -> Found {
        if let spill { try drain(spill, level: 0) }
        return found
    }

    private mutating func drain(_ spill: FingerprintSpill, level: Int) throws(SystemError) {
        try spill.finish()
        for part in 0..<FingerprintSpill.parts where spill.count(of: part) > 0 {
            table.reset(for: spill.count(of: part))
            var rest: FingerprintSpill?
            try spill.forEach(in: part) { (entry) throws(SystemError) in
                if finds(entry) { return }
                try Self.add(entry, to: &rest, in: folder, level: level + 1)
            }
            if let rest { try drain(rest, level: level + 1) }
        }
    }

    private static func add(
        _ entry: FingerprintEntry, to spill: inout FingerprintSpill?, in folder: String, level: Int
    ) throws(SystemError) {
        let open: FingerprintSpill
        if let spill { open = spill } else { open = try FingerprintSpill(in: folder, level: level) }
        spill = open
        try open.add(entry)
    }

    /// Classifies an entry as new or duplicate; returns false if the table is full.
    private mutating func finds(_ entry: FingerprintEntry) -> Bool {
        switch table.take(entry) {
        case .new: return true
        case .known(let first):
            found.note(Pair(duplicate: entry.place, first: first))
            return true
        case .full: return false
        }
    }
}

extension DuplicateFinder.Found {
    fileprivate mutating func note(_ pair: DuplicateFinder.Pair) {
        count += 1
        let place = pairs.firstIndex { pair.duplicate < $0.duplicate } ?? pairs.count
        guard place < DuplicateFinder.pairsKept else { return }
        pairs.insert(pair, at: place)
        if pairs.count > DuplicateFinder.pairsKept { pairs.removeLast() }
    }
}
