/// The API key. It prints as `(redacted)`.
struct APIKey: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Visible bytes, at least one.
    let bytes: [UInt8]

    var description: String { "(redacted)" }
    var debugDescription: String { description }
    var customMirror: Mirror { Mirror(self, children: []) }

    /// Removes a byte-order mark and one trailing line break, and rejects invalid keys. Errors name
    /// the `source`.
    init(raw: [UInt8], source: String) throws(UsageError) {
        var raw = raw.starts(with: [0xEF, 0xBB, 0xBF]) ? raw[3...] : raw[...]
        if raw.last == UInt8(ascii: "\n") { raw.removeLast() }
        if raw.last == UInt8(ascii: "\r") { raw.removeLast() }
        guard !raw.isEmpty else { throw UsageError("\(source): the API key is empty") }
        if let place = raw.firstIndex(where: { $0 <= 0x20 || $0 >= 0x7F }) {
            let what =
                raw[place] > 0x7F ? "a character outside ASCII" : "a space or control character"
            throw UsageError(
                "\(source): the API key contains \(what) at byte \(place + 1); "
                    + "it must be the key alone, on one line")
        }
        bytes = Array(raw)
    }

    /// A warning if the text looks like more than a key; nil if not.
    func warning(source: String) -> String? {
        guard let first = bytes.first, let last = bytes.last else { return nil }
        let quotes = [UInt8(ascii: "\""), UInt8(ascii: "'")]
        let extra: String
        if quotes.contains(first) || quotes.contains(last) {
            extra = "quotes"
        } else if first == UInt8(ascii: "{") {
            extra = "JSON"
        } else if bytes.starts(with: "HOOKSTREAM_API_KEY=".utf8) {
            extra = "the name of a variable"
        } else {
            return nil
        }
        return "\(source): the API key seems to contain \(extra); it must be the key alone"
    }
}
