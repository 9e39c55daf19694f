import Time

/// Things to come back to, earliest first: a binary heap of times and numbers.
struct TimerHeap: Sendable {
    struct Entry: Sendable {
        var due: Instant
        /// What to come back to; its meaning is the owner's.
        var id: Int
        /// Lets the owner tell an entry that has been overtaken.
        var generation: UInt32
    }

    private var entries: [Entry] = []

    /// The earliest entry, nil if there is none.
    var first: Entry? { entries.first }

    /// The earliest time, nil if there is none.
    var nextDue: Instant? { entries.first?.due }

    mutating func insert(_ entry: Entry) {
        entries.append(entry)
        var child = entries.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            if entries[parent].due <= entries[child].due { break }
            entries.swapAt(parent, child)
            child = parent
        }
    }

    /// Takes out the earliest entry if it is due.
    mutating func popDue(now: Instant) -> Entry? {
        guard let first = entries.first, first.due <= now else { return nil }
        entries.swapAt(0, entries.count - 1)
        entries.removeLast()
        var parent = 0
        while true {
            var smallest = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < entries.count {
                if entries[child].due < entries[smallest].due { smallest = child }
            }
            if smallest == parent { break }
            entries.swapAt(parent, smallest)
            parent = smallest
        }
        return first
    }
}
