/// Converts a CSV payload to the JSON that is sent.
extension RecordReader {
    /// The length of the last record's prepared payload, in bytes.
    ///
    /// For JSON with doubled quotes it is the length before they are made single, and for members
    /// a maximum.
    package var preparedCount: Int {
        mutating get {
            guard let payload = record.payload else { return 0 }
            switch csv.unprepared {
            case .text(let cell, let known):
                let count = known ?? LiteralWriter(from: UnsafePointer(buffer.bytes), cell).length
                csv.unprepared = .text(cell, count: count)
                return count
            case .members(let known):
                let count = known ?? countMembers()
                csv.unprepared = .members(count: count)
                return count
            case .quotedJSON, nil: return payload.count
            }
        }
    }

    /// Converts the last record's payload to the JSON that is sent, if necessary.
    ///
    /// A CSV payload is unquoted or escaped, and one of members is built. Invalidates earlier
    /// ranges of `record` and results of `bytes(_:)`. A second call does nothing.
    ///
    /// A large payload is changed in place, which saves memory. Then the result is the change.
    /// `Record.bytes` keeps the record's start, and `PayloadChange.revert(in:)` restores the
    /// original there, even in detached memory.
    @discardableResult
    package mutating func preparePayload() -> PayloadChange? {
        guard let payload = record.payload, let unprepared = csv.unprepared else { return nil }
        let newCount = preparedCount
        csv.unprepared = nil
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
        case .members:
            record.payload = writeMembers(count: newCount)
            return nil
        }
        guard let start = record.bytes?.start, let prepared = record.payload else { return nil }
        return PayloadChange(
            kind: kind, start: payload.start - start, oldCount: payload.count,
            newCount: prepared.count)
    }

    /// Makes the doubled quotes of a cell's part single, in place.
    ///
    /// Scratch holds one piece at a time.
    private mutating func unquotedInPlace(_ part: ByteRange) -> ByteRange {
        let first = scratch.count
        scratch.reserve(UnquotedCopy.piece + UnquotedCopy.slack)
        let end = part.start + part.count
        var (position, written) = (part.start, part.start)
        while position < end {
            var copy = UnquotedCopy(from: UnsafePointer(buffer.bytes), to: scratch.bytes + first)
            position = copy.unquote(position, to: min(position + UnquotedCopy.piece, end))
            (buffer.bytes + written).update(from: scratch.bytes + first, count: copy.written)
            written += copy.written
        }
        buffer.discard(from: written, to: end)
        return ByteRange(start: part.start, count: written - part.start)
    }

    /// Converts a cell to a JSON string in place, moving later bytes.
    private mutating func literalInPlace(of cell: CSVCell, length: Int) -> ByteRange {
        let added = length - (cell.end - cell.start)
        record.appID = relocated(record.appID, from: cell, added)
        record.eventType = relocated(record.eventType, from: cell, added)
        record.idempotencyKey = relocated(record.idempotencyKey, from: cell, added)
        buffer.insert(added, at: cell.end)
        let writer = LiteralWriter(from: UnsafePointer(buffer.bytes), cell)
        writer.writeBackwards(to: buffer.bytes + cell.start, length: length)
        return ByteRange(start: cell.start, count: length)
    }

    /// The range of a field after a cell has grown by `added` bytes.
    ///
    /// A field inside the cell is copied to scratch.
    private mutating func relocated(_ field: ByteRange?, from cell: CSVCell, _ added: Int)
        -> ByteRange?
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
