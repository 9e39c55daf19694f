import Destinations
import Records

/// One JSON object per line, with the columns' names; payloads are JSON values.
struct NDJSONRows: RowFormat {
    let listing: StoreListing

    func append(_ row: borrowing StoreRow, to output: inout [UInt8]) {
        for (index, column) in listing.columns.enumerated() {
            output.append(UInt8(ascii: index == 0 ? "{" : ","))
            output += "\"\(column.name)\":".utf8
            guard let text = row.text(index) else {
                output += "null".utf8
                continue
            }
            switch column.kind {
            case .word, .time, .text, .url: ListedText.appendLiteral(of: text, to: &output)
            // Another program may have stored something else.
            case .number where !ListedText.isNumber(text):
                ListedText.appendLiteral(of: text, to: &output)
            case .number: output += text
            case .truth: output += (text.elementsEqual("1".utf8) ? "true" : "false").utf8
            case .json: ListedText.appendJSON(text, to: &output)
            }
        }
        output += "}\n".utf8
    }
}

/// The messages as NDJSON for `send`, with event types and payloads as stored.
struct ExportRows: RowFormat {
    let withKeys: Bool

    func append(_ row: borrowing StoreRow, to output: inout [UInt8]) {
        output += "{\"appId\":".utf8
        append(row.text(Self.application), to: &output)
        output += ",\"event_type\":".utf8
        append(row.text(Self.eventType), to: &output)
        if let payload = row.text(Self.payload) {
            output += ",\"payload\":".utf8
            appendOneLine(payload, to: &output)
        }
        if withKeys {
            output += ",\"idempotency_key\":".utf8
            append(row.text(Self.key), to: &output)
        }
        output += "}\n".utf8
    }

    /// Appends JSON text on one line. Line breaks between tokens become spaces, as do control
    /// characters, which only text that is not JSON contains: `send` rejects its line.
    private func appendOneLine(_ json: UnsafeRawBufferPointer, to output: inout [UInt8]) {
        for byte in json {
            output.append(byte < 0x20 && byte != UInt8(ascii: "\t") ? 0x20 : byte)
        }
    }

    private func append(_ text: UnsafeRawBufferPointer?, to output: inout [UInt8]) {
        let none = UnsafeRawBufferPointer(start: nil, count: 0)
        JSONString.appendLiteral(of: text ?? none, to: &output)
    }

    // The columns of `StoreListing.messages`.
    private static let application = column("application_id")
    private static let eventType = column("event_type")
    private static let payload = column("payload")
    private static let key = column("idempotency_key")

    private static func column(_ name: String) -> Int {
        guard let index = StoreListing.messages.columns.firstIndex(where: { $0.name == name })
        else { preconditionFailure("messages have no column \(name)") }
        return index
    }
}
