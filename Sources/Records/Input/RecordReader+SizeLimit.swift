/// Starts records and skips those over the size limit.
extension RecordReader {
    /// Starts the next record, `start..<end` of the buffer, without any fields.
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

    /// Starts skipping a record whose first `limit` bytes exceed the size limit.
    mutating func beginSkipping(after limit: Int) {
        let start = buffer.head
        var count = limit
        // With an LF after it, the CR is one line end.
        if csv.row.other.endsInReturn, buffer.bytes[start + count - 1] == Byte.carriageReturn {
            count -= 1
        }
        startRecord(from: start, to: start + count)
        lineNumber += countLines(from: start, to: start + count)
        buffer.head += count
        oversized = OversizedRecord(
            length: UInt64(count), lastReturns: countReturns(from: start, to: buffer.head))
    }

    /// The number of CRs at the end of `start..<end`.
    private func countReturns(from start: Int, to end: Int) -> UInt64 {
        var i = end
        while i > start, buffer.bytes[i - 1] == Byte.carriageReturn { i -= 1 }
        return UInt64(end - i)
    }

    /// Skips to the end of the physical line. True once it is reached.
    mutating func skipOversized() -> Bool {
        guard var skipped = oversized else { return false }
        if csv.row.other.endsInReturn { return skipOversizedRow(skipped) }
        let start = buffer.head
        let lineFeed = buffer.lineFeed(from: start, to: buffer.tail)
        let end = lineFeed ?? buffer.tail
        skipped.length += UInt64(end - start)
        let returns = countReturns(from: start, to: end)
        skipped.lastReturns = returns == end - start ? skipped.lastReturns + returns : returns
        if lineFeed != nil {
            lineNumber += 1
            skipped.length -= min(skipped.lastReturns, format == .ndjson ? 1 : 2)
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
