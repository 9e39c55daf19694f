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

/// One `--map` or `--set`: a field, `=`, and a value.
struct FieldRule<Value: Sendable & Hashable>: Sendable, Hashable {
    var field: MessageField
    var value: Value
    /// The text after the `=`.
    var text: String

    /// Returns nil without `=`, for an unknown field, or if `parse` refuses the rest.
    init?(_ text: String, parse: (String) -> Value?) {
        guard let equals = text.firstIndex(of: "="),
            let field = MessageField(rawValue: String(text[..<equals]))
        else { return nil }
        let rest = String(text[text.index(after: equals)...])
        guard let value = parse(rest) else { return nil }
        self.field = field
        self.value = value
        self.text = rest
    }
}

extension ValueSyntax<FieldRule<JSONPointer>> {
    static let fieldMap = ValueSyntax(
        "FIELD=POINTER",
        noun: "appId, event_type or payload, '=', and a JSON Pointer or a CSV column",
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
        "FIELD=VALUE", noun: "appId, event_type or payload, '=', and a value",
        example: "event_type=user.created"
    ) { text in FieldRule(text) { $0 } }
}
