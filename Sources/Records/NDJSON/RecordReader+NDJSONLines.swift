/// Splits NDJSON into lines.
extension RecordReader {
    /// The next record of an NDJSON input.
    mutating func nextLine() -> Next {
        scratch.reset()
        while true {
            if oversized != nil {
                return skipOversized() ? .record : .needsInput
            }
            let start = buffer.head
            let lineFeed = buffer.lineFeed(from: start + searchedCount, to: buffer.tail)
            if lineFeed == nil, buffer.available >= options.maxLineBytes {
                if lastOrdinal == 0, isArray(from: start, to: buffer.tail) {
                    return refuse(.jsonArray)
                }
                searchedCount = 0
                beginSkipping(after: options.maxLineBytes)
                continue
            }
            var end = buffer.tail
            if let lineFeed {
                end = lineFeed
                buffer.head = lineFeed + 1
            } else if isAtEnd {
                if start == end { return .end }
                buffer.head = end
            } else {
                searchedCount = buffer.available
                return .needsInput
            }
            searchedCount = 0
            defer { if lineFeed != nil { lineNumber += 1 } }
            if lineFeed != nil, end > start, buffer.bytes[end - 1] == Byte.carriageReturn {
                end -= 1
            }
            if end - start <= options.maxRecordBytes, isBlank(from: start, to: end) {
                blankLines += 1
                continue
            }
            if lastOrdinal == 0, isArray(from: start, to: end) { return refuse(.jsonArray) }
            startRecord(from: start, to: end)
            if record.problem == nil {
                if isMapped {
                    readMappedObject(from: start, to: end)
                } else {
                    readObject(from: start, to: end)
                }
            }
            return .record
        }
    }

    /// Whether the first line of an input begins a JSON array.
    @inline(never)
    private func isArray(from start: Int, to end: Int) -> Bool {
        // The same bytes of a long line, however large the reads are.
        let end = min(end, start + options.maxLineBytes)
        let scanner = JSONScanner(bytes: UnsafePointer(buffer.bytes), end: end)
        let first = scanner.afterSpace(start)
        return first < end && buffer.bytes[first] == Byte.openBracket
            && !scanner.isText(at: first)
    }

    @inline(__always)
    private func isBlank(from start: Int, to end: Int) -> Bool {
        var i = start
        while i < end, Byte.isJSONSpace(buffer.bytes[i]) { i += 1 }
        return i == end
    }
}
