import Delivery
import Ledger

/// A digest of rows as aligned text.
struct DigestText {
    let digest: ReportDigest
    /// The terminal's width; nil is no limit.
    var columns: Int?

    private static let maxErrors = 10
    /// Maximum characters of a name or a path.
    private static let maxLength = 400
    private static let maxNames = 5
    /// Maximum characters of a detail.
    private static let maxDetail = 80

    /// Joins the non-empty sections, with an empty line before each.
    func paragraphs(_ sections: [[TextTable.Row]]) -> String {
        sections.filter { !$0.isEmpty }.map { rows in
            var table = TextTable(rows: rows)
            table.columns = columns
            return "\n\(table.text)\n"
        }.joined()
    }

    /// The text after the outcomes.
    var rest: String {
        var text = paragraphs([errors, pace])
        for (name, table) in [
            ("endpoints", digest.endpoints), ("applications", digest.applications),
            ("event types", digest.eventTypes),
        ] where table.count > 0 {
            text += "\n  \(name) with the most failures:"
            text += paragraphs([rows(of: table)])
        }
        return text
    }

    var outcomes: [TextTable.Row] {
        var rows = Outcome.allCases
            .filter { $0 == .accepted || digest.counts[$0] > 0 }
            .map { TextTable.Row($0.words, count: digest.counts[$0]) }
        if digest.possibleDuplicates > 0 {
            rows.append(TextTable.Row("possible duplicates", count: digest.possibleDuplicates))
        }
        return rows
    }

    private var errors: [TextTable.Row] {
        var rows = digest.errors.top(Self.maxErrors, by: \.total).map { index, entry in
            TextTable.Row(
                UntrustedText.shown(digest.errors.text(of: index), longest: Self.maxLength),
                count: entry.counts.total,
                note: note(of: index, entry))
        }
        let named = rows.reduce(0) { $0 + ($1.count ?? 0) }
        let all = digest.errors.entries.reduce(digest.errors.others) { $0 + $1.counts.total }
        if all > named { rows.append(TextTable.Row("other errors", count: all - named)) }
        return rows
    }

    /// The outcomes of the lines with an error, if the digest has several, the place of the first one,
    /// and its detail.
    private func note(of index: Int, _ entry: OutcomeTable.Entry) -> String {
        var place = "first at \(digest.place(of: entry, longest: Self.maxLength))"
        let failures = Outcome.allCases.filter { $0 != .accepted && digest.counts[$0] > 0 }
        if failures.count > 1 {
            let own = failures.filter { entry.counts[$0] > 0 }
            let words = own.map { outcome in
                (own.count > 1 ? WholeNumber.shown(entry.counts[outcome]) + " " : "")
                    + outcome.words
            }
            place = words.joined(separator: ", ") + ", " + place
        }
        guard let detail = digest.details[index] else { return place }
        let text = UntrustedText.shown(
            OutcomeTable.text(ofLiteral: detail), longest: Self.maxDetail)
        return text.isEmpty ? place : "\(place): \(text)"
    }

    private var pace: [TextTable.Row] {
        guard let span = digest.times.span else { return [] }
        var rows = [TextTable.Row("time", note: TimeText.span(span))]
        if let rate = digest.startsPerSecond {
            rows.append(TextTable.Row("pace", note: "\(Figure.shown(rate)) \(digest.unit)s/s"))
        }
        if let latency = DigestText.latency(digest.latencies) {
            rows.append(TextTable.Row("latency", note: latency))
        }
        if let lag = DigestText.latency(digest.lags) {
            rows.append(TextTable.Row("lag", note: lag))
        }
        return rows
    }

    /// `p50 1.2 ms, p90 3.4 ms, p99 12 ms, max 250 ms`; nil without a response.
    static func latency(_ counts: LatencyHistogram) -> String? {
        guard let p50 = counts.percentile(0.5), let p90 = counts.percentile(0.9),
            let p99 = counts.percentile(0.99)
        else { return nil }
        return [("p50", p50), ("p90", p90), ("p99", p99), ("max", Double(counts.longest))]
            .map { "\($0) \(TimeText.latency(tenths: $1))" }.joined(separator: ", ")
    }

    private func rows(of table: OutcomeTable) -> [TextTable.Row] {
        var rows = table.top(Self.maxNames, by: \.total).map { index, entry in
            TextTable.Row(
                UntrustedText.shown(table.text(of: index), longest: Self.maxLength),
                count: entry.counts.total)
        }
        let others = table.count - rows.count
        if others > 0 || table.others > 0 {
            let named = rows.reduce(0) { $0 + ($1.count ?? 0) }
            let all = table.entries.reduce(table.others) { $0 + $1.counts.total }
            rows.append(TextTable.Row("others", count: all - named))
        }
        return rows
    }
}
