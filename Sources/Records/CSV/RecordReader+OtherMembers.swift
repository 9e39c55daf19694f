/// Reads a payload's members in a dialect with backslash escapes or ordinary quotes.
extension RecordReader {
    /// Does what `readMember` does. The value needs no preparation.
    mutating func readOtherMember(
        _ cell: CSVCell, _ place: PayloadMembers.Cell, _ index: Int
    ) {
        let text = text(of: cell)
        let bytes = pointer(to: text)
        var value = PayloadMembers.Value(kind: .json, range: text)
        switch place.conversion {
        case .string: value.range = appendLiteral(ofText: text)
        case .number:
            let scanner = JSONScanner(bytes: bytes, end: text.count)
            guard text.count > 0, Byte.startsNumber(bytes[0]),
                scanner.value(at: 0, depth: 0) == text.count
            else { return invalidate(.notConverted(.number, source: index), in: cell) }
        case .boolean:
            guard let isTrue = Self.boolean(bytes, count: text.count) else {
                return invalidate(.notConverted(.boolean, source: index), in: cell)
            }
            value.kind = isTrue ? .isTrue : .isFalse
        case .json:
            var (start, end) = (0, text.count)
            while start < end, Byte.isJSONSpace(bytes[start]) { start += 1 }
            while end > start, Byte.isJSONSpace(bytes[end - 1]) { end -= 1 }
            let scanner = JSONScanner(bytes: bytes, end: end)
            let textEnd = scanner.endOfText(scanner.value(at: start, depth: place.depth))
            if textEnd < 0 {
                let found = JSONProblem(packed: textEnd)
                return invalidate(
                    .memberJSON(found.reason, source: index), in: cell, at: found.position)
            }
            value.range = text.part(from: start, count: end - start)
        }
        members.values[index] = value
    }
}
