/// Where the value of a known member stands in a line; its start is negative if it is absent.
struct FoundValue {
    var start = -1
    var end = -1
    /// Where the name stands a second time.
    var duplicate = -1

    var isPresent: Bool { start >= 0 }
    var isDuplicated: Bool { duplicate >= 0 }

    @inline(__always)
    mutating func note(_ start: Int, _ end: Int, name: Int) {
        if isPresent, duplicate < 0 { duplicate = name }
        self.start = start
        self.end = end
    }
}

/// NDJSON: what a line says.
extension RecordReader {
    /// What is wrong with a line that does not begin, at `place`, like an object.
    @inline(never)
    func problemOfNoObject(
        _ scanner: JSONScanner, from start: Int, at place: Int
    ) -> RecordProblem {
        let finish = scanner.document(from: start)
        return finish < 0 ? problem(JSONFault(packed: finish)) : problem(.notAnObject, at: place)
    }

    /// Validates the line `start..<end` and finds its fields.
    mutating func readObject(from start: Int, to end: Int) {
        let scanner = JSONScanner(bytes: UnsafePointer(buffer.bytes), end: end)
        let brace = scanner.afterSpace(start)
        guard brace < end, scanner.bytes[brace] == Byte.openBrace else {
            record.problem = problemOfNoObject(scanner, from: start, at: brace)
            return
        }
        var appID = FoundValue()
        var eventType = FoundValue()
        var payload = FoundValue()
        var ignored: UInt64 = 0
        var members = JSONMembers(scanner)
        var more = members.first(after: brace + 1)
        while more {
            let name = members.nameStart
            let value = members.valueStart
            let valueEnd = scanner.value(at: value, depth: 1)
            switch names.field(named: scanner.bytes, from: name, to: members.nameEnd) {
            case .appID: appID.note(value, valueEnd, name: name - 1)
            case .eventType: eventType.note(value, valueEnd, name: name - 1)
            case .payload: payload.note(value, valueEnd, name: name - 1)
            case .idempotencyKey, nil: ignored += 1
            }
            more = members.next(after: valueEnd)
        }
        let finish = scanner.endOfText(members.end)
        guard finish >= 0 else {
            record.problem = problem(JSONFault(packed: finish))
            return
        }
        ignoredMembers += ignored
        if let found = firstDuplicate(appID, eventType, payload) {
            record.problem = found
        }
        takeAppID(appID, object: brace)
        takeEventType(eventType, object: brace)
        takePayload(payload)
        takeKey(object: brace, end: end)
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
    mutating func takeAppID(_ value: FoundValue, object: Int) {
        guard value.isPresent else { return note(problem(.missing(.appID), at: object)) }
        guard !value.isDuplicated else { return }
        guard buffer.bytes[value.start] == Byte.quote else {
            return note(problem(.wrongType(.appID), at: value.start))
        }
        let range = contents(of: value.start, to: value.end, longest: AppID.maxLength)
        if let found = AppID.fault(in: bytes(range)) {
            // Within an escaped literal the literal's own start is as near as it gets.
            let index = range.start < 0 ? value.start : range.start + found.index
            return note(problem(found.fault, at: index))
        }
        record.appID = range
    }

    @inline(__always)
    mutating func takeEventType(_ value: FoundValue, object: Int) {
        guard value.isPresent else {
            return note(problem(.missing(.eventType), at: object))
        }
        guard !value.isDuplicated else { return }
        guard buffer.bytes[value.start] == Byte.quote else {
            return note(problem(.wrongType(.eventType), at: value.start))
        }
        let found = EventType.fault(
            in: UnsafePointer(buffer.bytes), from: value.start + 1, to: value.end - 1,
            isEscaped: true)
        if let found { return note(problem(found.fault, at: found.index)) }
        record.eventType = ByteRange(start: value.start, count: value.end - value.start)
    }

    @inline(__always)
    mutating func takePayload(_ value: FoundValue) {
        guard value.isPresent, !value.isDuplicated else { return }
        guard options.payload.takes(firstByte: buffer.bytes[value.start]) else {
            return note(problem(.wrongType(.payload), at: value.start))
        }
        record.payload = ByteRange(start: value.start, count: value.end - value.start)
    }

    /// Takes the idempotency key, if one is asked for, from the valid JSON object `object..<end` of
    /// the buffer.
    @inline(__always)
    mutating func takeKey(object: Int, end: Int) {
        guard let pointer = options.idempotencyKeyFrom else { return }
        takeKey(at: pointer, object: object, end: end)
    }

    private mutating func takeKey(
        at pointer: JSONPointer, object: Int, end: Int
    ) {
        let scanner = JSONScanner(bytes: UnsafePointer(buffer.bytes), end: end)
        var search = JSONSearch(scanner: scanner, pointer: pointer)
        _ = search.step(0, at: object, depth: 0)
        guard let value = search.found else {
            return note(problem(.missing(.idempotencyKey), at: object))
        }
        if let fault = takeKey(value) {
            note(problem(fault, at: value.start))
        }
    }

    /// Notes what is wrong with the record: the first problem that is found counts.
    mutating func note(_ problem: RecordProblem) {
        if record.problem == nil { record.problem = problem }
    }

    @inline(__always)
    func problem(_ fault: RecordProblem.Fault, at index: Int) -> RecordProblem {
        RecordProblem(fault, offset: ByteOffset(buffer.offset(of: index)))
    }

    func problem(_ fault: JSONFault) -> RecordProblem {
        problem(.json(fault.reason), at: fault.position)
    }
}

extension ReaderOptions.Payload {
    /// Whether a valid JSON value that starts with this byte is of a type that is taken.
    @inline(__always)
    func takes(firstByte: UInt8) -> Bool {
        self == .any || firstByte == Byte.openBrace || firstByte == Byte.quote
            || firstByte == UInt8(ascii: "n")
    }
}
