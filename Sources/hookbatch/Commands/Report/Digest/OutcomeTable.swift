import Delivery
import Ledger

/// The outcomes of lines per key, and the first position of each key.
///
/// Keys are untrusted: the first ones are tracked, up to a number and a size; lines of other keys
/// are counted together.
struct OutcomeTable {
    struct Entry {
        var counts = Counts()
        /// The first line in the first file with the key.
        var line: UInt64
        /// The file, as an index of the table of files; nil if that table is full.
        var file: Int?
        fileprivate var key: Range<Int>
        fileprivate var hash: Int
    }

    private(set) var entries: [Entry] = []
    /// Lines of untracked keys.
    private(set) var others: UInt64 = 0
    private let capacity: Int
    /// The literals of the keys, with quotes.
    private var keys: [UInt8] = []
    /// Indexes of entries plus 1; 0 is a free slot. The size is a power of two, less than half full.
    private var slots: [Int32]
    /// The entry of the last key; the next line often has the same key.
    private var last = 0

    private static let maxKeyBytes = 2 << 20

    init(capacity: Int) {
        precondition(capacity > 0 && capacity < 1 << 20, "a table holds some keys, not all")
        self.capacity = capacity
        var size = 16
        while size < 2 * capacity { size *= 2 }
        slots = [Int32](repeating: 0, count: size)
    }

    var count: Int { entries.count }

    /// Counts a line of the literal `key`. Returns the index of its entry; nil if untracked.
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

    /// Returns at most `limit` entries with the highest `weight`; of equals, the earliest first.
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

    /// Returns an entry's key as text; escapes of invisible characters stay.
    func text(of index: Int) -> String {
        Self.text(ofLiteral: keys[entries[index].key])
    }

    /// Returns the text of a literal, or of its beginning.
    static func text(ofLiteral literal: some Collection<UInt8>) -> String {
        var text: [UInt8] = []
        var whole = Array(literal)
        // A truncated literal has no final quote.
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
        // The seed is random per process: a file can't make all keys collide.
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
        guard entries.count < capacity, keys.count + key.count <= Self.maxKeyBytes else {
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
