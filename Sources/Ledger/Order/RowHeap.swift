/// A binary heap of rows, least first: by run, then by their place in the report.
struct RowHeap {
    /// A row, and the sorted run that it belongs to.
    struct Entry {
        var run: Int
        var row: RowIndex
        /// Where the row came from, for whoever merges; it does not count in the order.
        var source = 0

        @inline(__always)
        static func < (a: Entry, b: Entry) -> Bool {
            a.run != b.run ? a.run < b.run : a.row < b.row
        }
    }

    private var entries: [Entry] = []

    var count: Int { entries.count }
    var first: Entry? { entries.first }

    mutating func push(_ entry: Entry) {
        entries.append(entry)
        var child = entries.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard entry < entries[parent] else { break }
            entries[child] = entries[parent]
            child = parent
        }
        entries[child] = entry
    }

    mutating func pop() -> Entry? {
        guard let last = entries.popLast() else { return nil }
        guard let first = entries.first else { return last }
        replaceFirst(by: last)
        return first
    }

    /// Takes the least entry's place.
    mutating func replaceFirst(by entry: Entry) {
        var parent = 0
        while true {
            var child = 2 * parent + 1
            guard child < entries.count else { break }
            if child + 1 < entries.count, entries[child + 1] < entries[child] { child += 1 }
            guard entries[child] < entry else { break }
            entries[parent] = entries[child]
            parent = child
        }
        entries[parent] = entry
    }
}
