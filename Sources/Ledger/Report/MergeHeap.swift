/// The next row of each report, least first: by file and line, and of equals by the reports'
/// order.
struct MergeHeap {
    struct Entry: Comparable {
        var rank: Int
        var line: UInt64
        /// Which report.
        var source: Int

        static func < (a: Entry, b: Entry) -> Bool {
            (a.rank, a.line, a.source) < (b.rank, b.line, b.source)
        }
    }

    private var entries: [Entry] = []

    mutating func push(_ entry: Entry) {
        entries.append(entry)
        var child = entries.count - 1
        while child > 0, entries[child] < entries[(child - 1) / 2] {
            entries.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func pop() -> Entry? {
        guard let last = entries.popLast() else { return nil }
        guard let first = entries.first else { return last }
        entries[0] = last
        var parent = 0
        while true {
            var child = 2 * parent + 1
            guard child < entries.count else { break }
            if child + 1 < entries.count, entries[child + 1] < entries[child] { child += 1 }
            guard entries[child] < entries[parent] else { break }
            entries.swapAt(child, parent)
            parent = child
        }
        return first
    }
}
