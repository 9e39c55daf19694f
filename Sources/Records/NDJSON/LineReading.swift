/// NDJSON: which bytes are a line.
extension RecordReader {
    mutating func nextLine() -> Next {
        scratch.reset()
        while true {
            if oversized != nil {
                return skipOversized() ? .record : .needsInput
            }
            let start = buffer.head
            let lineFeed = buffer.lineFeed(from: start + searched, to: buffer.tail)
            if lineFeed == nil, buffer.available >= options.maxRecordBytes + 2 {
                // Even a CR LF can't follow within the limit any more.
                searched = 0
                beginSkipping(after: options.maxRecordBytes + 2)
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
                searched = buffer.available
                return .needsInput
            }
            searched = 0
            defer { if lineFeed != nil { lineNumber += 1 } }
            if lineFeed != nil, end > start, buffer.bytes[end - 1] == Byte.carriageReturn {
                end -= 1
            }
            if end - start <= options.maxRecordBytes, isBlank(from: start, to: end) {
                blankLines += 1
                continue
            }
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

    @inline(__always)
    private func isBlank(from start: Int, to end: Int) -> Bool {
        var i = start
        while i < end, Byte.isJSONSpace(buffer.bytes[i]) { i += 1 }
        return i == end
    }
}
