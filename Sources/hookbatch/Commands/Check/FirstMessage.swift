import Records

/// The request of the first valid record, as `send` makes it for the API.
struct FirstMessage {
    /// Maximum bytes of the payload to show.
    private static let maxShown = 300

    var place: RecordPlace
    var application: String
    /// A JSON string literal.
    var eventType: String
    var payload: Payload?

    /// The start of a payload.
    struct Payload {
        /// Whole characters.
        var start: String
        /// The length of the whole payload in bytes.
        var count: Int

        var isWhole: Bool { start.utf8.count == count }
    }

    /// Prepares the payload of the reader's last record, which is valid.
    init?(_ reader: inout RecordReader, input: Int) {
        guard reader.record.problem == nil else { return nil }
        reader.preparePayload()
        guard let app = reader.record.appID, let type = reader.record.eventType else { return nil }
        place = RecordPlace(input: input, line: reader.record.line.value)
        application = String(decoding: reader.bytes(app), as: UTF8.self)
        eventType = String(decoding: reader.bytes(type), as: UTF8.self)
        payload = reader.record.payload.map { range in
            let bytes = reader.bytes(range)
            var end = min(bytes.count, Self.maxShown)
            // A byte 10xxxxxx continues a character.
            while end > 0, end < bytes.count, bytes[end] & 0xC0 == 0x80 { end -= 1 }
            return Payload(
                start: String(decoding: bytes[..<end], as: UTF8.self), count: bytes.count)
        }
    }

    static let method = "POST"

    /// The path after that of the base URL.
    var path: String { "/applications/\(application)/messages" }

    /// The request on lines of their own, escaped for a terminal.
    var text: String {
        var body = "{\"event_type\":" + eventType
        if let payload {
            body += ",\"payload\":" + payload.start
            body += payload.isWhole ? "}" : "…"
        } else {
            body += "}"
        }
        var lines = ["\(Self.method) \(path)", Escaping.escaped(body)]
        if let payload, !payload.isWhole {
            lines.append(
                "(the first \(payload.start.utf8.count) of \(WholeNumber.shown(payload.count)) "
                    + "bytes of the payload)")
        }
        return lines.map { "  " + $0 }.joined(separator: "\n")
    }

    /// The decoded event type.
    var eventTypeText: String {
        var literal = eventType
        var decoded: [UInt8] = []
        literal.withUTF8 { _ = JSONString.decode(UnsafeRawBufferPointer($0), into: &decoded) }
        return String(decoding: decoded, as: UTF8.self)
    }
}
