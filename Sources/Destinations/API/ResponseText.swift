import Glibc
import Records

/// Parser of response bodies: the message's ID or the server's error message.
package struct ResponseText {
    private static let maxIDBytes = 128
    private static let maxDetailScalars = 200
    private static let documentedStart: StaticString = "{\"message\":{\"id\":\""
    private static let idPointer = JSONPointer(["message", "id"])
    /// The usual places of error messages; RFC 9457's members last.
    private static let detailPointers = [
        JSONPointer(["error", "message"]), JSONPointer(["message"]), JSONPointer(["error"]),
        JSONPointer(["detail"]), JSONPointer(["title"]),
    ]

    private let redaction: KeyRedaction
    private var decoded: [UInt8] = []

    package init(key: [UInt8]) { redaction = KeyRedaction(key: key) }

    /// Calls `use` with `message.id` of a body: 1 to 128 visible ASCII characters without the key;
    /// nil otherwise. `decides`: the ID proves acceptance, and the whole body must be valid JSON.
    package mutating func withMessageID<R>(
        in body: UnsafeRawBufferPointer, decides: Bool = true,
        _ use: (UnsafeRawBufferPointer) -> R
    ) -> R? {
        if !decides, let id = Self.plainID(of: body) {
            return redaction.occurs(in: id) ? nil : use(id)
        }
        guard let range = JSONDocument.value(at: Self.idPointer, in: body) else { return nil }
        let literal = UnsafeRawBufferPointer(
            rebasing: body[range.start..<(range.start + range.count)])
        decoded.removeAll(keepingCapacity: true)
        guard JSONString.decode(literal, into: &decoded) else { return nil }
        if decoded.isEmpty || decoded.count > Self.maxIDBytes { return nil }
        return decoded.withUnsafeBytes { id in
            let isVisible = id.allSatisfy { $0 > 0x20 && $0 < 0x7f }
            return isVisible && !redaction.occurs(in: id) ? use(id) : nil
        }
    }

    /// The ID of a body that begins as documented, without white space or escapes. Bytes after the
    /// ID are not parsed.
    private static func plainID(of body: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        let count = documentedStart.utf8CodeUnitCount
        guard body.count > count, let start = body.baseAddress,
            memcmp(start, documentedStart.utf8Start, count) == 0
        else { return nil }
        var end = count
        while end < body.count, end - count <= maxIDBytes {
            let byte = body[end]
            if byte == UInt8(ascii: "\"") {
                return end > count ? UnsafeRawBufferPointer(rebasing: body[count..<end]) : nil
            }
            guard byte > 0x20, byte < 0x7f, byte != UInt8(ascii: "\\") else { return nil }
            end += 1
        }
        return nil
    }

    /// The error message in a body: at most 200 scalars without the key; nil if there is none.
    package mutating func detail(of body: UnsafeRawBufferPointer) -> [UInt8]? {
        if body.isEmpty { return nil }
        for pointer in Self.detailPointers {
            guard let range = JSONDocument.value(at: pointer, in: body) else { continue }
            let literal = UnsafeRawBufferPointer(
                rebasing: body[range.start..<(range.start + range.count)])
            var words: [UInt8] = []
            if JSONString.decode(literal, into: &words) && !words.isEmpty {
                return shortened(redaction.apply(to: words))
            }
        }
        // Cleaning may join the pieces of a key: redact before and after.
        let clean = Self.printable(redaction.apply(to: Array(body)))
        return clean.isEmpty ? nil : shortened(redaction.apply(to: clean))
    }

    /// Truncates by scalars, since one `Character` may have any length.
    private func shortened(_ text: [UInt8]) -> [UInt8] {
        if text.count <= Self.maxDetailScalars { return text }
        return Array(
            String(
                String.UnicodeScalarView(
                    String(decoding: text, as: UTF8.self).unicodeScalars
                        .prefix(Self.maxDetailScalars))
            ).utf8)
    }

    /// Replaces white space and controls by single spaces and removes invisible characters.
    private static func printable(_ text: [UInt8]) -> [UInt8] {
        var result = String.UnicodeScalarView()
        var owesSpace = false
        for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .spaceSeparator, .lineSeparator, .paragraphSeparator:
                owesSpace = !result.isEmpty
            case .format, .privateUse, .unassigned, .surrogate:
                continue
            default:
                if owesSpace { result.append(" ") }
                owesSpace = false
                result.append(scalar)
            }
        }
        return Array(String(result).utf8)
    }
}
