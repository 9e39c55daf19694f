import Records

/// One `--only` or `--except`: a field, `=`, and values.
struct FieldValues: Hashable, Sendable {
    var field: RecordSelection.Field
    var patterns: [TextPattern]
    var text: String

    /// Returns nil without `=`, a field or a value, and for an invalid escape or `*`.
    init?(_ text: String) {
        // Messages contain it unescaped.
        guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }),
            let equals = text.firstIndex(of: "="),
            let field = Self.field(String(text[..<equals])),
            let patterns = TextPattern.list(parsing: String(text[text.index(after: equals)...]))
        else { return nil }
        self.field = field
        self.patterns = patterns
        self.text = text
    }

    private static func field(_ name: String) -> RecordSelection.Field? {
        switch MessageField(rawValue: name) {
        case .appID: .appID
        case .eventType: .eventType
        case .payload, nil: JSONPointer(parsing: name).map { .pointer($0) }
        }
    }
}

extension ValueSyntax<FieldValues> {
    static let fieldValues = ValueSyntax(
        "FIELD=VALUES",
        noun: "a field, '=', and values with commas between them (\\ before a comma, * or \\ "
            + "in a value)",
        example: "event_type=user.*,order.created", parse: FieldValues.init(_:))
}
