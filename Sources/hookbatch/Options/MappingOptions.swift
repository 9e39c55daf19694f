import Records

/// The validated `--map` and `--set`: the sources of the message fields.
struct MappingOptions: Hashable, Sendable {
    var fields = FieldMapping()
    /// The effective `--map` as one text, to compare mappings; empty if it changes nothing.
    private(set) var mapped = ""
    /// The same for `--set`.
    private(set) var set = ""

    /// The payload's template; nil if the payload is one field.
    private(set) var template: PayloadTemplate?
    /// A rule with a conversion, which is for CSV; nil without one.
    private(set) var conversion: String?

    /// `--empty-cells` as text; empty if it changes nothing.
    var emptyCells: String {
        guard let usage = template?.emptyCells, usage != .omit else { return "" }
        return usage.rawValue
    }

    /// `--null`; empty without it.
    var nullText: String {
        template?.nullText.map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    init(_ arguments: Arguments, payload: ReaderOptions.Payload) throws(UsageError) {
        let maps = try arguments.all(Flags.fields.map)
        let sets = try arguments.all(Flags.fields.set)
        let fieldMaps = maps.filter(\.isField)
        let fieldSets = sets.filter { $0.member == nil }
        try Self.refuseRepeated(
            maps.filter { $0.member == nil }.map(\.field), Flags.fields.map.declaration)
        try Self.refuseRepeated(fieldSets.map(\.field), Flags.fields.set.declaration)
        for map in maps where map.member == nil {
            let name = map.field.rawValue
            if fieldSets.contains(where: { $0.field == map.field }) {
                throw UsageError("\(name) is in both --map and --set; remove one")
            }
            if map.value.count == 0, map.field != .payload {
                throw UsageError(
                    "--map \(name)= is the whole record, not a string; give its position "
                        + "(example: --map \(name)=/\(name))")
            }
        }
        for map in fieldMaps { fields[keyPath: map.field.source] = .pointer(map.value) }
        for set in fieldSets {
            fields[keyPath: set.field.source] = .constant(try Self.constant(set, payload))
        }
        if arguments.isOn(Flags.input.noHeader), !maps.isEmpty {
            throw UsageError(
                "--map needs column names, but --no-header is set; add a header row "
                    + "(example: sed '1i tenant,type,data' rows.csv)")
        }
        if let members = try MemberOptions(arguments, maps: maps, sets: sets) {
            fields.payload = .members(members.template)
            template = members.template
            conversion = members.conversion
        }
        let usual = FieldMapping()
        mapped = Self.text(
            fieldMaps.filter { .pointer($0.value) != usual[keyPath: $0.field.source] }
                .map { ($0.name, $0.value.text) },
            inOrder: maps.filter { !$0.isField }.map { ($0.name, $0.text) })
        set = Self.text(
            fieldSets.map { ($0.name, $0.text) },
            inOrder: sets.filter { $0.member != nil }.map { ($0.name, $0.text) })
    }

    private static func refuseRepeated(
        _ fields: [MessageField], _ flag: FlagDeclaration
    ) throws(UsageError) {
        for field in MessageField.allCases where fields.count(where: { $0 == field }) > 1 {
            throw UsageError("\(flag.spelling) \(field.rawValue)=… is given twice; keep one")
        }
    }

    /// Returns the bytes of a constant for the reader.
    private static func constant(
        _ rule: FieldRule<String>, _ payload: ReaderOptions.Payload
    ) throws(UsageError) -> [UInt8] {
        var literal: [UInt8] = []
        let text = Array(rule.text.utf8)
        switch rule.field {
        case .appID:
            guard text.withUnsafeBytes(AppID.isValid) else {
                throw bad(
                    rule, "an application id: 1 to 128 characters of A-Z a-z 0-9 . _ ~ -", "acme")
            }
            return text
        case .eventType:
            text.withUnsafeBytes { JSONString.appendLiteral(of: $0, to: &literal) }
            guard literal.withUnsafeBytes(EventType.isValid(literal:)) else {
                throw bad(
                    rule, "an event type: 1 to 256 characters without control characters",
                    "user.created")
            }
            return literal
        case .payload:
            guard let json = trimmedJSON(rule.text), let first = json.first else {
                throw bad(rule, "JSON", #"{"replayed":true}"#)
            }
            guard payload == .any || "{\"n".utf8.contains(first) else {
                throw bad(
                    rule, "an object, a string or null (--payload any accepts other JSON)",
                    #"{"replayed":true}"#)
            }
            return json
        }
    }

    /// Returns the bytes of a JSON text without white space around it; nil if it is not valid JSON.
    static func trimmedJSON(_ text: String) -> [UInt8]? {
        let bytes = Array(text.utf8)
        guard bytes.withUnsafeBytes(JSONDocument.isValid) else { return nil }
        let json = bytes.drop { isJSONSpace($0) }
        return Array(json.reversed().drop { isJSONSpace($0) }.reversed())
    }

    private static func isJSONSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }

    private static func bad(
        _ rule: FieldRule<String>, _ noun: String, _ example: String
    ) -> UsageError {
        let good = ShellWords.quote("\(rule.field.rawValue)=\(example)")
        return UsageError(
            "--set \(rule.field.rawValue): \(Escaping.quoted(rule.text)) is not \(noun) "
                + "(example: --set \(good))")
    }

    /// Joins rules in a canonical order, and then those whose order matters, with U+001F.
    ///
    /// No rule contains this separator: control characters are invalid in all of them, except blanks
    /// and line breaks between JSON values.
    private static func text(
        _ rules: [(name: String, text: String)], inOrder ordered: [(name: String, text: String)]
    ) -> String {
        (rules.map { "\($0.name)=\($0.text)" }.sorted() + ordered.map { "\($0.name)=\($0.text)" })
            .joined(separator: String(RecordedOption.separator))
    }
}
