import Records

extension RecordSource {
    /// Returns unfinished records of a JSON stream and its unread bytes as JSON; nil for another
    /// format.
    ///
    /// It begins with `[`, by which its format is detected. The unread bytes may end within a
    /// record.
    func jsonRest(of records: [[UInt8]], unread: [UInt8]) -> [UInt8]? {
        guard inputs[file - 1].format == .json else { return nil }
        let comma = UInt8(ascii: ",")
        var unread = unread[...]
        var text = [UInt8(ascii: "[")]
        text += records.joined(separator: [comma, 0x0A])
        switch jsonPlace {
        case .beforeComma:
            if records.isEmpty {
                unread = unread.drop { $0 <= 0x20 }
                if unread.first == comma { unread = unread.dropFirst() }
            }
            if unread.isEmpty { text += Array("]\n".utf8) }
        case .afterComma:
            if !records.isEmpty { text.append(comma) }
        case .arrayStart:
            text += Array("]\n[".utf8)
        case .outside:
            text += Array("]\n".utf8)
        }
        return text + unread
    }
}
