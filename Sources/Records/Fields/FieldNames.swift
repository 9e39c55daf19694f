/// The names of the fields in an unmapped record.
struct FieldNames {
    var appID = Array("appId".utf8)
    var eventType = Array("event_type".utf8)
    var payload = Array("payload".utf8)

    /// The field with the name between the quotes, which may be escaped.
    @inline(__always)
    func field(named bytes: UnsafePointer<UInt8>, from start: Int, to end: Int) -> RecordField? {
        if isSame(bytes, start, end, as: appID) { return .appID }
        if isSame(bytes, start, end, as: eventType) { return .eventType }
        if isSame(bytes, start, end, as: payload) { return .payload }
        guard JSONString.hasEscape(bytes, from: start, to: end) else { return nil }
        return fieldByDecoding(bytes, start, end)
    }

    /// The column names in their order without a header.
    var inOrder: [String] {
        [appID, eventType, payload].map { String(decoding: $0, as: UTF8.self) }
    }

    @inline(__always)
    private func isSame(
        _ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int, as name: [UInt8]
    ) -> Bool {
        name.withUnsafeBufferPointer { JSONString.isSame(bytes, from: start, to: end, as: $0) }
    }

    @inline(never)
    private func fieldByDecoding(
        _ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int
    ) -> RecordField? {
        func matches(_ name: [UInt8]) -> Bool {
            name.withUnsafeBufferPointer {
                JSONString.escapedContents(bytes, from: start, to: end, equal: $0)
            }
        }
        if matches(appID) { return .appID }
        if matches(eventType) { return .eventType }
        return matches(payload) ? .payload : nil
    }
}
