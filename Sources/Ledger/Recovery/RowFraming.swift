/// A splitter of a byte stream into rows.
struct RowFraming: ~Copyable {
    /// Longer rows are rejected. The longest rows list a run's inputs.
    static let maxRowLength = 16 << 20

    /// The bytes of the unterminated row, up to the limit.
    private(set) var partial = RowBuffer(capacity: 4096)
    /// Whether the unterminated row is over the limit.
    private var isOverlong = false
    /// The offset of the next row in the stream.
    private(set) var rowStart: UInt64 = 0
    /// The length of the unterminated row.
    private(set) var partialLength: UInt64 = 0

    /// Calls `body` with each row that `chunk` terminates, and its offset.
    ///
    /// The row has no line feed. A row over the limit is passed as nil.
    mutating func push<E: Error>(
        _ chunk: UnsafeRawBufferPointer,
        _ body: (UnsafeRawBufferPointer?, UInt64) throws(E) -> Void
    ) throws(E) {
        var start = 0
        while let end = chunk.lineFeed(from: start) {
            let piece = UnsafeRawBufferPointer(rebasing: chunk[start..<end])
            let rowStart = rowStart
            self.rowStart += partialLength + UInt64(piece.count) + 1
            if partialLength == 0 {
                try body(piece.count <= Self.maxRowLength ? piece : nil, rowStart)
            } else {
                extend(with: piece)
                try body(isOverlong ? nil : partial.bytes, rowStart)
                partial.removeAll()
                partialLength = 0
                isOverlong = false
            }
            start = end + 1
        }
        if start < chunk.count {
            extend(with: UnsafeRawBufferPointer(rebasing: chunk[start...]))
        }
    }

    private mutating func extend(with piece: UnsafeRawBufferPointer) {
        partialLength += UInt64(piece.count)
        if isOverlong || partialLength > UInt64(Self.maxRowLength) {
            isOverlong = true
        } else {
            partial.append(piece)
        }
    }
}
