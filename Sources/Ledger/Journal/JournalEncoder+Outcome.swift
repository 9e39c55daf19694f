import Delivery

extension JournalEncoder {
    /// Appends the outcome of a record.
    ///
    /// The row is the report's own row with further members from `,"input":` on. Those bytes can't
    /// occur earlier, since quotes within strings are escaped.
    package mutating func append(_ row: borrowing OutcomeRow) {
        seal()
        let start = buffer.count
        buffer.append("{\"file\":")
        buffer.append(nameLiteral(of: row.fileName))
        buffer.append(",\"line\":")
        buffer.append(decimal: row.physicalLine)
        buffer.append(",\"appId\":")
        buffer.append(optional: row.appID)
        buffer.append(",\"event_type\":")
        if let eventType = row.eventType {
            buffer.append(literal: eventType)
        } else {
            buffer.append("null")
        }
        append(row.outcome)
        buffer.append(",\"status\":")
        buffer.append(optional: row.status)
        buffer.append(",\"message_id\":")
        buffer.append(optional: row.messageID.map(Self.cut))
        buffer.append(",\"attempts\":")
        buffer.append(decimal: row.attempts)
        buffer.append(
            row.isPossibleDuplicate
                ? ",\"possible_duplicate\":true,\"started_at\":"
                : ",\"possible_duplicate\":false,\"started_at\":")
        append(timestamp: row.startedAtMilliseconds)
        buffer.append(",\"latency_ms\":")
        append(latency: row.latencyNanoseconds)
        buffer.append(",\"error\":")
        append(row.error)
        buffer.append(",\"detail\":")
        buffer.append(optional: row.detail.map(Self.cut))
        if isScheduled { appendSchedule(of: row) }
        appendLocation(of: row)
        buffer.close(rowFrom: start)
    }

    @inline(never)
    private mutating func appendSchedule(of row: borrowing OutcomeRow) {
        buffer.append(",\"scheduled_at\":")
        append(timestamp: row.scheduledAtMilliseconds)
        buffer.append(",\"lag_ms\":")
        append(latency: row.lagNanoseconds)
    }

    @inline(__always)
    private mutating func append(timestamp milliseconds: Int64?) {
        if let milliseconds {
            buffer.append(timestamp: milliseconds)
        } else {
            buffer.append("null")
        }
    }

    @inline(__always)
    private mutating func append(latency nanoseconds: Int64?) {
        if let nanoseconds { buffer.append(latency: nanoseconds) } else { buffer.append("null") }
    }

    /// Appends the members that the report's row does not have.
    @inline(__always)
    private mutating func appendLocation(of row: borrowing OutcomeRow) {
        buffer.append(",\"input\":")
        buffer.append(decimal: row.line.file)
        buffer.append(",\"record\":")
        buffer.append(decimal: row.record)
        buffer.append(",\"offset\":")
        buffer.append(decimal: row.offset)
        buffer.append(",\"length\":")
        buffer.append(decimal: row.length)
        buffer.append(",\"hash\":\"")
        buffer.append(hex: row.hash)
        buffer.append(byte: 0x22)
        if let spool = row.spool {
            buffer.append(",\"spool\":")
            buffer.append(decimal: spool)
        }
    }

    @inline(__always)
    private mutating func append(_ outcome: Outcome) {
        switch outcome {
        case .accepted: buffer.append(",\"outcome\":\"accepted\"")
        case .rejected: buffer.append(",\"outcome\":\"rejected\"")
        case .invalid: buffer.append(",\"outcome\":\"invalid\"")
        case .failed: buffer.append(",\"outcome\":\"failed\"")
        case .unknown: buffer.append(",\"outcome\":\"unknown\"")
        case .notAttempted: buffer.append(",\"outcome\":\"not_attempted\"")
        }
    }

    mutating func append(_ code: ErrorCode) {
        switch code {
        case .none:
            buffer.append("null")
        case .status(let status):
            buffer.append("\"http_")
            buffer.append(decimal: status)
            buffer.append(byte: 0x22)
        case .transport(let failure):
            buffer.append(text: failure.rawValue)
        case .fixed(let code):
            buffer.append(byte: 0x22)
            buffer.append(code)
            buffer.append(byte: 0x22)
        case .bytes(let code):
            buffer.append(text: code)
        }
    }

    /// Returns the first bytes of a text, without a partial character.
    @inline(__always)
    private static func cut(_ text: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        text.count <= maxTextBytes ? text : cutLong(text)
    }

    private static func cutLong(_ text: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        var end = maxTextBytes
        // A character has at most three continuation bytes; more are not UTF-8.
        while end > maxTextBytes - 3, text[end] & 0xc0 == 0x80 { end -= 1 }
        return UnsafeRawBufferPointer(rebasing: text[..<end])
    }
}
