import Records

/// The validated flags that select records.
struct SelectionOptions: Hashable, Sendable {
    private var rules: [RecordSelection.Rule] = []
    /// The times of the records; nil without `--time`.
    private(set) var window: WindowOptions?
    /// The flags that leave records out, for messages.
    private(set) var words: [String] = []
    /// All `--only` as one text, to compare runs; empty without one.
    private(set) var only = ""
    /// The same for `--except`.
    private(set) var except = ""
    /// The flags of the window as given, by name, to compare runs; each is empty if not given.
    private(set) var timeFlags: [String: String] = [:]

    init(_ arguments: Arguments) throws(UsageError) {
        only = add(try arguments.all(Flags.selection.only), Flags.selection.only.declaration)
        except = add(
            try arguments.all(Flags.selection.except), Flags.selection.except.declaration,
            isExclusion: true)
        window = try WindowOptions(arguments)
        let flags = Flags.selection
        // Journals of 0.1.0 have one position. One that is given again has no effect.
        var positions: [String] = []
        for text in arguments.texts(of: flags.time.declaration) where !positions.contains(text) {
            positions.append(text)
        }
        timeFlags[flags.time.declaration.spelling] =
            positions.joined(separator: String(RecordedOption.separator))
        for flag in [
            flags.timeFormat.declaration, flags.since.declaration, flags.until.declaration,
        ] {
            timeFlags[flag.spelling] = arguments.texts(of: flag).first ?? ""
        }
        let zone = Flags.pace.timeZone.declaration
        timeFlags[zone.spelling] = window == nil ? "" : arguments.texts(of: zone).first ?? ""
        for flag in [flags.since.declaration, flags.until.declaration] {
            words += arguments.texts(of: flag).map { "\(flag.spelling) \(ShellWords.quote($0))" }
        }
    }

    /// The selection of a run that starts at `now`, in nanoseconds since 1970.
    func selection(now: Int64) -> RecordSelection {
        var selection = RecordSelection()
        selection.rules = rules
        selection.window = window?.window(now: now)
        return selection
    }

    /// Adds rules. Returns them as one text in a canonical order, with U+001F between them, which
    /// no rule contains.
    private mutating func add(
        _ rules: [FieldValues], _ flag: FlagDeclaration, isExclusion: Bool = false
    ) -> String {
        for rule in rules {
            self.rules.append(
                RecordSelection.Rule(
                    rule.field, isExclusion: isExclusion, patterns: rule.patterns))
            words.append("\(flag.spelling) \(ShellWords.quote(rule.text))")
        }
        return rules.map(\.text).sorted().joined(separator: String(RecordedOption.separator))
    }
}
