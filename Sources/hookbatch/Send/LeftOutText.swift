import Sending

/// The message about lines that are left out, since other runs have sent them.
struct LeftOutText {
    /// `2 of 3 lines are left out: 'a.try-2.report.ndjson' has sent them (--fresh would send them again)`.
    let sentence: String

    /// Maximum reports in a sentence.
    private static let maxReports = 3

    init(_ lines: LeftOutLines) {
        let all = WholeNumber.shown(lines.all, "line")
        let part =
            lines.count == lines.all
            ? (lines.all == 1 ? "the line is" : "all \(all) are")
            : "\(WholeNumber.shown(lines.count)) of \(all) \(lines.count == 1 ? "is" : "are")"
        var names = lines.runs.prefix(Self.maxReports).map { Escaping.quoted($0.report) }
        if names.count < lines.runs.count { names.append("other runs") }
        sentence =
            "\(part) left out: \(names.joined(separator: " and ")) "
            + (names.count == 1 ? "has" : "have") + " sent "
            + (lines.count == 1 ? "it" : "them")
            + " (\(Flags.files.fresh.declaration.spelling) would send "
            + (lines.count == 1 ? "it" : "them") + " again)"
            + (lines.unknown == 0
                ? "" : "; \(WholeNumber.shown(lines.unknown)) of them may not have arrived")
    }
}
