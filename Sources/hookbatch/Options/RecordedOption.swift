import Records

/// The values of the run identity: as journals have them, and as a person types them.
enum RecordedOption {
    /// The separator of repeated flags in one value, which no rule of `--map` or `--only` contains.
    static let separator: Character = "\u{1F}"

    /// Returns the value of a pointer in journals.
    ///
    /// Journals of all versions have this text, so it must not change.
    static func value(of pointer: JSONPointer) -> String {
        var bytes: [UInt8] = []
        var ends: [Int] = []
        for step in 0..<pointer.count {
            bytes += pointer[step].utf8
            ends.append(bytes.count)
        }
        return "JSONPointer(bytes: \(bytes), ends: \(ends))"
    }

    /// Returns a value of a journal as typed. A value that is as typed already stays as it is.
    static func typed(_ flag: String, _ value: String) -> String {
        switch flag {
        case Flags.input.delimiter.declaration.spelling: return delimiter(value)
        case Flags.input.idempotencyKeyFrom.declaration.spelling: return pointer(value) ?? value
        default:
            let rules = value.split(separator: separator, omittingEmptySubsequences: false)
            guard rules.count > 1 else { return value }
            return rules.map { "\(flag) \(ShellWords.quote(String($0)))" }.joined(separator: " ")
        }
    }

    /// Returns the character of a delimiter's number. A digit is in quotes, to differ from a number.
    private static func delimiter(_ value: String) -> String {
        guard let byte = UInt8(value) else { return value }
        switch byte {
        case UInt8(ascii: "\t"): return "tab"
        case UInt8(ascii: "0")...UInt8(ascii: "9"): return "'\(UnicodeScalar(byte))'"
        default: return String(UnicodeScalar(byte))
        }
    }

    /// Returns the name or the position that `value(of:)` describes; nil if it is neither.
    private static func pointer(_ value: String) -> String? {
        guard value.hasPrefix("JSONPointer(bytes: ["), value.hasSuffix("])") else { return nil }
        let lists = value.split(separator: "[").dropFirst().map { list in
            list.prefix { $0 != "]" }.split { ", ".contains($0) }.compactMap { Int($0) }
        }
        guard lists.count == 2 else { return nil }
        let bytes = lists[0].compactMap { UInt8(exactly: $0) }
        var tokens: [String] = []
        var start = 0
        for end in lists[1] {
            guard end >= start, end <= bytes.count else { return nil }
            tokens.append(String(decoding: bytes[start..<end], as: UTF8.self))
            start = end
        }
        if tokens.count == 1, !tokens[0].isEmpty, tokens[0].utf8.first != UInt8(ascii: "/") {
            return tokens[0]
        }
        return JSONPointer(tokens).text
    }
}
