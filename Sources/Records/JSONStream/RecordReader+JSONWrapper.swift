/// Finds the array of records within other values: `{"events":[…]}`.
extension RecordReader {
    /// Handles the byte at `index`, the buffer's head, outside the array of records.
    ///
    /// Returns false if it needs more input.
    mutating func stepInWrapper(_ pointer: JSONPointer, at index: Int) -> Bool {
        let byte = buffer.bytes[index]
        switch json.wrapper.place {
        case .value:
            if json.wrapper.isAtStart {
                json.wrapper.start = (ByteOffset(buffer.offset(of: index)), line)
            }
            enterMember(pointer, at: index)
        case .firstName where byte == Byte.closeBrace, .afterValue where byte == Byte.closeBrace:
            buffer.head += 1
            json.wrapper.depth -= 1
            json.wrapper.place = .afterValue
        case .firstName, .name: return readName(pointer, at: index)
        case .colon: take(Byte.colon, at: index, or: .expectedColon, before: .value)
        case .afterValue: take(Byte.comma, at: index, or: .expectedCommaOrBrace, before: .name)
        }
        return true
    }

    /// Consumes the byte at `index` if it is `byte`, else leaves out the rest for `reason`.
    private mutating func take(
        _ byte: UInt8, at index: Int, or reason: JSONProblem.Reason,
        before place: JSONWrapperState.Place
    ) {
        guard buffer.bytes[index] == byte else {
            leaveOutRest(unexpected(reason, at: index))
            return
        }
        buffer.head += 1
        json.wrapper.place = place
    }

    /// Enters the array of records or an object on the way to it, or begins to skip the value.
    private mutating func enterMember(_ pointer: JSONPointer, at index: Int) {
        let byte = buffer.bytes[index]
        let isLast = json.wrapper.depth == pointer.count
        if json.wrapper.isOnTheWay, isLast, byte == Byte.openBracket {
            buffer.head += 1
            json.wrapper.hasArray = true
            json.wrapper.place = .afterValue
            json.place = .arrayStart
        } else if json.wrapper.isOnTheWay, !isLast, byte == Byte.openBrace {
            buffer.head += 1
            json.wrapper.depth += 1
            json.wrapper.place = .firstName
        } else if Self.startsValue(byte) {
            json.wrapper.place = .afterValue
            json.wrapper.isSkipping = true
            json.frame = JSONFrame()
        } else {
            leaveOutRest(unexpected(.expectedValue, at: index))
        }
    }

    /// Skips a value beside the way. Returns false if it needs more input.
    mutating func skipMember() -> Bool {
        guard skipValue() != nil else { return false }
        json.wrapper.isSkipping = false
        return true
    }

    /// Reads a member's name. Returns false if it needs more input.
    private mutating func readName(_ pointer: JSONPointer, at index: Int) -> Bool {
        guard buffer.bytes[index] == Byte.quote else {
            leaveOutRest(unexpected(.expectedMemberName, at: index))
            return true
        }
        let limit = index + options.maxLineBytes
        let end = min(buffer.tail, limit)
        let scanner = JSONScanner(bytes: UnsafePointer(buffer.bytes), end: end)
        let nameEnd = scanner.string(after: index + 1)
        guard nameEnd >= 0 else {
            let problem = JSONProblem(packed: nameEnd)
            // The last bytes may be part of a character.
            if problem.position + 4 > end, end < limit, !isAtEnd { return false }
            leaveOutRest(problem.reason)
            return true
        }
        json.wrapper.isOnTheWay = pointer.withToken(json.wrapper.depth - 1) {
            JSONString.contents(scanner.bytes, from: index + 1, to: nameEnd - 1, equal: $0)
        }
        consume(to: nameEnd)
        json.wrapper.place = .colon
        return true
    }

    /// Ends a value outside of which further ones may follow. One without the array has a row.
    mutating func endWrapper() -> Next? {
        let wrapper = json.wrapper
        json.wrapper = JSONWrapperState()
        guard !wrapper.hasArray, let start = wrapper.start else { return nil }
        startRecord(from: buffer.head, to: buffer.head)
        record.line = start.line
        record.offset = start.offset
        record.length = buffer.offset(of: buffer.head) - start.offset.value
        record.bytes = nil
        record.problem = RecordProblem(.noRecords, offset: start.offset)
        return .record
    }
}
