/// The longest records with their positions.
struct LargestRecords {
    /// Maximum entries.
    static let kept = 5

    struct Entry: Equatable {
        /// Bytes without the line terminator.
        var length: UInt64
        var place: RecordPlace
    }

    /// The longest first; of equals, the earliest.
    private(set) var entries: [Entry] = []
    /// A record of at most this length changes nothing.
    private var threshold: UInt64?

    /// Adds the next record in input order.
    mutating func note(length: UInt64, input: Int, line: UInt64) {
        if let threshold, length <= threshold { return }
        let entry = Entry(length: length, place: RecordPlace(input: input, line: line))
        let index = entries.firstIndex { $0.length < length } ?? entries.count
        entries.insert(entry, at: index)
        if entries.count > Self.kept { entries.removeLast() }
        if entries.count == Self.kept { threshold = entries.last?.length }
    }
}
