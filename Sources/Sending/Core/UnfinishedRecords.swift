/// The records of a stream that were read and not finished at a stop.
struct UnfinishedRecords {
    private var records: [(line: UInt64, bytes: [UInt8])] = []

    /// The bytes of the records, sorted by line.
    var inOrder: [[UInt8]] { records.sorted { $0.line < $1.line }.map(\.bytes) }

    mutating func append(_ bytes: [UInt8], line: UInt64) {
        records.append((line, bytes))
    }
}
