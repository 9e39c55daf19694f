import Records

/// The fields of a message for `--map` and `--set`, by their API names.
enum MessageField: String, CaseIterable, Sendable {
    case appID = "appId"
    case eventType = "event_type"
    case payload

    /// The property of a mapping.
    var source: WritableKeyPath<FieldMapping, FieldMapping.Source> {
        switch self {
        case .appID: \.appID
        case .eventType: \.eventType
        case .payload: \.payload
        }
    }
}

/// One `--map` or `--set`: a field or a member of the payload, `=`, and a value.
struct FieldRule<Value: Sendable & Hashable>: Sendable, Hashable {
    var field: MessageField
    /// The position in the payload; nil for a whole field.
    var member: JSONPointer?
    var value: Value
    /// The text after the `=`.
    var text: String

    /// Returns nil without `=`, for an unknown field, or if `parse` refuses the rest.
    init?(_ text: String, parse: (String) -> Value?) {
        guard let equals = text.firstIndex(of: "="),
            let (field, member) = Self.target(String(text[..<equals]))
        else { return nil }
        let rest = String(text[text.index(after: equals)...])
        guard let value = parse(rest) else { return nil }
        self.field = field
        self.member = member
        self.value = value
        self.text = rest
    }

    /// The name before the `=`.
    var name: String { field.rawValue + (member?.text ?? "") }

    /// Parses `appId`, `event_type`, `payload` or `payload/NAME`, in which a name of the payload is
    /// a JSON Pointer without empty tokens.
    private static func target(_ name: String) -> (MessageField, JSONPointer?)? {
        if let field = MessageField(rawValue: name) { return (field, nil) }
        let payload = MessageField.payload.rawValue
        // Messages contain it unescaped.
        guard name.hasPrefix(payload + "/"), name.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }),
            let member = JSONPointer(parsing: String(name.dropFirst(payload.utf8.count))),
            !(0..<member.count).contains(where: { member[$0].isEmpty })
        else { return nil }
        return (.payload, member)
    }
}

extension JSONPointer {
    /// The position as a person types it: a name, or a pointer to what is deeper.
    var typed: String { count == 1 ? self[0] : text }
}

extension FieldRule<JSONPointer> {
    /// Whether the source is `*`, all columns or members that no other rule uses.
    var isOthers: Bool { field == .payload && member == nil && text == "*" }

    /// Whether the rule is for a whole field with one source.
    var isField: Bool { member == nil && !isOthers }
}

extension ValueSyntax<FieldRule<JSONPointer>> {
    static let fieldMap = ValueSyntax(
        "FIELD=POINTER",
        noun: "appId, event_type, payload or payload/NAME, '=', and a JSON Pointer or a CSV column",
        example: "appId=/tenant/id"
    ) { text in
        FieldRule(text) { rest in
            // Messages contain it unescaped.
            guard rest.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { return nil }
            return rest.isEmpty ? [] : JSONPointer(parsing: rest)
        }
    }
}

extension ValueSyntax<FieldRule<String>> {
    static let fieldConstant = ValueSyntax(
        "FIELD=VALUE", noun: "appId, event_type, payload or payload/NAME, '=', and a value",
        example: "event_type=user.created"
    ) { text in FieldRule(text) { $0 } }
}

extension ValueSyntax<String> {
    /// The text of a CSV cell that means null.
    static let nullText = ValueSyntax(
        "TEXT", noun: "a text without quotes and control characters", example: "NULL"
    ) { text in
        let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\"") }
        return isPlain && !text.isEmpty ? text : nil
    }
}
