import Delivery
import Ledger

/// How many lines of each outcome came under a key, and where the key was first. The keys are those
/// of hostile rows: the first to come are told apart, up to a number and a size, and what comes
/// under others is counted together.
struct OutcomeTable {
    struct Entry {
        var counts = Counts()
        /// The least line of the file in which the key was first.
        var line: UInt64
        /// That file, as an index of the table of files; nil if that one is full.
        var file: Int?
        fileprivate var key: Range<Int>
        fileprivate var hash: Int
    }

    private(set) var entries: [Entry] = []
    /// Lines under keys that are not told apart.
    private(set) var others: UInt64 = 0
    private let capacity: Int
    /// The keys, one after the other: literals, quotes included.
    private var keys: [UInt8] = []
    /// An entry's index plus 1; 0 is a free slot. A power of two, less than half full.
    private var slots: [Int32]
    /// The last key came here: mostly the next one does too.
    private var last = 0

    private static let mostKeyBytes = 2 << 20

    init(capacity: Int) {
        precondition(capacity > 0 && capacity < 1 << 20, "a table holds some keys, not all")
        self.capacity = capacity
        var size = 16
        while size < 2 * capacity { size *= 2 }
        slots = [Int32](repeating: 0, count: size)
    }

    var count: Int { entries.count }

    /// Counts a line under the literal `key`; the index of its entry, or nil if it has none.
    @discardableResult
    mutating func add(
        _ key: UnsafeRawBufferPointer, _ outcome: Outcome, line: UInt64, file: Int?
    ) -> Int? {
        guard let index = index(of: key, line: line, file: file) else {
            others += 1
            return nil
        }
        entries[index].counts[outcome] += 1
        if line < entries[index].line, file == entries[index].file { entries[index].line = line }
        return index
    }

    /// Entries with the most lines in `weight`, at most `limit`; of equals, the first to come.
    func top(
        _ limit: Int, by weight: (Counts) -> UInt64
    ) -> [(index: Int, entry: Entry)] {
        entries.enumerated()
            .filter { weight($0.element.counts) > 0 }
            .sorted {
                (weight($0.element.counts), $1.offset) > (weight($1.element.counts), $0.offset)
            }
            .prefix(limit)
            .map { ($0.offset, $0.element) }
    }

    /// An entry's key as text; escapes of what can't be seen stay as they were written.
    func text(of index: Int) -> String {
        Self.text(ofLiteral: keys[entries[index].key])
    }

    /// The text of a literal, or of its first part.
    static func text(ofLiteral literal: some Collection<UInt8>) -> String {
        var text: [UInt8] = []
        var whole = Array(literal)
        // One that was cut has no quote at its end.
        if whole.count < 2 || whole.last != 0x22 { whole.append(0x22) }
        guard whole.count >= 2 else { return "" }
        whole.withUnsafeBytes {
            RowText.append(textOf: $0, to: &text, keepingEscapes: false)
        }
        return String(decoding: text, as: UTF8.self)
    }

    private mutating func index(
        of key: UnsafeRawBufferPointer, line: UInt64, file: Int?
    ) -> Int? {
        if last < entries.count, holds(entries[last], key) { return last }
        // Its seed is the process's own: nobody can write a file whose keys all collide.
        var hasher = Hasher()
        hasher.combine(bytes: key)
        let hash = hasher.finalize()
        var slot = hash & (slots.count - 1)
        while slots[slot] != 0 {
            let index = Int(slots[slot]) - 1
            if entries[index].hash == hash, holds(entries[index], key) {
                last = index
                return index
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        guard entries.count < capacity, keys.count + key.count <= Self.mostKeyBytes else {
            return nil
        }
        let start = keys.count
        keys += key
        entries.append(Entry(line: line, file: file, key: start..<keys.count, hash: hash))
        slots[slot] = Int32(entries.count)
        last = entries.count - 1
        return last
    }

    private func holds(_ entry: Entry, _ key: UnsafeRawBufferPointer) -> Bool {
        guard entry.key.count == key.count else { return false }
        return keys.span.withUnsafeBytes { keys in
            keys[entry.key].elementsEqual(key)
        }
    }
}
