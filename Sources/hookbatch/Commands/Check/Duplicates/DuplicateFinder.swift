import Ledger
import Platform

/// Finds records that say the same as an earlier one, in bounded memory, whatever their number.
///
/// As many distinct fingerprints as fit stay in a table. Once it is full, entries whose fingerprint
/// is not in it wait on disk, in parts, and each part is gone through in the same way at the end
/// (Grace hash join: Kitsuregawa, Tanaka and Moto-oka, 1983). Each time a table full of distinct
/// fingerprints is done with, so it ends.
struct DuplicateFinder: ~Copyable {
    /// The most pairs that are kept.
    static let pairsKept = 5

    /// A record and the first one that says the same.
    struct Pair: Hashable, Sendable {
        var duplicate: RecordPlace
        var first: RecordPlace
    }

    /// What was found.
    struct Found: Hashable, Sendable {
        /// Records that repeat an earlier one.
        var count: UInt64 = 0
        /// The first of them, in the order of the input.
        var pairs: [Pair] = []
    }

    private let folder: String
    private var table: FingerprintTable
    private var spill: FingerprintSpill?
    private var found = Found()

    /// - Parameters:
    ///   - folder: Where files without a name are made, if they are needed.
    ///   - slots: Of the table; a power of two. 2¹⁸ of them take 6 MiB and hold 196,608
    ///     fingerprints.
    init(in folder: String, slots: Int = 1 << 18) {
        self.folder = folder
        table = FingerprintTable(slots: slots)
    }

    /// Takes the next record in the order of the input.
    mutating func add(_ entry: FingerprintEntry) throws(SystemError) {
        if finds(entry) { return }
        try Self.add(entry, to: &spill, in: folder, level: 0)
    }

    /// All records were added.
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

    /// Notes an entry as new or as a duplicate; false if there is no room to tell.
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
