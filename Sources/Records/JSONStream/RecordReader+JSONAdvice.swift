/// Advice on `ReaderOptions.records` for an input that looks like an object around the records.
extension RecordReader {
    /// Adds the advice to the problem of the first value, `start..<end`, if it has an array of
    /// objects and not the fields of a record.
    @inline(never)
    mutating func adviseRecords(from start: Int, to end: Int) {
        guard options.records == nil, json.place == .topLevel, lastOrdinal == 1,
            buffer.bytes[start] == Byte.openBrace
        else { return }
        let scanner = JSONScanner(bytes: UnsafePointer(buffer.bytes), end: end)
        switch record.problem?.reason {
        case .missing(.appID):
            guard record.eventType == nil, hasArrayOfObjects(scanner, after: start + 1) else {
                return
            }
            record.problem?.reason = .missingInWrapper
        case .tooLarge(let limit):
            guard hasArrayOfObjects(scanner, after: start + 1) else { return }
            record.problem?.reason = .wrapperTooLarge(limit: limit)
        default: break
        }
    }

    /// Whether an object has an array of objects, before any field of a record.
    ///
    /// Objects within it are searched too, to a small depth.
    private func hasArrayOfObjects(
        _ scanner: JSONScanner, after brace: Int, depth: Int = 1
    ) -> Bool {
        var members = JSONMembers(scanner)
        var more = members.first(after: brace)
        while more {
            if !isMapped, depth == 1,
                names.field(named: scanner.bytes, from: members.nameStart, to: members.nameEnd)
                    != nil
            {
                return false
            }
            let value = members.valueStart
            guard value < scanner.end else { return false }
            switch scanner.bytes[value] {
            case Byte.openBracket:
                let first = scanner.afterSpace(value + 1)
                if first < scanner.end, scanner.bytes[first] == Byte.openBrace { return true }
            case Byte.openBrace where depth < 3:
                if hasArrayOfObjects(scanner, after: value + 1, depth: depth + 1) { return true }
            default: break
            }
            more = members.next(after: scanner.value(at: value, depth: depth))
        }
        return false
    }
}
