/// Validates an NDJSON line and finds its fields by `ReaderOptions.mapping`.
extension RecordReader {
    /// Validates the line `start..<end` and finds its fields.
    ///
    /// One pass over the line finds the first step to each field. A second one reads only values
    /// with further steps.
    @inline(never)
    mutating func readMappedObject(from start: Int, to end: Int) {
        let scanner = JSONScanner(bytes: UnsafePointer(buffer.bytes), end: end)
        let brace = scanner.afterSpace(start)
        guard brace < end, scanner.bytes[brace] == Byte.openBrace else {
            if brace < end, scanner.bytes[brace] == Byte.recordSeparator {
                readMappedObject(from: brace + 1, to: end)
            } else {
                record.problem = notAnObjectProblem(scanner, from: start, at: brace)
            }
            return
        }
        _ = readMappedMembers(scanner, brace: brace, isWholeText: true)
    }

    /// Does what `readMembers` does, with `ReaderOptions.mapping`.
    @inline(__always)
    mutating func readMappedMembers(
        _ scanner: JSONScanner, brace: Int, isWholeText: Bool
    ) -> Int {
        let mapping = options.mapping
        var appID = FoundValue()
        var eventType = FoundValue()
        var payload = FoundValue()
        var ignored: UInt64 = 0
        var members = JSONMembers(scanner)
        var more = members.first(after: brace + 1)
        while more {
            let (name, nameEnd) = (members.nameStart, members.nameEnd)
            let value = members.valueStart
            let valueEnd = scanner.value(at: value, depth: 1)
            // Several fields may lie within one member.
            var isUsed = false
            if mapping.appID.startsWithMember(scanner.bytes, from: name, to: nameEnd) {
                appID.add(value, valueEnd, name: name - 1)
                isUsed = true
            }
            if mapping.eventType.startsWithMember(scanner.bytes, from: name, to: nameEnd) {
                eventType.add(value, valueEnd, name: name - 1)
                isUsed = true
            }
            if mapping.payload.startsWithMember(scanner.bytes, from: name, to: nameEnd) {
                payload.add(value, valueEnd, name: name - 1)
                isUsed = true
            }
            if !isUsed { ignored += 1 }
            more = members.next(after: valueEnd)
        }
        let objectEnd = members.end
        let (end, hasFields) = endObject(
            scanner, from: brace, to: objectEnd, isWholeText: isWholeText)
        guard hasFields else { return end }
        if mapping.payload.pointer?.count == 0 {
            payload.add(brace, objectEnd, name: brace)
        } else {
            ignoredMembers += ignored
        }
        resolve(mapping.appID, in: &appID)
        resolve(mapping.eventType, in: &eventType)
        resolve(mapping.payload, in: &payload)
        if let found = firstDuplicate(appID, eventType, payload) {
            record.problem = found
        }
        if case .constant(let text) = mapping.appID {
            record.appID = constant(text)
        } else {
            readAppID(appID, object: brace)
        }
        if case .constant(let literal) = mapping.eventType {
            record.eventType = constant(literal)
        } else {
            readEventType(eventType, object: brace)
        }
        if case .constant(let json) = mapping.payload {
            record.payload = constant(json)
        } else {
            readPayload(payload)
        }
        readKey(object: brace, end: end)
        return end
    }

    /// Replaces a pointer's first value by the one at the end of the pointer.
    private func resolve(_ source: FieldMapping.Source, in value: inout FoundValue) {
        guard case .pointer(let pointer) = source, pointer.count > 1, value.isPresent,
            !value.isDuplicated
        else { return }
        let scanner = JSONScanner(bytes: UnsafePointer(buffer.bytes), end: value.end)
        var search = JSONSearch(scanner: scanner, pointer: pointer)
        _ = search.step(1, at: value.start, depth: 1)
        var nested = FoundValue()
        if let found = search.found {
            nested.add(found.start, found.start + found.count, name: found.start)
        }
        if let duplicate = search.duplicate { nested.duplicate = duplicate }
        value = nested
    }

    /// Copies a constant field to scratch.
    mutating func constant(_ bytes: [UInt8]) -> ByteRange {
        let first = scratch.count
        scratch.reserve(bytes.count)
        bytes.withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return }
            (scratch.bytes + first).update(from: start, count: bytes.count)
        }
        scratch.count += bytes.count
        return scratch.range(from: first)
    }
}
