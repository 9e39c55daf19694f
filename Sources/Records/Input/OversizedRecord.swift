/// What was seen of a record over the size limit while the rest of its line is skipped.
struct OversizedRecord {
    /// Bytes seen so far.
    var length: UInt64
    /// Whether the last of them is a CR, which belongs to the line's end if an LF follows.
    var endsInCarriageReturn: Bool
}

extension RecordReader {
    /// Begins the next record, `start..<end` of the buffer, with nothing in it yet.
    @inline(__always)
    mutating func startRecord(from start: Int, to end: Int) {
        lastOrdinal += 1
        let isTooLarge = end - start > options.maxRecordBytes
        let kept = min(end - start, options.maxRecordBytes)
        record = Record(
            ordinal: lastOrdinal, line: line, offset: ByteOffset(buffer.offset(of: start)),
            length: UInt64(end - start),
            hash: options.computesHashes
                ? XXH64.hash(bytes(ByteRange(start: start, count: kept))) : 0,
            bytes: isTooLarge ? nil : ByteRange(start: start, count: kept),
            problem: isTooLarge
                ? RecordProblem(
                    .tooLarge(limit: options.maxRecordBytes),
                    offset: ByteOffset(buffer.offset(of: start + options.maxRecordBytes)))
                : nil)
    }

    /// Begins to skip a record of which `count` bytes, more than the limit, stand in the buffer.
    mutating func beginSkipping(after count: Int) {
        let start = buffer.head
        startRecord(from: start, to: start + count)
        lineNumber += buffer.countLineFeeds(from: start, to: start + count)
        buffer.head += count
        oversized = OversizedRecord(
            length: UInt64(count),
            endsInCarriageReturn: buffer.bytes[buffer.head - 1] == Byte.carriageReturn)
    }

    /// Skips to the end of the physical line: true once it is reached, and the record is whole.
    mutating func skipOversized() -> Bool {
        guard var skipped = oversized else { return false }
        let start = buffer.head
        let lineFeed = buffer.lineFeed(from: start, to: buffer.tail)
        let end = lineFeed ?? buffer.tail
        skipped.length += UInt64(end - start)
        if end > start {
            skipped.endsInCarriageReturn = buffer.bytes[end - 1] == Byte.carriageReturn
        }
        if lineFeed != nil {
            lineNumber += 1
            if skipped.endsInCarriageReturn { skipped.length -= 1 }
        }
        buffer.head = lineFeed.map { $0 + 1 } ?? end
        guard lineFeed != nil || isAtEnd else {
            oversized = skipped
            return false
        }
        oversized = nil
        record.length = skipped.length
        return true
    }
}
