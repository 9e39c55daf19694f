import Glibc
import Records

/// Parser of response bodies: the message's ID or the server's error message.
///
/// No text that it gives out contains the API key.
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

    /// The usual places of an error's stable code, and of the name of the field that it is about.
    private static let codePointers = [
        JSONPointer(["error", "code"]), JSONPointer(["code"]),
        JSONPointer(["errors", "0", "code"]),
        JSONPointer(["error", "type"]), JSONPointer(["type"]), JSONPointer(["error"]),
    ]
    private static let fieldPointers = [
        JSONPointer(["error", "field"]), JSONPointer(["error", "param"]), JSONPointer(["field"]),
        JSONPointer(["param"]), JSONPointer(["errors", "0", "field"]),
    ]
    private static let maxCodeBytes = 64

    private var redaction: KeyRedaction
    private var decoded: [UInt8] = []

    /// - Parameter secrets: Other values that no text may contain.
    package init(key: [UInt8], secrets: [[UInt8]] = []) {
        redaction = KeyRedaction(key: key, secrets: secrets)
    }

    /// Keeps another key out of the texts too.
    package mutating func add(key: [UInt8]) { redaction.add(key: key) }

    /// Calls `use` with `message.id` of a body: 1 to 128 visible ASCII characters; nil otherwise.
    ///
    /// If the ID contains the key, `use` gets nil. `decides`: the ID proves acceptance, and the
    /// whole body must be valid JSON.
    package mutating func withMessageID<R>(
        in body: UnsafeRawBufferPointer, decides: Bool = true,
        _ use: (UnsafeRawBufferPointer?) -> R
    ) -> R? {
        if !decides, let id = Self.plainID(of: body) {
            return use(redaction.occurs(in: id) ? nil : id)
        }
        guard let range = JSONDocument.value(at: Self.idPointer, in: body) else { return nil }
        let literal = UnsafeRawBufferPointer(
            rebasing: body[range.start..<(range.start + range.count)])
        decoded.removeAll(keepingCapacity: true)
        guard JSONString.decode(literal, into: &decoded) else { return nil }
        if decoded.isEmpty || decoded.count > Self.maxIDBytes { return nil }
        return decoded.withUnsafeBytes { id in
            guard id.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { return nil }
            return use(redaction.occurs(in: id) ? nil : id)
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

    /// The error message in a body: at most 200 scalars; nil without one.
    ///
    /// Of a response about credentials (401, 403, 407) only the stable code and the name of a field
    /// are left. `isCut`: the body was longer.
    package mutating func detail(
        of body: UnsafeRawBufferPointer, status: Int, isCut: Bool
    ) -> [UInt8]? {
        if body.isEmpty { return nil }
        if status == 401 || status == 403 || status == 407 { return codeAndField(in: body) }
        for pointer in Self.detailPointers {
            if let words = Self.string(at: pointer, in: body) {
                return presentable(words, isCut: false)
            }
        }
        return presentable(Self.printable(Array(body)), isCut: isCut)
    }

    /// `code`, `code (field name)` or `field name`; nil if the body has neither.
    private func codeAndField(in body: UnsafeRawBufferPointer) -> [UInt8]? {
        let code = Self.word(at: Self.codePointers, in: body)
        let field = Self.word(at: Self.fieldPointers, in: body).map { Array("field ".utf8) + $0 }
        switch (code, field) {
        case (let code?, let field?):
            return presentable(
                code + [UInt8(ascii: " "), UInt8(ascii: "(")] + field + [UInt8(ascii: ")")],
                isCut: false)
        case (let text?, nil), (nil, let text?): return presentable(text, isCut: false)
        case (nil, nil): return nil
        }
    }

    /// The first identifier at one of `pointers`: ASCII letters, digits, `_`, `.` and `-`.
    private static func word(
        at pointers: [JSONPointer], in body: UnsafeRawBufferPointer
    ) -> [UInt8]? {
        for pointer in pointers {
            guard let text = string(at: pointer, in: body), text.count <= maxCodeBytes else {
                continue
            }
            let isWord = text.allSatisfy { byte in
                (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10
                    || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
                    || byte == UInt8(ascii: "-")
            }
            if isWord { return text }
        }
        return nil
    }

    /// The string at `pointer`, decoded; nil if it is absent or empty.
    private static func string(
        at pointer: JSONPointer, in body: UnsafeRawBufferPointer
    ) -> [UInt8]? {
        guard let range = JSONDocument.value(at: pointer, in: body) else { return nil }
        let literal = UnsafeRawBufferPointer(
            rebasing: body[range.start..<(range.start + range.count)])
        var text: [UInt8] = []
        return JSONString.decode(literal, into: &text) && !text.isEmpty ? text : nil
    }

    /// Truncates `text` and redacts the key; nil if nothing is left.
    ///
    /// Truncates by scalars, since one `Character` may have any length.
    private func presentable(_ text: [UInt8], isCut: Bool) -> [UInt8]? {
        var (text, isCut) = (text, isCut)
        if text.count > Self.maxDetailScalars {
            let scalars = String(decoding: text, as: UTF8.self).unicodeScalars
            let kept = scalars.prefix(Self.maxDetailScalars)
            isCut = isCut || kept.endIndex < scalars.endIndex
            text = Array(String(String.UnicodeScalarView(kept)).utf8)
        }
        let result = redaction.apply(to: text, isCut: isCut)
        return result.isEmpty ? nil : result
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
