/// The few longest records, and where they stand.
struct LargestRecords {
    /// How many are kept.
    static let kept = 5

    struct Entry: Equatable {
        /// Bytes without the line's end.
        var length: UInt64
        var place: RecordPlace
    }

    /// The longest first; of equals, the first to come.
    private(set) var entries: [Entry] = []
    /// Only a longer record changes something.
    private var threshold: UInt64?

    /// Takes the next record in the order of the input.
    mutating func note(length: UInt64, input: Int, line: UInt64) {
        if let threshold, length <= threshold { return }
        let entry = Entry(length: length, place: RecordPlace(input: input, line: line))
        let index = entries.firstIndex { $0.length < length } ?? entries.count
        entries.insert(entry, at: index)
        if entries.count > Self.kept { entries.removeLast() }
        if entries.count == Self.kept { threshold = entries.last?.length }
    }
}
