/// Counts how often each key came, in bounded memory: the first keys to come are tracked, and
/// what comes under further keys is counted together.
///
/// The keys are the input's, so the hash has a seed of its own for each tally: nobody can write a
/// file whose keys all collide.
struct Tally {
    /// How many keys are tracked at most.
    let capacity: Int
    /// What came under keys that are not tracked.
    private(set) var untracked: UInt64 = 0

    private struct Entry {
        var hash: UInt64
        var start: Int
        var length: Int
        var count: UInt64
    }

    /// The entry of a slot, plus 1; 0 is a free slot. A power of two, less than half full.
    private var slots: [Int32]
    private var entries: [Entry] = []
    /// The tracked keys, one after another.
    private var keys: [UInt8] = []
    /// Long keys fill this before their number reaches `capacity`.
    private let maxKeyBytes: Int
    private let seed: UInt64

    init(
        capacity: Int = 10_000, maxKeyBytes: Int = 2 << 20,
        seed: UInt64 = .random(in: .min ... .max)
    ) {
        precondition(capacity > 0 && capacity < 1 << 28, "a tally tracks some keys, not all")
        self.capacity = capacity
        self.maxKeyBytes = maxKeyBytes
        self.seed = seed
        var size = 16
        while size < capacity * 2 { size *= 2 }
        slots = [Int32](repeating: 0, count: size)
    }

    /// How many keys are tracked.
    var tracked: Int { entries.count }

    /// Counts one more of `key`.
    mutating func add(_ key: UnsafeRawBufferPointer) {
        let hash = hash(of: key)
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let index = Int(slots[slot]) - 1
            if entries[index].hash == hash, holds(entries[index], key) {
                entries[index].count += 1
                return
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        guard entries.count < capacity, keys.count + key.count <= maxKeyBytes else {
            untracked += 1
            return
        }
        entries.append(Entry(hash: hash, start: keys.count, length: key.count, count: 1))
        keys += key
        slots[slot] = Int32(entries.count)
    }

    /// The most frequent tracked keys, most frequent first; of equals, the first to come.
    func top(_ count: Int) -> [(key: [UInt8], count: UInt64)] {
        entries.enumerated()
            .sorted { ($0.element.count, $1.offset) > ($1.element.count, $0.offset) }
            .prefix(count)
            .map { _, entry in
                (Array(keys[entry.start..<entry.start + entry.length]), entry.count)
            }
    }

    private func holds(_ entry: Entry, _ key: UnsafeRawBufferPointer) -> Bool {
        guard entry.length == key.count else { return false }
        return keys[entry.start..<entry.start + entry.length].withUnsafeBytes {
            $0.elementsEqual(key)
        }
    }

    /// Eight bytes a step, each mixed by a multiplication of full width.
    private func hash(of key: UnsafeRawBufferPointer) -> UInt64 {
        var state = seed ^ UInt64(truncatingIfNeeded: key.count)
        var place = 0
        while place + 8 <= key.count {
            state = Self.mix(state ^ key.loadUnaligned(fromByteOffset: place, as: UInt64.self))
            place += 8
        }
        var tail: UInt64 = 0
        while place < key.count {
            tail = tail << 8 | UInt64(key[place])
            place += 1
        }
        return Self.mix(state ^ tail)
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        // An odd constant with bits well spread: 2⁶⁴ divided by the golden ratio.
        let product = value.multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        return product.high ^ product.low
    }
}
