import Glibc

/// Cuts a stream of bytes, in pieces of any size, into rows that end with a line feed.
struct RowFraming: ~Copyable {
    /// A row of more bytes than this is none. The longest rows list a run's inputs.
    static let maximumRowLength = 16 << 20

    /// What came of the row that has no end yet, up to the limit.
    private(set) var partial = RowBuffer(capacity: 4096)
    /// Whether the row that has no end yet is over the limit.
    private var isOverlong = false
    /// Where the next row begins, in bytes from the start of the stream.
    private(set) var rowStart: UInt64 = 0
    /// Bytes of the row that has no end yet.
    private(set) var partialLength: UInt64 = 0

    /// Calls `body` for each row that `chunk` ends, without its line feed, with its offset. A row
    /// over the limit is passed as nil.
    mutating func push<E: Error>(
        _ chunk: UnsafeRawBufferPointer,
        _ body: (UnsafeRawBufferPointer?, UInt64) throws(E) -> Void
    ) throws(E) {
        var start = 0
        while let end = Self.lineFeed(in: chunk, from: start) {
            let piece = UnsafeRawBufferPointer(rebasing: chunk[start..<end])
            let rowStart = rowStart
            self.rowStart += partialLength + UInt64(piece.count) + 1
            if partialLength == 0 {
                try body(piece.count <= Self.maximumRowLength ? piece : nil, rowStart)
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
        if isOverlong || partialLength > UInt64(Self.maximumRowLength) {
            isOverlong = true
        } else {
            partial.append(piece)
        }
    }

    private static func lineFeed(in chunk: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard let base = chunk.baseAddress, start < chunk.count,
            let found = memchr(base + start, 0x0a, chunk.count - start)
        else { return nil }
        return UnsafeRawPointer(found) - base
    }
}
