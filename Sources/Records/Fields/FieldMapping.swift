/// Where the fields of a record stand, if not under the names that the API gives them.
package struct FieldMapping: Hashable, Sendable {
    /// Where one field comes from.
    package enum Source: Hashable, Sendable {
        /// In NDJSON the way from the record to the value; no step is the whole record. In CSV the
        /// first step names a column, and further ones lead into the JSON of its cell.
        case pointer(JSONPointer)
        /// The same for every record: an application id's text, an event type's JSON string
        /// literal, a payload's JSON text. The reader takes it for valid.
        case constant([UInt8])
    }

    package var appID = Source.pointer(["appId"])
    package var eventType = Source.pointer(["event_type"])
    package var payload = Source.pointer(["payload"])

    package init() {}

    private static let usual = FieldMapping()

    /// Where a field is looked for: a JSON Pointer, or the name of a column; nil if it is under its
    /// own name, or nowhere.
    func position(of field: RecordField, isColumn: Bool) -> String? {
        let (source, usual): (Source, Source)
        switch field {
        case .appID: (source, usual) = (appID, Self.usual.appID)
        case .eventType: (source, usual) = (eventType, Self.usual.eventType)
        case .payload: (source, usual) = (payload, Self.usual.payload)
        case .idempotencyKey: return nil
        }
        guard source != usual, case .pointer(let pointer) = source else { return nil }
        if pointer.count == 0 { return "the whole record" }
        return isColumn && pointer.count == 1 ? "'\(pointer[0])'" : pointer.text
    }
}

extension FieldMapping.Source {
    var pointer: JSONPointer? {
        if case .pointer(let pointer) = self { pointer } else { nil }
    }

    /// The name of the column, of a CSV input.
    var column: String? { pointer.flatMap { $0.count > 0 ? $0[0] : nil } }

    /// Whether a member of the record, its name given as it is written between its quotes, is the
    /// first step to the field.
    @inline(__always)
    func begins(_ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int) -> Bool {
        guard case .pointer(let pointer) = self, pointer.count > 0 else { return false }
        return pointer.withToken(0) {
            JSONString.contents(bytes, from: start, to: end, equal: $0)
        }
    }
}
