/// Records that are put in the order of their times, in bounded memory.
///
/// A record comes out when one was added that is newer by the window, or more than `capacity` are
/// held. Records with the same time keep their order.
package struct SortWindow<Item: Sendable>: Sendable {
    private struct Entry: Comparable, Sendable {
        var time: Int64
        /// The number of records before it.
        var order: UInt64
        var item: Item

        static func < (a: Entry, b: Entry) -> Bool { (a.time, a.order) < (b.time, b.order) }
        static func == (a: Entry, b: Entry) -> Bool { a.order == b.order }
    }

    /// In nanoseconds.
    private let window: Int64
    private let capacity: Int
    private var entries = MinHeap<Entry>()
    private var newest = Int64.min
    private var nextOrder: UInt64 = 0

    package init(_ window: Int64, capacity: Int) {
        self.window = window
        self.capacity = capacity
    }

    /// Adds the next record of the input.
    ///
    /// - Parameter time: When it was recorded, in nanoseconds since 1970.
    package mutating func add(_ time: Int64, _ item: Item) {
        newest = max(newest, time)
        entries.push(Entry(time: time, order: nextOrder, item: item))
        nextOrder += 1
    }

    /// Removes the first record; nil if it may not be the first yet.
    ///
    /// - Parameter isForced: Whether later records can't come before it, or can't be waited for.
    package mutating func next(isForced: Bool) -> (time: Int64, item: Item)? {
        guard let first = entries.first else { return nil }
        let (distance, overflow) = newest.subtractingReportingOverflow(first.time)
        guard isForced || overflow || distance >= window || entries.count > capacity else {
            return nil
        }
        return entries.pop().map { ($0.time, $0.item) }
    }
}
