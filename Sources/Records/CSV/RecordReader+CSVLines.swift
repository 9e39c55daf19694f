/// Counts and finds physical lines, in which CR may be a line end.
extension RecordReader {
    /// The number of line ends in `start..<end`, as an editor counts them.
    func countLines(from start: Int, to end: Int) -> UInt64 {
        guard csv.row.other.endsInReturn else {
            return buffer.countLineFeeds(from: start, to: end)
        }
        var count: UInt64 = 0
        for i in start..<end {
            switch buffer.bytes[i] {
            case Byte.carriageReturn: count += 1
            case Byte.lineFeed where i == start || buffer.bytes[i - 1] != Byte.carriageReturn:
                count += 1
            default: break
            }
        }
        return count
    }

    /// The end of the first line's content in `start..<end`, and the start of the next line; nil if
    /// there is no line end, or only a CR as the last byte that an LF may follow.
    ///
    /// - Parameter isFinal: Whether the input ends at `end`.
    func physicalLineEnd(
        from start: Int, to end: Int, isFinal: Bool
    ) -> (content: Int, next: Int)? {
        guard csv.row.other.endsInReturn else {
            return buffer.lineFeed(from: start, to: end).map {
                (CSVRowScanner.rowLength(buffer.bytes, lineFeed: $0, from: start), $0 + 1)
            }
        }
        guard let i = lineEnd(from: start, to: end) else { return nil }
        if i + 1 == end, buffer.bytes[i] == Byte.carriageReturn, !isFinal { return nil }
        return (i, isPair(at: i, to: end) ? i + 2 : i + 1)
    }

    /// Does what `skipOversized` does, in an input whose lines may end in CR.
    @inline(never)
    mutating func skipOversizedRow(_ oversized: OversizedRecord) -> Bool {
        var skipped = oversized
        let start = buffer.head
        let end = lineEnd(from: start, to: buffer.tail)
        skipped.length += UInt64((end ?? buffer.tail) - start)
        buffer.head = end ?? buffer.tail
        self.oversized = skipped
        guard let end else {
            guard isAtEnd else { return false }
            return endSkipping(skipped)
        }
        // An LF may follow.
        guard isAtEnd || end + 1 < buffer.tail else { return false }
        buffer.head = isPair(at: end, to: buffer.tail) ? end + 2 : end + 1
        lineNumber += 1
        return endSkipping(skipped)
    }

    private mutating func endSkipping(_ skipped: OversizedRecord) -> Bool {
        oversized = nil
        record.length = skipped.length
        return true
    }

    /// The first CR or LF in `start..<end`.
    func lineEnd(from start: Int, to end: Int) -> Int? {
        (start..<end).first {
            buffer.bytes[$0] == Byte.lineFeed || buffer.bytes[$0] == Byte.carriageReturn
        }
    }

    private func isPair(at i: Int, to end: Int) -> Bool {
        i + 1 < end && buffer.bytes[i] == Byte.carriageReturn
            && buffer.bytes[i + 1] == Byte.lineFeed
    }
}
