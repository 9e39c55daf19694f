/// Validates an NDJSON line and finds its fields.
extension RecordReader {
    /// The problem of a line that has no opening brace at `position`.
    @inline(never)
    func notAnObjectProblem(
        _ scanner: JSONScanner, from start: Int, at position: Int
    ) -> RecordProblem {
        let textEnd = scanner.document(from: start)
        if textEnd >= 0 { return problem(.notAnObject, at: position) }
        return scanner.isText(at: position)
            ? problem(.notJSON, at: position) : problem(JSONProblem(packed: textEnd))
    }

    /// Validates the line `start..<end` and finds its fields.
    mutating func readObject(from start: Int, to end: Int) {
        let scanner = JSONScanner(bytes: UnsafePointer(buffer.bytes), end: end)
        let brace = scanner.afterSpace(start)
        guard brace < end, scanner.bytes[brace] == Byte.openBrace else {
            if brace < end, scanner.bytes[brace] == Byte.recordSeparator {
                readObject(from: brace + 1, to: end)
            } else {
                record.problem = notAnObjectProblem(scanner, from: start, at: brace)
            }
            return
        }
        _ = readMembers(scanner, brace: brace, isWholeText: true)
    }

    /// Validates the object at `brace` and finds its fields.
    ///
    /// Of a whole text, the record is started, and problems are its own. Otherwise the record is
    /// started at the end of a valid object, and a record over the size limit has no fields.
    /// Returns the end of the object or text, or a packed problem.
    @inline(__always)
    mutating func readMembers(_ scanner: JSONScanner, brace: Int, isWholeText: Bool) -> Int {
        var appID = FoundValue()
        var eventType = FoundValue()
        var payload = FoundValue()
        var ignoredCount: UInt64 = 0
        var members = JSONMembers(scanner)
        var more = members.first(after: brace + 1)
        while more {
            let name = members.nameStart
            let value = members.valueStart
            let valueEnd = scanner.value(at: value, depth: 1)
            switch names.field(named: scanner.bytes, from: name, to: members.nameEnd) {
            case .appID: appID.add(value, valueEnd, name: name - 1)
            case .eventType: eventType.add(value, valueEnd, name: name - 1)
            case .payload: payload.add(value, valueEnd, name: name - 1)
            case .idempotencyKey, nil:
                if otherUses.isEmpty
                    || !isUsedOtherwise(scanner.bytes, from: name, to: members.nameEnd)
                {
                    ignoredCount += 1
                    ignored.note(scanner.bytes, from: name, to: members.nameEnd)
                }
            }
            more = members.next(after: valueEnd)
        }
        let (end, hasFields) = endObject(
            scanner, from: brace, to: members.end, isWholeText: isWholeText)
        if ignoredCount > 0 { endIgnored(hasFields ? ignoredCount : nil) }
        guard hasFields else { return end }
        if let found = firstDuplicate(appID, eventType, payload) {
            record.problem = found
        }
        readAppID(appID, object: brace)
        readEventType(eventType, object: brace)
        readPayload(payload)
        readKey(object: brace, end: end)
        return end
    }

    /// Whether the key or the selection is in the member with the name between the quotes.
    @inline(never)
    func isUsedOtherwise(
        _ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int
    ) -> Bool {
        otherUses.contains { $0.startsWithMember(bytes, from: start, to: end) }
    }

    /// Counts the ignored members of a record; nil forgets them, because it is not valid.
    @inline(never)
    mutating func endIgnored(_ count: UInt64?) {
        if let count { ignored.commit(count) } else { ignored.discard() }
    }

    /// Ends the object of `readMembers`. Returns the end of the object or text, or a packed problem,
    /// and whether its fields are to be read.
    @inline(__always)
    mutating func endObject(
        _ scanner: JSONScanner, from brace: Int, to objectEnd: Int, isWholeText: Bool
    ) -> (end: Int, hasFields: Bool) {
        let end = isWholeText ? scanner.endOfText(objectEnd) : objectEnd
        guard end >= 0 else {
            if isWholeText, hasCommaAtEnd(scanner, after: objectEnd) { return (objectEnd, true) }
            if isWholeText { record.problem = problem(JSONProblem(packed: end)) }
            return (end, false)
        }
        if isWholeText { return (end, true) }
        startRecord(from: brace, to: end)
        return (end, record.problem == nil)
    }

    /// Whether one comma ends the line after an object, as in an array without its brackets.
    @inline(never)
    private func hasCommaAtEnd(_ scanner: JSONScanner, after objectEnd: Int) -> Bool {
        guard objectEnd >= 0 else { return false }
        let comma = scanner.afterSpace(objectEnd)
        return comma < scanner.end && scanner.bytes[comma] == Byte.comma
            && scanner.afterSpace(comma + 1) == scanner.end
    }

    @inline(__always)
    func firstDuplicate(
        _ appID: FoundValue, _ eventType: FoundValue, _ payload: FoundValue
    ) -> RecordProblem? {
        if appID.isDuplicated { return problem(.duplicate(.appID), at: appID.duplicate) }
        if eventType.isDuplicated {
            return problem(.duplicate(.eventType), at: eventType.duplicate)
        }
        return payload.isDuplicated
            ? problem(.duplicate(.payload), at: payload.duplicate) : nil
    }

    @inline(__always)
    mutating func readAppID(_ value: FoundValue, object: Int) {
        guard value.isPresent else { return invalidate(problem(.missing(.appID), at: object)) }
        guard !value.isDuplicated else { return }
        guard buffer.bytes[value.start] == Byte.quote else {
            return invalidate(problem(.wrongType(.appID), at: value.start))
        }
        let range = contents(of: value.start, to: value.end, maxBytes: AppID.maxLength)
        if let found = AppID.violation(in: bytes(range)) {
            let inside = ByteRange(start: value.start + 1, count: value.end - value.start - 2)
            let index = literalIndex(of: found.index, decoded: range, from: inside)
            return invalidate(problem(found.reason, at: inside.start + index))
        }
        record.appID = range
    }

    @inline(__always)
    mutating func readEventType(_ value: FoundValue, object: Int) {
        guard value.isPresent else {
            return invalidate(problem(.missing(.eventType), at: object))
        }
        guard !value.isDuplicated else { return }
        guard buffer.bytes[value.start] == Byte.quote else {
            return invalidate(problem(.wrongType(.eventType), at: value.start))
        }
        let found = EventType.violation(
            in: UnsafePointer(buffer.bytes), from: value.start + 1, to: value.end - 1,
            isEscaped: true)
        if let found { return invalidate(problem(found.reason, at: found.index)) }
        record.eventType = ByteRange(start: value.start, count: value.end - value.start)
    }

    @inline(__always)
    mutating func readPayload(_ value: FoundValue) {
        guard value.isPresent, !value.isDuplicated else { return }
        guard options.payload.allows(firstByte: buffer.bytes[value.start]) else {
            return invalidate(problem(.wrongType(.payload), at: value.start))
        }
        record.payload = ByteRange(start: value.start, count: value.end - value.start)
    }

    /// Sets the idempotency key, if required, from the valid JSON object `object..<end`.
    @inline(__always)
    mutating func readKey(object: Int, end: Int) {
        guard let pointer = options.idempotencyKeyFrom else { return }
        readKey(at: pointer, object: object, end: end)
    }

    private mutating func readKey(
        at pointer: JSONPointer, object: Int, end: Int
    ) {
        let scanner = JSONScanner(bytes: UnsafePointer(buffer.bytes), end: end)
        var search = JSONSearch(scanner: scanner, pointer: pointer)
        _ = search.step(0, at: object, depth: 0)
        guard let value = search.found else {
            return invalidate(problem(.missing(.idempotencyKey), at: object))
        }
        if let found = readKey(value) {
            invalidate(problem(found.reason, at: value.start + found.index))
        }
    }

    /// Marks the record as invalid. The first problem counts.
    mutating func invalidate(_ problem: RecordProblem) {
        if record.problem == nil { record.problem = problem }
    }

    @inline(__always)
    func problem(_ reason: RecordProblem.Reason, at index: Int) -> RecordProblem {
        RecordProblem(reason, offset: ByteOffset(buffer.offset(of: index)))
    }

    func problem(_ problem: JSONProblem) -> RecordProblem {
        var found = self.problem(.json(problem.reason), at: problem.position)
        found.character = character(at: problem.position, violates: problem.reason)
        return found
    }

    /// The character to name in a message about the byte at an index of the buffer.
    func character(at index: Int, violates reason: JSONProblem.Reason) -> UInt32? {
        guard reason != .unexpectedEnd else { return nil }
        return InvalidCharacter.at(index, in: UnsafePointer(buffer.bytes), end: buffer.tail)
    }
}

extension ReaderOptions.Payload {
    /// Whether a valid JSON value with this first byte has an allowed type.
    @inline(__always)
    func allows(firstByte: UInt8) -> Bool {
        self == .any || firstByte == Byte.openBrace || firstByte == Byte.quote
            || firstByte == UInt8(ascii: "n")
    }
}
