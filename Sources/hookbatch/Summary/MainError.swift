import Delivery
import Ledger
import Records
import Sending

/// The most frequent error of some lines, with its count and an example.
struct MainError {
    private let code: String
    private let count: UInt64
    private let total: UInt64
    private let detail: String?
    /// The other errors: all of them if the lines are few, else the most frequent.
    private let others: [String]

    /// Maximum lines of which all errors are shown, and maximum other errors of more lines.
    private static let (fewLines, maxOthers): (UInt64, Int) = (10, 2)
    /// Maximum characters of the detail.
    private static let maxLength = 100

    /// Returns nil if none of the lines has an error.
    init?(_ facts: RunFacts, areUnknown: Bool) {
        func lines(_ counts: Counts) -> UInt64 {
            areUnknown ? counts.unknown : counts.total - counts.accepted - counts.unknown
        }
        // A line of text has nothing to fix.
        let toFix = facts.errors.top
            .filter { $0.code != RecordProblem.Code.notJSON.rawValue && lines($0.counts) > 0 }
            .max { lines($0.counts) < lines($1.counts) }
        guard let entry = toFix ?? facts.errors.main(lines) else { return nil }
        code = entry.code
        count = lines(entry.counts)
        // Lines of a stopped run without an outcome have no error.
        total = facts.errors.total(lines)
        func shownDetail(of entry: ErrorTally.Entry) -> String? {
            (areUnknown ? entry.detailOfUnknown : entry.detail).map(Self.withoutOffset)
        }
        detail = shownDetail(of: entry)
        others = facts.errors.top.filter { $0.code != entry.code && lines($0.counts) > 0 }
            .prefix(total > Self.fewLines ? Self.maxOthers : .max)
            .map {
                "\($0.code) in \(WholeNumber.shown(lines($0.counts)))"
                    + Self.shown(shownDetail(of: $0))
            }
    }

    /// Returns the detail of an invalid line without the place in its input: other lines have other
    /// places, and so has the line itself in a file of undelivered lines.
    private static func withoutOffset(_ detail: String) -> String {
        guard let place = detail.range(ofLast: ", at byte "),
            detail[place.upperBound...].utf8.allSatisfy({ $0 &- 0x30 <= 9 })
        else { return detail }
        return String(detail[..<place.lowerBound])
    }

    /// ` (http_404 in 950 of 1,003 lines: 'No such application')`, with a space in front.
    var text: String {
        var text = " (\(code)"
        if total > 1 {
            text += count == total ? " in all" : " in \(WholeNumber.shown(count)) of"
            text += " \(WholeNumber.shown(total)) lines"
        }
        text += Self.shown(detail)
        return ([text] + others).joined(separator: "; ") + ")"
    }

    private static func shown(_ detail: String?) -> String {
        guard let detail, !detail.isEmpty else { return "" }
        let start = String(detail.unicodeScalars.prefix(maxLength))
        return ": " + Escaping.quoted(start == detail ? detail : start + "…")
    }
}
