import CBytes

extension ReadBuffer {
    /// The number of line feeds in `start..<end`, which may be many.
    @inline(__always)
    func lineFeedCount(from start: Int, to end: Int) -> UInt64 {
        guard let first = lineFeed(from: start, to: end) else { return 0 }
        return manyLineFeeds(from: first, to: end)
    }

    /// Counts 64 bytes at once: the lines of formatted JSON are short.
    @inline(never)
    private func manyLineFeeds(from start: Int, to end: Int) -> UInt64 {
        var count = 0
        var i = start
        while i + 64 <= end {
            count += hb_equal64(bytes + i, Byte.lineFeed).nonzeroBitCount
            i += 64
        }
        while i + 8 <= end {
            let word = Word.load(bytes, at: i) ^ Word.repeating(Byte.lineFeed)
            count += Word.allZeros(in: word).nonzeroBitCount
            i += 8
        }
        while i < end {
            if bytes[i] == Byte.lineFeed { count += 1 }
            i += 1
        }
        return UInt64(count)
    }
}
