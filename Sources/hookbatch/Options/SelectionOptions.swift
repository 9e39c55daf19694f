import Records

/// The validated flags that select records.
struct SelectionOptions: Hashable, Sendable {
    private(set) var selection = RecordSelection()
    /// The flags in the order of `selection`, for messages; empty without one.
    private(set) var words: [String] = []
    /// All `--only` as one text, to compare runs; empty without one.
    private(set) var only = ""
    /// The same for `--except`.
    private(set) var except = ""

    init(_ arguments: Arguments) throws(UsageError) {
        only = add(try arguments.all(Flags.selection.only), Flags.selection.only.declaration)
        except = add(
            try arguments.all(Flags.selection.except), Flags.selection.except.declaration,
            isExclusion: true)
    }

    /// Adds rules. Returns them as one text in a canonical order, with U+001F between them, which
    /// no rule contains.
    private mutating func add(
        _ rules: [FieldValues], _ flag: FlagDeclaration, isExclusion: Bool = false
    ) -> String {
        for rule in rules {
            selection.rules.append(
                RecordSelection.Rule(
                    rule.field, isExclusion: isExclusion, patterns: rule.patterns))
            words.append("\(flag.spelling) \(ShellWords.quote(rule.text))")
        }
        return rules.map(\.text).sorted().joined(separator: "\u{1F}")
    }
}
