/// What is to be done to a payload in a CSV cell so that it can be sent.
enum UnpreparedPayload {
    /// It is JSON whose quotes are doubled.
    case quotedJSON
    /// It is text, of which a JSON string is to be made.
    case text(CSVCell)
}

/// CSV: from a payload as it stands in the file to what is sent, once all fields were read.
extension RecordReader {
    /// From this length on, in bytes, a payload is changed where it stands, if it may be.
    private static let largePayload = 64 << 10

    mutating func prepare(_ unprepared: UnpreparedPayload) {
        guard let payload = record.payload else { return }
        let mayReplace = !options.keepsOriginals && payload.count >= Self.largePayload
        switch unprepared {
        case .quotedJSON where mayReplace:
            record.payload = unquotedInPlace(payload)
            record.bytes = nil
        case .quotedJSON:
            record.payload = unquoted(payload)
        case .text(let cell) where mayReplace && !holdsAnotherField(cell):
            record.payload = literalInPlace(of: cell)
            record.bytes = nil
        case .text(let cell):
            record.payload = appendLiteral(of: cell)
        }
    }

    /// Makes the doubled quotes of a part of a cell single where it stands, by way of scratch, a piece
    /// at a time.
    private mutating func unquotedInPlace(_ part: ByteRange) -> ByteRange {
        let first = scratch.count
        scratch.reserve(UnquotedCopy.piece + UnquotedCopy.slack)
        let end = part.start + part.count
        var (taken, written) = (part.start, part.start)
        while taken < end {
            var copy = UnquotedCopy(from: UnsafePointer(buffer.bytes), to: scratch.bytes + first)
            taken = copy.take(taken, to: min(taken + UnquotedCopy.piece, end))
            (buffer.bytes + written).update(from: scratch.bytes + first, count: copy.written)
            written += copy.written
        }
        buffer.discard(from: written, to: end)
        return ByteRange(start: part.start, count: written - part.start)
    }

    /// Makes a JSON string of a cell where it stands: what follows in the buffer moves on for it.
    private mutating func literalInPlace(of cell: CSVCell) -> ByteRange {
        let length = LiteralWriter(from: UnsafePointer(buffer.bytes), cell).length
        let added = length - (cell.end - cell.start)
        buffer.insert(added, at: cell.end)
        func moved(_ range: ByteRange?) -> ByteRange? {
            guard let range, range.start >= cell.end else { return range }
            return ByteRange(start: range.start + added, count: range.count)
        }
        record.appID = moved(record.appID)
        record.eventType = moved(record.eventType)
        record.idempotencyKey = moved(record.idempotencyKey)
        let writer = LiteralWriter(from: UnsafePointer(buffer.bytes), cell)
        writer.writeBackwards(to: buffer.bytes + cell.start, length: length)
        return ByteRange(start: cell.start, count: length)
    }

    /// Whether another field lies within the cell.
    private func holdsAnotherField(_ cell: CSVCell) -> Bool {
        [record.appID, record.eventType, record.idempotencyKey].contains { field in
            field.map { (cell.start..<cell.end).contains($0.start) } ?? false
        }
    }
}
