/// The entries of a `sent` row, parsed one by one from its bytes.
struct SentLines: Sequence, IteratorProtocol {
    struct Entry {
        var line: UInt64
        /// XXH64 of the record; nil in journals of version 1.
        var hash: UInt64?
    }

    private var row: RowScanner
    /// Whether each entry has a hash.
    let haveHashes: Bool

    /// - Parameter row: The row after the opening bracket of its `lines`.
    init(_ row: RowScanner) {
        self.row = row
        var start = row
        haveHashes = start.skip("[")
    }

    /// Whether the row ends with a list of entries of one form.
    var isWellFormed: Bool {
        var row = row
        repeat {
            guard entry(&row) != nil else { return false }
        } while row.skip(",")
        return row.skip("]") && row.isAtEnd
    }

    mutating func next() -> Entry? {
        guard let entry = entry(&row) else { return nil }
        _ = row.skip(",")
        return entry
    }

    private func entry(_ row: inout RowScanner) -> Entry? {
        guard haveHashes else { return row.number().map { Entry(line: $0) } }
        guard row.skip("["), let line = row.number(), row.skip(","),
            let hash = row.hex(digits: 16), row.skip("]")
        else { return nil }
        return Entry(line: line, hash: hash)
    }
}
