import Glibc

/// Recognises a header that is again among the rows, as in several CSV files in one.
extension RecordReader {
    /// The maximum number of spaces around a repeated header.
    private static let maxSpaces = 16

    /// Keeps the header row of which the columns are known.
    mutating func keepHeader(_ row: UnsafePointer<UInt8>, _ rowEnd: CSVRowScanner.RowEnd) {
        let names = trimmed(row, 0..<rowEnd.length)
        let start = csv.header.count
        csv.header += UnsafeBufferPointer(start: row, count: rowEnd.next)
        csv.headerNames = start + names.lowerBound..<start + names.upperBound
        let longest = names.count + TextEncoding.utf8Mark.count + Self.maxSpaces
        csv.repeatedLengths = names.count..<max(longest, rowEnd.length) + 1
    }

    /// Whether the row `start..<end` equals the header.
    ///
    /// A byte-order mark before it and white space around it do not count.
    @inline(never)
    func isHeader(from start: Int, to end: Int) -> Bool {
        let row = UnsafePointer(buffer.bytes + start)
        var names = 0..<end - start
        let mark = TextEncoding.utf8Mark
        if row[0] == mark[0], names.count >= mark.count,
            (0..<mark.count).allSatisfy({ row[$0] == mark[$0] })
        {
            names = mark.count..<names.upperBound
        }
        names = trimmed(row, names)
        guard names.count == csv.headerNames.count else { return false }
        return csv.header.withUnsafeBufferPointer { header in
            guard let first = header.baseAddress else { return false }
            return memcmp(
                first + csv.headerNames.lowerBound, row + names.lowerBound, names.count) == 0
        }
    }

    /// The range without spaces at its ends.
    private func trimmed(_ row: UnsafePointer<UInt8>, _ range: Range<Int>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, row[start] == Byte.space { start += 1 }
        while end > start, row[end - 1] == Byte.space { end -= 1 }
        return start..<end
    }
}
