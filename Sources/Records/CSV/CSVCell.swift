/// A field of the current row: where it stands in the buffer.
struct CSVCell {
    var start: Int
    var end: Int
    var isEscaped: Bool
    /// Its column, from 0.
    var column: Int

    init(_ field: CSVField, in rowStart: Int, column: Int) {
        start = rowStart + field.start
        end = rowStart + field.end
        isEscaped = field.isEscaped
        self.column = column
    }

    var isEmpty: Bool { start == end }

    /// Where in the buffer the byte stands that became the byte `index` of the cell's text.
    func position(ofTextIndex index: Int, in bytes: UnsafePointer<UInt8>) -> Int {
        guard isEscaped else { return start + index }
        var i = start
        for _ in 0..<index where i < end { i += bytes[i] == Byte.quote ? 2 : 1 }
        return min(i, end)
    }
}

extension RecordReader {
    /// The text of a cell: where it stands, or in scratch with its doubled quotes made single.
    mutating func text(of cell: CSVCell) -> ByteRange {
        let inside = ByteRange(start: cell.start, count: cell.end - cell.start)
        return cell.isEscaped ? unquoted(inside) : inside
    }

    /// Part of a quoted cell, in the buffer, in scratch with its doubled quotes made single.
    mutating func unquoted(_ part: ByteRange) -> ByteRange {
        let first = scratch.count
        scratch.reserve(part.count + UnquotedCopy.slack)
        var copy = UnquotedCopy(from: UnsafePointer(buffer.bytes), to: scratch.bytes + first)
        copy.take(part.start, to: part.start + part.count)
        scratch.count = first + copy.written
        return scratch.range(from: first)
    }

    /// Writes the text of a cell, valid UTF-8, to scratch as a JSON string literal of so many bytes,
    /// if they were counted: else the text is to be short.
    mutating func appendLiteral(of cell: CSVCell, length: Int? = nil) -> ByteRange {
        let first = scratch.count
        let writer = LiteralWriter(from: UnsafePointer(buffer.bytes), cell)
        scratch.reserve((length ?? writer.mostBytes) + LiteralWriter.slack)
        scratch.count += writer.write(to: scratch.bytes + first)
        return scratch.range(from: first)
    }
}
