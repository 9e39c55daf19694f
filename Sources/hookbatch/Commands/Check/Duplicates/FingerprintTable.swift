import Glibc

/// A bounded table of fingerprints with their first positions.
struct FingerprintTable: ~Copyable {
    /// The result for an entry.
    enum Finding: Equatable {
        /// The fingerprint was new and is added.
        case new
        /// The fingerprint is known from this position.
        case known(first: RecordPlace)
        /// The fingerprint is unknown and the table is full.
        case full
    }

    private struct Slot {
        var high: UInt64
        var low: UInt64
        /// A packed position; 0 in a free slot. Memory from `calloc` is free slots, and untouched
        /// pages cost nothing.
        var place: UInt64
    }

    private let slots: UnsafeMutablePointer<Slot>
    /// The slots in use, a power of two.
    private var size: Int
    private let maxSize: Int
    private var count = 0

    /// Maximum fingerprints; more would make searches long.
    private var capacity: Int { size / 4 * 3 }

    /// - Parameter slots: A power of two of at least 4. Each takes 24 bytes.
    init(slots size: Int) {
        precondition(size >= 4 && size & (size - 1) == 0, "the slots are a power of two")
        guard let memory = calloc(size, MemoryLayout<Slot>.stride) else {
            fatalError("out of memory for a table of \(size) fingerprints")
        }
        slots = memory.bindMemory(to: Slot.self, capacity: size)
        maxSize = size
        self.size = size
    }

    deinit { free(slots) }

    /// Clears the table for `entries` entries.
    mutating func reset(for entries: UInt64) {
        size = 4
        while size < maxSize, UInt64(capacity) < entries { size *= 2 }
        memset(slots, 0, size * MemoryLayout<Slot>.stride)
        count = 0
    }

    /// Looks up an entry, and adds it if it is new.
    mutating func take(_ entry: FingerprintEntry) -> Finding {
        let fingerprint = entry.fingerprint
        var slot = Int(truncatingIfNeeded: fingerprint.low) & (size - 1)
        while slots[slot].place != 0 {
            if slots[slot].low == fingerprint.low, slots[slot].high == fingerprint.high {
                return .known(first: RecordPlace(packed: slots[slot].place))
            }
            slot = (slot + 1) & (size - 1)
        }
        guard count < capacity else { return .full }
        count += 1
        slots[slot] = Slot(
            high: fingerprint.high, low: fingerprint.low, place: entry.place.packed)
        return .new
    }
}
