import Records

/// The reason why inputs that can be read gave no lines.
struct NoLines: Sendable {
    var inputs: Int
    /// The number of inputs with a header row.
    var headers: Int
    var blankLines: UInt64
    /// The records that were left out.
    var skipped: SkippedRecords
    /// The flags that select records, with their values.
    var selection: [String] = []
    /// Whether there are lines of text between lines of JSON, which no flag leaves out.
    var hasText = false

    /// A clause to complete "no lines to send: …".
    var reason: String {
        let isOne = inputs == 1
        let subject = isOne ? "the input" : "the inputs"
        if skipped.inOtherShards > 0 {
            return skipped.inOtherShards == 1
                ? "the only record is in another shard"
                : "all \(WholeNumber.shown(skipped.inOtherShards)) records are in other shards"
        }
        if skipped.unselected > 0 { return notSelected }
        if skipped.first == 1 { return "the only record was skipped by --skip" }
        if skipped.first > 0 {
            return "all \(WholeNumber.shown(skipped.first)) records were skipped by --skip"
        }
        if headers == inputs {
            return subject + (isOne ? " has only a header" : " have only headers")
        }
        if headers > 0 { return "\(subject) are empty or have only a header" }
        if blankLines > 0 { return subject + (isOne ? " has" : " have") + " only blank lines" }
        return subject + (isOne ? " is empty" : " are empty")
    }

    /// Returns `payload/id` of `--only payload/id=17`, which is the name of one member; nil for others.
    private static func fieldWithoutSlash(_ flag: String) -> Substring? {
        let value = flag.drop { $0 != " " }.dropFirst().drop { $0 == "'" }
        let field = value.prefix { $0 != "=" }
        return field.first != "/" && field.contains("/") ? field : nil
    }

    private var notSelected: String {
        var flags = Escaping.escaped(selection.joined(separator: " and "))
        if headers == 0, let field = selection.lazy.compactMap(Self.fieldWithoutSlash).first {
            flags += " (a field in an object begins with a slash: \(Escaping.escaped("/" + field)))"
        }
        let isOne = skipped.unselected == 1
        guard skipped.first > 0 else {
            let start = hasText ? "apart from lines of text, " : ""
            return isOne
                ? "\(start)the only record is left out by \(flags)"
                : "\(start)all \(WholeNumber.shown(skipped.unselected)) records are left out by \(flags)"
        }
        return "\(WholeNumber.shown(skipped.first)) of the "
            + "\(WholeNumber.shown(skipped.total)) records were skipped by --skip, and the "
            + "\(isOne ? "last one is" : "others are") left out by \(flags)"
    }
}
