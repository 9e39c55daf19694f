/// The choice of the records of all inputs: those after the first ones to skip, selected, and of one
/// shard.
///
/// It counts the others.
package struct RecordFilter: Sendable {
    /// Whether every further record is kept, so that `keeps` need not be called.
    package private(set) var isOpen: Bool
    package private(set) var skipped = SkippedRecords()
    /// The number of records to skip at the start.
    private let skip: UInt64
    private let hasSelection: Bool
    private let shard: Shard?

    /// - Parameters:
    ///   - skip: The number of records to skip, from the first input on.
    ///   - shard: The shard of the records to keep; nil for all.
    ///   - isNeverOpen: Whether `keeps` is called for every record.
    package init(
        skip: UInt64, _ selection: RecordSelection, shard: Shard? = nil, isNeverOpen: Bool = false
    ) {
        self.skip = skip
        self.shard = shard
        hasSelection = !selection.isEmpty || isNeverOpen
        isOpen = skip == 0 && !hasSelection && shard == nil
    }

    /// Returns whether the last record of a reader is kept, and counts it otherwise.
    @inline(never)
    package mutating func keeps(_ reader: inout RecordReader) -> Bool {
        guard skipped.first == skip else {
            skipped.first += 1
            isOpen = skipped.first == skip && !hasSelection && shard == nil
            return false
        }
        // Before the shard: in each shard it makes the same records invalid.
        if hasSelection, !reader.isSelected() {
            skipped.unselected += 1
            return false
        }
        guard let shard, !reader.isIn(shard) else { return true }
        skipped.inOtherShards += 1
        return false
    }
}

/// The numbers of records that were left out.
package struct SkippedRecords: Hashable, Sendable {
    /// Those at the start.
    package var first: UInt64 = 0
    /// Those that the selection did not match.
    package var unselected: UInt64 = 0
    /// Those of other shards, which other processes send.
    package var inOtherShards: UInt64 = 0

    /// Those that no shard sends.
    package var total: UInt64 { first + unselected }

    package init(first: UInt64 = 0, unselected: UInt64 = 0, inOtherShards: UInt64 = 0) {
        self.first = first
        self.unselected = unselected
        self.inOtherShards = inOtherShards
    }
}
