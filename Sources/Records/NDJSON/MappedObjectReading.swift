/// NDJSON: what a line says, if its fields stand elsewhere than under their own names.
extension RecordReader {
    /// As `readObject`. A pass over the whole line finds the first step to each field; only the
    /// values in which further steps are to be taken are read again.
    @inline(never)
    mutating func readMappedObject(from start: Int, to end: Int) {
        let scanner = JSONScanner(bytes: UnsafePointer(buffer.bytes), end: end)
        let brace = scanner.afterSpace(start)
        guard brace < end, scanner.bytes[brace] == Byte.openBrace else {
            record.problem = problemOfNoObject(scanner, from: start, at: brace)
            return
        }
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
            if mapping.appID.begins(scanner.bytes, from: name, to: nameEnd) {
                appID.note(value, valueEnd, name: name - 1)
                isUsed = true
            }
            if mapping.eventType.begins(scanner.bytes, from: name, to: nameEnd) {
                eventType.note(value, valueEnd, name: name - 1)
                isUsed = true
            }
            if mapping.payload.begins(scanner.bytes, from: name, to: nameEnd) {
                payload.note(value, valueEnd, name: name - 1)
                isUsed = true
            }
            if !isUsed { ignored += 1 }
            more = members.next(after: valueEnd)
        }
        let objectEnd = members.end
        let finish = scanner.endOfText(objectEnd)
        guard finish >= 0 else {
            record.problem = problem(JSONFault(packed: finish))
            return
        }
        if mapping.payload.pointer?.count == 0 {
            payload.note(brace, objectEnd, name: brace)
        } else {
            ignoredMembers += ignored
        }
        follow(mapping.appID, in: &appID)
        follow(mapping.eventType, in: &eventType)
        follow(mapping.payload, in: &payload)
        if let found = firstDuplicate(appID, eventType, payload) {
            record.problem = found
        }
        if case .constant(let text) = mapping.appID {
            record.appID = constant(text)
        } else {
            takeAppID(appID, object: brace)
        }
        if case .constant(let literal) = mapping.eventType {
            record.eventType = constant(literal)
        } else {
            takeEventType(eventType, object: brace)
        }
        if case .constant(let json) = mapping.payload {
            record.payload = constant(json)
        } else {
            takePayload(payload)
        }
        takeKey(object: brace, end: end)
    }

    /// Takes the steps of a pointer after the first, from the valid JSON value that was found with
    /// that one.
    private func follow(_ source: FieldMapping.Source, in value: inout FoundValue) {
        guard case .pointer(let pointer) = source, pointer.count > 1, value.isPresent,
            !value.isDuplicated
        else { return }
        let scanner = JSONScanner(bytes: UnsafePointer(buffer.bytes), end: value.end)
        var search = JSONSearch(scanner: scanner, pointer: pointer)
        _ = search.step(1, at: value.start, depth: 1)
        var further = FoundValue()
        if let found = search.found {
            further.note(found.start, found.start + found.count, name: found.start)
        }
        if let duplicate = search.duplicate { further.duplicate = duplicate }
        value = further
    }

    /// A field that is the same for every record, written where its other fields may stand.
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
