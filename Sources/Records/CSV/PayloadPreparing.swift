/// What is to be done to a payload in a CSV cell so that it can be sent.
enum UnpreparedPayload {
    /// It is JSON whose quotes are doubled.
    case quotedJSON
    /// It is text, of which a JSON string is to be made: of so many bytes, once they were counted.
    case text(CSVCell, count: Int?)
}

/// CSV: from a payload as it stands in the file to what is sent.
extension RecordReader {
    /// How many bytes the last record's payload has once it is prepared; of JSON that is unquoted for
    /// it, how many it has before.
    package var preparedCount: Int {
        mutating get {
            guard let payload = record.payload else { return 0 }
            guard case .text(let cell, let known) = unprepared else { return payload.count }
            let count = known ?? LiteralWriter(from: UnsafePointer(buffer.bytes), cell).length
            unprepared = .text(cell, count: count)
            return count
        }
    }

    /// Makes of the last record's payload what is sent: in NDJSON it is that already, in CSV it may
    /// have to be unquoted or escaped. Void are the ranges that `record` had before, and what
    /// `bytes(_:)` has given. A second call does nothing.
    ///
    /// Returns how to have the record again as it was read, if it was changed: a large payload is
    /// changed where it stands, which spares room for a second one. Then `Record.bytes` is where the
    /// record begins, and `PayloadChange.takeBack(in:)` restores it, there or in memory that was given
    /// away.
    @discardableResult
    package mutating func preparePayload() -> PayloadChange? {
        guard let payload = record.payload, let unprepared else { return nil }
        let newCount = preparedCount
        self.unprepared = nil
        let isLarge = payload.count >= options.largePayloadBytes
        let kind: PayloadChange.Kind
        switch unprepared {
        case .quotedJSON where isLarge:
            record.payload = unquotedInPlace(payload)
            kind = .unquoted
        case .quotedJSON:
            record.payload = unquoted(payload)
            return nil
        case .text(let cell, _) where isLarge:
            record.payload = literalInPlace(of: cell, length: newCount)
            kind = .literal
        case .text(let cell, _):
            record.payload = appendLiteral(of: cell, length: newCount)
            return nil
        }
        guard let start = record.bytes?.start, let prepared = record.payload else { return nil }
        return PayloadChange(
            kind: kind, start: payload.start - start, oldCount: payload.count,
            newCount: prepared.count)
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
    private mutating func literalInPlace(of cell: CSVCell, length: Int) -> ByteRange {
        let added = length - (cell.end - cell.start)
        record.appID = saved(record.appID, from: cell, added)
        record.eventType = saved(record.eventType, from: cell, added)
        record.idempotencyKey = saved(record.idempotencyKey, from: cell, added)
        buffer.insert(added, at: cell.end)
        let writer = LiteralWriter(from: UnsafePointer(buffer.bytes), cell)
        writer.writeBackwards(to: buffer.bytes + cell.start, length: length)
        return ByteRange(start: cell.start, count: length)
    }

    /// Where a field stands after `added` bytes were put behind a cell, and the cell was changed: one
    /// that lies in it is copied to scratch first.
    private mutating func saved(_ field: ByteRange?, from cell: CSVCell, _ added: Int) -> ByteRange?
    {
        guard let field, field.start >= cell.start else { return field }
        if field.start >= cell.end {
            return ByteRange(start: field.start + added, count: field.count)
        }
        let first = scratch.count
        scratch.reserve(field.count)
        (scratch.bytes + first).update(from: pointer(to: field), count: field.count)
        scratch.count += field.count
        return scratch.range(from: first)
    }
}
