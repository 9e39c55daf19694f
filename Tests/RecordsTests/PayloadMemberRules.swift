import Records
import Testing

/// A template with members such as `a=col`, `a/b=/col/x`, `n=col:number`, `c:={"constant":1}` or `*`.
func template(
    _ rules: [String], emptyCells: PayloadTemplate.EmptyCells = .omit, null: String? = nil
) throws -> PayloadTemplate {
    var template = try PayloadTemplate(
        rules.map { rule in
            if rule == "*" { return .others }
            let parts = rule.split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false
            ).map(String.init)
            let name = parts[0].hasSuffix(":") ? String(parts[0].dropLast()) : parts[0]
            let path = try #require(JSONPointer(parsing: "/" + name))
            if name != parts[0] {
                return .init(path: path, content: .constant(Array(parts[1].utf8)))
            }
            let kind = PayloadTemplate.Conversion.allCases.first {
                parts[1].hasSuffix(":" + $0.rawValue)
            }
            let source = kind.map { String(parts[1].dropLast($0.rawValue.utf8.count + 1)) }
            let text = source ?? parts[1]
            let pointer = text.isEmpty ? [] : try #require(JSONPointer(parsing: text))
            return .init(path: path, content: .source(pointer, kind ?? .string))
        })
    template.emptyCells = emptyCells
    template.nullText = null.map { Array($0.utf8) }
    return template
}

/// Options with constant other fields.
func building(
    _ template: PayloadTemplate, _ change: (inout ReaderOptions) -> Void = { _ in }
) -> ReaderOptions {
    ReaderOptions {
        $0.mapping.appID = .constant(Array("app".utf8))
        $0.mapping.eventType = .constant(Array(#""t""#.utf8))
        $0.mapping.payload = .members(template)
        change(&$0)
    }
}

/// The payload of each record, or its error code and message.
func outcome(_ readout: Readout, _ mapping: FieldMapping) -> [String?] {
    readout.records.map { record in
        guard let problem = record.problem else { return record.payload }
        return "\(problem.code.rawValue): \(problem.describe(mapping))"
    }
}
