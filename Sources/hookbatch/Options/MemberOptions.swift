import Records

/// The validated rules for the members of a payload: `--map payload/NAME=…`, `--map payload='*'`,
/// `--set payload/NAME=…`, `--empty-cells` and `--null`.
struct MemberOptions {
    let template: PayloadTemplate
    /// A rule with a conversion other than `:string`; nil without one.
    let conversion: String?

    /// Returns nil without a rule for members.
    init?(
        _ arguments: Arguments, maps: [FieldRule<JSONPointer>], sets: [FieldRule<String>]
    ) throws(UsageError) {
        // Parses them first, so that an invalid value is reported with or without members.
        let emptyCells = try arguments.defaulted(Flags.fields.emptyCells)
        let null = try arguments.value(Flags.fields.null)
        let memberMaps = maps.filter { !$0.isField }
        let memberSets = sets.filter { $0.member != nil }
        guard let first = memberMaps.first else {
            try Self.refuseWithoutMembers(arguments, memberSets.first)
            return nil
        }
        try Self.refuseContradictions(arguments, first, maps: maps, sets: sets)
        var members: [PayloadTemplate.Member] = []
        var conversion: String?
        for map in memberMaps {
            let member = try Self.member(map)
            members.append(member)
            if case .source(_, let kind) = member.content, kind != .string, conversion == nil {
                conversion = "--map \(map.name)=\(map.text)"
            }
        }
        for set in memberSets { members.append(try Self.member(set)) }
        var template: PayloadTemplate
        do { template = try PayloadTemplate(members) } catch { throw Self.usageError(error) }
        template.emptyCells = emptyCells
        template.nullText = null.map { Array($0.utf8) }
        self.template = template
        self.conversion = conversion
    }

    private static func refuseWithoutMembers(
        _ arguments: Arguments, _ set: FieldRule<String>?
    ) throws(UsageError) {
        if let set, let member = set.member {
            let json = MappingOptions.trimmedJSON(set.text) == nil ? "1" : set.text
            let whole = (0..<member.count).reversed().reduce(json) { value, step in
                "{\(literal(member[step])):\(value)}"
            }
            throw UsageError(
                "--set \(set.name)=… adds to a payload of members, but there is no "
                    + "--map payload/NAME=…; add one, or set the whole payload "
                    + "(example: --set \(ShellWords.quote("payload=" + whole)))")
        }
        let flags = [
            (Flags.fields.emptyCells.declaration, arguments.isGiven(Flags.fields.emptyCells)),
            (Flags.fields.null.declaration, arguments.isGiven(Flags.fields.null)),
        ]
        if let (flag, _) = flags.first(where: \.1) {
            throw UsageError(
                "\(flag.spelling) has no effect without --map payload/NAME=… or "
                    + "--map payload='*'; add one or remove it")
        }
    }

    private static func refuseContradictions(
        _ arguments: Arguments, _ member: FieldRule<JSONPointer>, maps: [FieldRule<JSONPointer>],
        sets: [FieldRule<String>]
    ) throws(UsageError) {
        let isWhole =
            maps.contains { $0.field == .payload && $0.isField }
            || sets.contains { $0.field == .payload && $0.member == nil }
        if isWhole {
            throw UsageError(
                "--map \(member.name)=… makes the payload of members, but another --map or --set "
                    + "gives the whole payload; remove one")
        }
        let flags = [
            (Flags.input.csvPayload.declaration, arguments.isGiven(Flags.input.csvPayload)),
            (Flags.input.payload.declaration, arguments.isGiven(Flags.input.payload)),
        ]
        if let (flag, _) = flags.first(where: \.1) {
            throw UsageError(
                "\(flag.spelling) has no effect with --map \(member.name)=…, which makes the payload "
                    + "of members; remove one")
        }
    }

    private static func member(
        _ rule: FieldRule<JSONPointer>
    ) throws(UsageError) -> PayloadTemplate.Member {
        guard let path = rule.member else { return .others }
        let kinds = PayloadTemplate.Conversion.allCases
        guard let kind = kinds.first(where: { rule.text.hasSuffix(":" + $0.rawValue) }) else {
            if rule.text == "*" {
                throw UsageError(
                    "--map \(rule.name)='*' is not supported: only --map payload='*' takes all "
                        + "columns; a column named * is --map \(rule.name)='/*'")
            }
            return PayloadTemplate.Member(path: path, content: .source(rule.value, .string))
        }
        let text = String(rule.text.dropLast(kind.rawValue.utf8.count + 1))
        guard !text.isEmpty, let pointer = JSONPointer(parsing: text) else {
            throw UsageError(
                "--map \(rule.name)=\(rule.text) has no column before ':\(kind.rawValue)'; "
                    + "give its name (example: --map \(rule.name)=COLUMN:\(kind.rawValue))")
        }
        guard pointer.count == 1 || kind == .string else {
            throw UsageError(
                "--map \(rule.name)=\(rule.text): ':\(kind.rawValue)' is for a whole CSV cell, and "
                    + "\(pointer.text) is a JSON value already; remove the suffix")
        }
        return PayloadTemplate.Member(path: path, content: .source(pointer, kind))
    }

    private static func member(
        _ rule: FieldRule<String>
    ) throws(UsageError) -> PayloadTemplate.Member {
        guard let path = rule.member, let json = MappingOptions.trimmedJSON(rule.text) else {
            let good = ShellWords.quote("\(rule.name)=\(literal(rule.text))")
            throw UsageError(
                "--set \(rule.name): \(Escaping.quoted(rule.text)) is not JSON "
                    + "(as a string: --set \(good))")
        }
        return PayloadTemplate.Member(path: path, content: .constant(json))
    }

    private static func usageError(_ conflict: PayloadTemplate.Conflict) -> UsageError {
        switch conflict {
        case .repeated(let path):
            UsageError("payload\(path.text) is given twice in --map and --set; keep one")
        case .isAlsoObject(let path):
            UsageError(
                "payload\(path.text) can't be both a value and an object of other members; "
                    + "rename one")
        }
    }

    private static func literal(_ text: String) -> String {
        var literal: [UInt8] = []
        var text = text
        text.withUTF8 { JSONString.appendLiteral(of: UnsafeRawBufferPointer($0), to: &literal) }
        return String(decoding: literal, as: UTF8.self)
    }
}
