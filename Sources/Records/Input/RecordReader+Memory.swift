/// Detaches the memory of a record.
extension RecordReader {
    /// Detaches the memory of the last record, instead of a copy.
    ///
    /// `input` contains the record's bytes. `decoded` contains fields that were decoded or escaped
    /// (ranges with a negative start), and is nil without any. Results of `bytes(_:)` stay valid
    /// as long as this memory. The record's ranges become invalid.
    package mutating func detachMemory() -> (input: RecordMemory, decoded: RecordMemory?) {
        let decoded = scratch.count > 0 ? RecordMemory(adopting: scratch.detach()) : nil
        return (RecordMemory(adopting: buffer.detach()), decoded)
    }

    /// The number of bytes of an incomplete record. Valid after `needsInput`.
    package var incompleteBytes: Int { buffer.available }
}
