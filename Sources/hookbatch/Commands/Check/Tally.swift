import Glibc

/// Counts the records and bytes of each key in bounded memory: exactly as long as all keys fit, and
/// from then on to within a known error.
///
/// When there is no more room, the rarer half of the keys is forgotten (as in lossy counting: Manku
/// and Motwani, 2002). `missed` is then the most records that a forgotten key can have had, and so
/// the most that the count of a key that comes after can lack. With `n` records in all it is at most
/// `2n / capacity`, whatever their order: a key with more records than that is always found. (Keys
/// so long that fewer than `capacity` fit make it that much larger.)
///
/// The keys are the input's, so the hash has a seed of its own for each tally: nobody can write a
/// file whose keys all collide.
struct Tally {
    /// What is known of one key.
    struct Count: Equatable {
        var key: [UInt8]
        /// At least so many records, and their bytes.
        var records: UInt64
        var bytes: UInt64
        /// At most so many more records; 0 where the counts are exact.
        var missed: UInt64
    }

    /// How many keys are tracked at most.
    let capacity: Int
    /// Records of all keys.
    private(set) var records: UInt64 = 0
    /// Bytes of all keys.
    private(set) var bytes: UInt64 = 0
    /// The most records that a key without an entry can have.
    private(set) var missed: UInt64 = 0
    /// The most keys that ever had an entry at once.
    private var mostTracked = 0

    private struct Entry {
        var hash: UInt64
        var start: Int
        var length: Int
        var records: UInt64
        var bytes: UInt64
        /// What came before it had this entry, at most.
        var missed: UInt64

        var mostRecords: UInt64 { records + missed }
    }

    /// The entry of a slot, plus 1; 0 is a free slot. A power of two, at most half full, and no
    /// larger than the keys so far need: the processor's nearest memory holds it then.
    private var slots = [Int32](repeating: 0, count: 16)
    private var entries: [Entry] = []
    /// The tracked keys, one after another, in the order of the entries.
    private var keys: [UInt8] = []
    /// Long keys fill this before their number reaches `capacity`.
    private let maxKeyBytes: Int
    private let seed: UInt64

    /// - Parameter maxKeyBytes: of all tracked keys together; no key is longer.
    init(
        capacity: Int = 10_000, maxKeyBytes: Int = 2 << 20,
        seed: UInt64 = .random(in: .min ... .max)
    ) {
        precondition(capacity > 0 && capacity < 1 << 28, "a tally tracks some keys, not all")
        self.capacity = capacity
        self.maxKeyBytes = maxKeyBytes
        self.seed = seed
    }

    /// Whether every count is exact, because no key was ever forgotten.
    var isExact: Bool { missed == 0 }

    /// How many keys there are; if the counts are not exact, there are more than this.
    var distinct: Int { max(mostTracked, entries.count) }

    /// Counts one more record of `key`, with so many bytes.
    mutating func add(_ key: UnsafeRawBufferPointer, bytes: UInt64) {
        records += 1
        self.bytes += bytes
        let hash = hash(of: key)
        var slot = slot(of: key, hash)
        if slots[slot] != 0 {
            let index = Int(slots[slot]) - 1
            entries[index].records += 1
            entries[index].bytes += bytes
            return
        }
        if entries.count == capacity || keys.count + key.count > maxKeyBytes {
            makeRoom(for: key.count)
            slot = self.slot(of: key, hash)
        }
        entries.append(
            Entry(
                hash: hash, start: keys.count, length: key.count, records: 1, bytes: bytes,
                missed: missed))
        keys += key
        slots[slot] = Int32(entries.count)
        if entries.count * 2 > slots.count { fillSlots(slots.count * 2) }
    }

    /// The keys with the most records that are known, most first; of equals, the first to come.
    func top(_ count: Int) -> [Count] {
        entries.enumerated()
            .sorted { ($0.element.records, $1.offset) > ($1.element.records, $0.offset) }
            .prefix(count)
            .map { _, entry in
                Count(
                    key: Array(keys[entry.start..<entry.start + entry.length]),
                    records: entry.records, bytes: entry.bytes, missed: entry.missed)
            }
    }

    /// As `top`, without keys of which a forgotten one may have had as many records.
    func certainTop(_ count: Int) -> [Count] {
        Array(top(count).prefix { $0.records > missed })
    }

    /// The most records that a key can have that is not among the first `listed` of `top`.
    func mostRecords(after listed: Int) -> UInt64 {
        top(.max).dropFirst(listed).reduce(missed) { max($0, $1.records + $1.missed) }
    }

    /// The records and bytes that are not counted in `top`: at most so many where the counts are
    /// not exact.
    func others(than top: [Count]) -> (records: UInt64, bytes: UInt64) {
        top.reduce((records, bytes)) { ($0.0 - $1.records, $0.1 - $1.bytes) }
    }

    /// The slot that has the key, or the free one where it belongs.
    private func slot(of key: UnsafeRawBufferPointer, _ hash: UInt64) -> Int {
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let index = Int(slots[slot]) - 1
            if entries[index].hash == hash, holds(index, key) { break }
            slot = (slot + 1) & (slots.count - 1)
        }
        return slot
    }

    private func holds(_ index: Int, _ key: UnsafeRawBufferPointer) -> Bool {
        let (start, length) = (entries[index].start, entries[index].length)
        guard length == key.count, let other = key.baseAddress else { return length == key.count }
        return keys.withUnsafeBytes { keys in
            guard let base = keys.baseAddress else { return length == 0 }
            return memcmp(base + start, other, length) == 0
        }
    }

    /// Forgets the rarer half of the keys, and again until one of `length` bytes fits in.
    private mutating func makeRoom(for length: Int) {
        precondition(length <= maxKeyBytes, "a key is longer than all of them may be")
        mostTracked = max(mostTracked, entries.count)
        repeat {
            let median = entries.map(\.mostRecords).sorted()[(entries.count - 1) / 2]
            missed = max(missed, median)
            forget { $0.mostRecords <= median }
        } while keys.count + length > maxKeyBytes
        fillSlots(slots.count)
    }

    /// Puts all entries into so many slots anew.
    private mutating func fillSlots(_ count: Int) {
        slots = [Int32](repeating: 0, count: count)
        for index in entries.indices {
            var slot = Int(truncatingIfNeeded: entries[index].hash) & (slots.count - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = Int32(index + 1)
        }
    }

    private mutating func forget(_ isRare: (Entry) -> Bool) {
        var kept: [Entry] = []
        var keptKeys: [UInt8] = []
        for var entry in entries where !isRare(entry) {
            let key = keys[entry.start..<entry.start + entry.length]
            entry.start = keptKeys.count
            keptKeys += key
            kept.append(entry)
        }
        entries = kept
        keys = keptKeys
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
