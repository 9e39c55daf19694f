/// Unquotes and escapes CSV cells.
extension RecordReader {
    /// The text of a cell, in the buffer or unquoted in scratch.
    mutating func text(of cell: CSVCell) -> ByteRange {
        let inside = ByteRange(start: cell.start, count: cell.end - cell.start)
        return cell.isEscaped ? decoded(inside) : inside
    }

    /// Copies an escaped cell to scratch, decoded.
    private mutating func decoded(_ inside: ByteRange) -> ByteRange {
        csv.hasOtherCells ? unescaped(inside) : unquoted(inside)
    }

    /// Copies a part of a quoted cell to scratch, with single quotes.
    mutating func unquoted(_ part: ByteRange) -> ByteRange {
        let first = scratch.count
        scratch.reserve(part.count + UnquotedCopy.slack)
        var copy = UnquotedCopy(from: UnsafePointer(buffer.bytes), to: scratch.bytes + first)
        copy.unquote(part.start, to: part.start + part.count)
        scratch.count = first + copy.written
        return scratch.range(from: first)
    }

    /// Writes the text of a cell to scratch as a JSON string literal.
    ///
    /// - Parameter length: the literal's length if known; otherwise room for the maximum is
    ///   reserved, so the text must be short.
    mutating func appendLiteral(of cell: CSVCell, length: Int? = nil) -> ByteRange {
        let first = scratch.count
        let writer = LiteralWriter(from: UnsafePointer(buffer.bytes), cell)
        scratch.reserve((length ?? writer.maxLength) + LiteralWriter.slack)
        scratch.count += writer.write(to: scratch.bytes + first)
        return scratch.range(from: first)
    }
}
