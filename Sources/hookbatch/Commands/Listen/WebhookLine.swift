import HTTP
import LocalAPI
import Records
import Time

/// The output for one received webhook.
struct WebhookLine {
    /// Longer values are cut in text; JSON has all of them.
    private static let maxShown = 120

    let webhook: ReceivedWebhook

    /// The line in a format, with its line break.
    func bytes(as format: OutputFormat) -> [UInt8] {
        switch format {
        case .text: Array(text.utf8)
        case .json: json
        }
    }

    /// The time, the signature, the status, the path, the id, the type, and the attempt after the
    /// first, separated by spaces. No value contains a space.
    private var text: String {
        var line = RFC3339.text(milliseconds: webhook.time)
        line += "  " + Self.padded(signature, to: 9)
        line += "  " + Self.padded(webhook.status.map(String.init) ?? "reset", to: 5)
        for value in [webhook.target, webhook.id, webhook.type] {
            line += "  " + (value.map(Self.shown) ?? "-")
        }
        if let attempt = webhook.attempt, attempt > 1 { line += "  attempt \(attempt)" }
        return line + "\n"
    }

    private var json: [UInt8] {
        var line = Array(#"{"time":""#.utf8)
        line += RFC3339.text(milliseconds: webhook.time).utf8
        line += #"","path":"#.utf8
        Self.append(webhook.target, to: &line)
        line += #","webhook_id":"#.utf8
        Self.append(webhook.id, to: &line)
        line += #","type":"#.utf8
        Self.append(webhook.type, to: &line)
        line += #","signature":"\#(signature)","attempt":"#.utf8
        line += (webhook.attempt.map(String.init) ?? "null").utf8
        line += #","status":"#.utf8
        line += (webhook.status.map(String.init) ?? "null").utf8
        line += ",\"bytes\":\(webhook.bodyBytes)}\n".utf8
        return line
    }

    private var signature: String {
        switch webhook.signature {
        case .unchecked: "no_secret"
        case .checked(.good): "good"
        case .checked(.bad): "bad"
        case .checked(.tooOld): "too_old"
        case .checked(.tooNew): "too_new"
        case .checked(.unsigned): "unsigned"
        }
    }

    private static func shown(_ bytes: [UInt8]) -> String {
        let scalars = String(decoding: bytes, as: UTF8.self).unicodeScalars
        let isCut = scalars.count > maxShown
        var start = ""
        start.unicodeScalars.append(contentsOf: scalars.prefix(maxShown))
        let text = Escaping.escaped(start).split(separator: " ", omittingEmptySubsequences: false)
            .joined(separator: "\\u{0020}")
        if text.isEmpty { return "''" }
        return isCut ? text + "…" : text
    }

    private static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.utf8.count))
    }

    private static func append(_ bytes: [UInt8]?, to line: inout [UInt8]) {
        guard let bytes else { return line += "null".utf8 }
        // Bytes that are not UTF-8 become U+FFFD.
        var text = String(decoding: bytes, as: UTF8.self)
        text.withUTF8 {
            JSONString.appendLiteral(of: UnsafeRawBufferPointer($0), to: &line)
        }
    }
}
