/// Reads the cells of a dialect with backslash escapes or ordinary quotes.
extension RecordReader {
    mutating func readOtherEventType(_ cell: CSVCell) {
        guard !cell.isEmpty else { return invalidate(.missing(.eventType), in: cell) }
        let text = text(of: cell)
        let found = EventType.violation(
            in: pointer(to: text), from: 0, to: text.count, isEscaped: false)
        if let found { return invalidate(found.reason, in: cell, at: found.index) }
        record.eventType = appendLiteral(ofText: text)
    }

    /// Does what `readPayload` does. The payload needs no preparation.
    mutating func readOtherPayload(_ cell: CSVCell) {
        if cell.isNull { return }
        let text = text(of: cell)
        if options.csvPayload == .text {
            record.payload = appendLiteral(ofText: text)
            return
        }
        let bytes = pointer(to: text)
        let (start, end) = Byte.withoutJSONSpace(bytes, from: 0, to: text.count)
        if options.csvPayload == .auto {
            if start == end { return }
            guard Self.looksLikeJSON(bytes + start, count: end - start) else {
                if !csv.row.other.hasEscapes, text.count == 2, isNullMark(cell) {
                    return invalidate(.nullMark, in: cell)
                }
                record.payload = appendLiteral(ofText: text)
                return
            }
        } else if start == end {
            return invalidate(.empty(.payload), in: cell)
        }
        let textEnd = JSONScanner(bytes: bytes, end: end).document(from: start)
        if textEnd < 0 {
            let found = JSONProblem(packed: textEnd)
            let isEscaped = !csv.row.other.hasEscapes && hasDoubledBackslash(text)
            return invalidate(
                isEscaped ? .escapedPayload(found.reason) : .payloadJSON(found.reason), in: cell,
                at: found.position)
        }
        guard options.payload.allows(firstByte: bytes[start]) else {
            return invalidate(.wrongType(.payload), in: cell, at: start)
        }
        record.payload = text.part(from: start, count: end - start)
    }

    /// Copies the text of a cell to scratch, without escapes.
    mutating func unescaped(_ inside: ByteRange) -> ByteRange {
        let first = scratch.count
        scratch.reserve(inside.count)
        var i = inside.start
        let end = inside.start + inside.count
        while i < end {
            let (character, next) = character(at: i, to: end)
            scratch.append(character)
            i = next
        }
        return scratch.range(from: first)
    }

    /// The position in the buffer of the byte `index` of the cell's text.
    func escapedPosition(ofTextIndex index: Int, in cell: CSVCell) -> Int {
        guard cell.isEscaped else { return cell.start + index }
        var i = cell.start
        for _ in 0..<index where i < cell.end { i = character(at: i, to: cell.end).next }
        return min(i, cell.end)
    }

    /// The character at a position of a cell that may have escapes.
    private func character(at i: Int, to end: Int) -> (character: UInt8, next: Int) {
        let byte = buffer.bytes[i]
        if i + 1 < end {
            if byte == Byte.backslash, csv.row.other.hasEscapes {
                return (CSVEscape.character(buffer.bytes[i + 1]), i + 2)
            }
            if byte == Byte.quote, csv.row.other.hasQuotes { return (byte, i + 2) }
        }
        return (byte, i + 1)
    }

    /// Writes a text to scratch as a JSON string literal.
    mutating func appendLiteral(ofText text: ByteRange) -> ByteRange {
        let first = scratch.count
        var length = 0
        JSONString.forEachByte(ofLiteral: bytes(text)) { _ in length += 1 }
        scratch.reserve(length)
        // The text may be in scratch, which does not move from here on.
        JSONString.forEachByte(ofLiteral: bytes(text)) { scratch.append($0) }
        return scratch.range(from: first)
    }

    private func hasDoubledBackslash(_ text: ByteRange) -> Bool {
        let bytes = bytes(text)
        return bytes.indices.dropFirst().contains {
            bytes[$0] == Byte.backslash && bytes[$0 - 1] == Byte.backslash
        }
    }
}
