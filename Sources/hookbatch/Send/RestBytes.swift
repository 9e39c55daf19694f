/// The records of a stream that were read and not finished when the run stopped, in the order in
/// which they are to be sent again.
struct RestBytes {
    private var records: [(line: UInt64, bytes: [UInt8])] = []

    /// By line.
    var inOrder: [[UInt8]] { records.sorted { $0.line < $1.line }.map(\.bytes) }

    mutating func append(_ bytes: [UInt8], line: UInt64) {
        records.append((line, bytes))
    }
}
