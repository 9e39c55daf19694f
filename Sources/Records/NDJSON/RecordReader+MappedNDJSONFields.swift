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
        let template = template
        if template != nil { startMembers() }
        var ignoredCount: UInt64 = 0
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
            if let template,
                addMember(
                    scanner, template, name: name, nameEnd: nameEnd, value: value,
                    valueEnd: valueEnd, isField: isUsed)
            {
                isUsed = true
            }
            if !isUsed,
                otherUses.isEmpty || !isUsedOtherwise(scanner.bytes, from: name, to: nameEnd)
            {
                ignoredCount += 1
                ignored.note(scanner.bytes, from: name, to: nameEnd)
            }
            more = members.next(after: valueEnd)
        }
        let objectEnd = members.end
        let (end, hasFields) = endObject(
            scanner, from: brace, to: objectEnd, isWholeText: isWholeText)
        let isWhole = mapping.payload.pointer?.count == 0
        if ignoredCount > 0 { endIgnored(hasFields && !isWhole ? ignoredCount : nil) }
        guard hasFields else { return end }
        if isWhole { payload.add(brace, objectEnd, name: brace) }
        if let pointer = mapping.appID.pointer { resolve(pointer, in: &appID) }
        if let pointer = mapping.eventType.pointer { resolve(pointer, in: &eventType) }
        if let pointer = mapping.payload.pointer { resolve(pointer, in: &payload) }
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
        switch mapping.payload {
        case .constant(let json): record.payload = constant(json)
        case .members(let template): endMembers(template, object: brace, end: objectEnd)
        case .pointer: readPayload(payload)
        }
        readKey(object: brace, end: end)
        return end
    }

    /// Replaces a pointer's first value by the one at the end of the pointer.
    func resolve(_ pointer: JSONPointer, in value: inout FoundValue) {
        guard pointer.count > 1, value.isPresent, !value.isDuplicated else { return }
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
