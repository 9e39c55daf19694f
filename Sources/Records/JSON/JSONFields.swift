/// A JSON text with access to single values.
package struct JSONFields {
    package let text: [UInt8]

    package init(text: [UInt8]) { self.text = text }

    /// Returns the JSON text of the value at a path of member names; nil if it is absent.
    package func value(_ path: String...) -> String? { value(path) }

    /// Returns the string at a path; nil if it is absent or not a string.
    package func string(_ path: String...) -> String? {
        guard let literal = value(path), literal.hasPrefix("\"") else { return nil }
        var decoded: [UInt8] = []
        _ = Array(literal.utf8).withUnsafeBytes { JSONString.decode($0, into: &decoded) }
        return String(decoding: decoded, as: UTF8.self)
    }

    /// Returns the whole number at a path; nil if it is absent, negative or not whole.
    package func number(_ path: String...) -> UInt64? { value(path).flatMap { UInt64($0) } }

    /// Returns the elements of an array, in one pass; there may be thousands.
    package func elements(_ path: String...) -> [JSONFields] {
        guard let array = value(path).map({ Array($0.utf8) }) else { return [] }
        let ranges = array.withUnsafeBytes { JSONDocument.elements(in: $0) } ?? []
        return ranges.map { JSONFields(text: Array(array[$0.start..<$0.start + $0.count])) }
    }

    private func value(_ path: [String]) -> String? {
        text.withUnsafeBytes { bytes in
            JSONDocument.value(at: JSONPointer(path), in: bytes).map { range in
                String(decoding: bytes[range.start..<range.start + range.count], as: UTF8.self)
            }
        }
    }
}
