/// The positions of the fields in a record; by default the API's names.
package struct FieldMapping: Hashable, Sendable {
    /// The source of one field.
    package enum Source: Hashable, Sendable {
        /// A position in the record; the empty pointer is the whole record.
        ///
        /// In CSV the first token names a column. Further tokens lead into the JSON of its cell.
        case pointer(JSONPointer)
        /// The same value for every record, which the reader does not validate.
        ///
        /// It is an application id's text, an event type's JSON string literal or a payload's JSON.
        case constant([UInt8])
        /// An object that is built of the record's values. Only a payload is.
        ///
        /// Indirect, so that a copy of a mapping retains one reference.
        indirect case members(PayloadTemplate)
    }

    package var appID = Source.pointer(["appId"])
    package var eventType = Source.pointer(["event_type"])
    package var payload = Source.pointer(["payload"])

    package init() {}

    private static let unmapped = FieldMapping()

    /// The JSON Pointer or column of a mapped field; nil for any other.
    func position(of field: RecordField, isColumn: Bool) -> String? {
        let (source, unmapped): (Source, Source)
        switch field {
        case .appID: (source, unmapped) = (appID, Self.unmapped.appID)
        case .eventType: (source, unmapped) = (eventType, Self.unmapped.eventType)
        case .payload: (source, unmapped) = (payload, Self.unmapped.payload)
        case .idempotencyKey: return nil
        }
        guard source != unmapped, case .pointer(let pointer) = source else { return nil }
        return pointer.description(isColumn: isColumn)
    }
}

extension PayloadTemplate.Source {
    /// The source's position in the record, for a message.
    func position(isColumn: Bool) -> String { pointer.description(isColumn: isColumn) }
}

extension JSONPointer {
    /// Whether a member of the record is the first step.
    ///
    /// `start..<end` is the member's name between its quotes, still escaped.
    @inline(__always)
    func startsWithMember(_ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int) -> Bool {
        count > 0
            && withToken(0) { JSONString.contents(bytes, from: start, to: end, equal: $0) }
    }

    /// The position in a record, for a message.
    fileprivate func description(isColumn: Bool) -> String {
        if count == 0 { return "the whole record" }
        return isColumn && count == 1 ? "'\(self[0])'" : text
    }
}

extension FieldMapping.Source {
    /// The position in the record; nil for a constant or members.
    package var pointer: JSONPointer? {
        if case .pointer(let pointer) = self { pointer } else { nil }
    }

    /// The name of the CSV column.
    var column: String? { pointer.flatMap { $0.count > 0 ? $0[0] : nil } }

    /// Whether a member of the record is the first step to the field.
    ///
    /// `start..<end` is the member's name between its quotes, still escaped.
    @inline(__always)
    func startsWithMember(_ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int) -> Bool {
        guard case .pointer(let pointer) = self else { return false }
        return pointer.startsWithMember(bytes, from: start, to: end)
    }
}
