import Glibc

/// A count of records and bytes per key in bounded memory: exact while all keys fit, then with a
/// known error.
///
/// When the table is full, the rarer half of the keys is dropped (lossy counting: Manku and
/// Motwani, 2002). `missed` is then the maximum number of records of a dropped key, and so the
/// maximum error of the count of a later key. With `n` records it is at most `2n / capacity` in any
/// order: a key with more records is always found. (Long keys, of which fewer than `capacity` fit,
/// increase the error.)
///
/// The keys come from the input, so each tally has a random hash seed: a file can't make all its
/// keys collide.
struct Tally {
    /// The count of one key.
    struct Count: Equatable {
        var key: [UInt8]
        /// Minimum number of records, and their bytes.
        var records: UInt64
        var bytes: UInt64
        /// Maximum number of additional records; 0 for exact counts.
        var missed: UInt64
    }

    /// Maximum number of tracked keys.
    let capacity: Int
    /// Records of all keys.
    private(set) var records: UInt64 = 0
    /// Bytes of all keys.
    private(set) var bytes: UInt64 = 0
    /// Maximum records of a key without an entry.
    private(set) var missed: UInt64 = 0
    /// Maximum number of keys that had entries at once.
    private var mostTracked = 0

    private struct Entry {
        var hash: UInt64
        var start: Int
        var length: Int
        var records: UInt64
        var bytes: UInt64
        /// Maximum records before the entry existed.
        var missed: UInt64

        var mostRecords: UInt64 { records + missed }
    }

    /// The index of an entry plus 1; 0 is a free slot. The size is a power of two, at most half
    /// full, and as small as possible to fit into the processor's cache.
    private var slots = [Int32](repeating: 0, count: 16)
    private var entries: [Entry] = []
    /// The bytes of tracked keys, in the order of the entries.
    private var keys: [UInt8] = []
    /// Maximum bytes of all keys.
    private let maxKeyBytes: Int
    private let seed: UInt64

    /// - Parameter maxKeyBytes: Maximum bytes of all tracked keys, and so of each key.
    init(
        capacity: Int = 10_000, maxKeyBytes: Int = 2 << 20,
        seed: UInt64 = .random(in: .min ... .max)
    ) {
        precondition(capacity > 0 && capacity < 1 << 28, "a tally tracks some keys, not all")
        self.capacity = capacity
        self.maxKeyBytes = maxKeyBytes
        self.seed = seed
    }

    /// Whether every count is exact, because no key was dropped.
    var isExact: Bool { missed == 0 }

    /// The number of keys; a minimum if the counts are not exact.
    var distinct: Int { max(mostTracked, entries.count) }

    /// Counts a record of `key` with `bytes` bytes.
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

    /// Returns the tracked keys with the most records; of equals, the earliest first.
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

    /// Returns `top` without keys that a dropped key may equal.
    func certainTop(_ count: Int) -> [Count] {
        Array(top(count).prefix { $0.records > missed })
    }

    /// Returns the maximum records of a key outside the first `listed` of `top`.
    func mostRecords(after listed: Int) -> UInt64 {
        top(.max).dropFirst(listed).reduce(missed) { max($0, $1.records + $1.missed) }
    }

    /// Returns the records and bytes outside `top`; a maximum if the counts are not exact.
    func others(than top: [Count]) -> (records: UInt64, bytes: UInt64) {
        top.reduce((records, bytes)) { ($0.0 - $1.records, $0.1 - $1.bytes) }
    }

    /// Returns the slot of the key, or the free slot for it.
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

    /// Drops the rarer half of the keys until `length` bytes fit.
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

    /// Rebuilds the table with `count` slots.
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

    /// Hashes eight bytes per step, each mixed by a full-width multiplication.
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
