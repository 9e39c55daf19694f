import Delivery
import Ledger
import Records

/// A filter of rows. A nil condition matches every row.
struct RowFilter: Sendable {
    private let outcomes: Set<Outcome>?
    private let applications: Set<String>?
    private let errors: Set<String>?

    init(outcomes: [Outcome]?, applications: [String]?, errors: [String]?) {
        self.outcomes = outcomes.map { Set($0) }
        self.applications = applications.map { Set($0) }
        self.errors = errors.map { Set($0) }
    }

    /// Whether all rows match.
    var isEmpty: Bool { outcomes == nil && applications == nil && errors == nil }

    func matches(_ row: ReportRow) -> Bool {
        if let outcomes, !outcomes.contains(row.fields.outcome) { return false }
        if let applications, !Self.is(row.fields.appID, in: row, oneOf: applications) {
            return false
        }
        if let errors, !Self.is(row.fields.error, in: row, oneOf: errors) { return false }
        return true
    }

    /// The conditions as text: `outcome failed or unknown`.
    var words: [String] {
        var words: [String] = []
        if let outcomes {
            let names = Outcome.allCases.filter { outcomes.contains($0) }.map(\.words)
            words.append("outcome " + names.joined(separator: " or "))
        }
        if let applications {
            words.append("application " + applications.sorted().joined(separator: " or "))
        }
        if let errors { words.append("error " + errors.sorted().joined(separator: " or ")) }
        return words
    }

    private static func `is`(
        _ literal: ByteRange?, in row: ReportRow, oneOf words: Set<String>
    ) -> Bool {
        guard let literal else { return false }
        return words.contains(OutcomeTable.text(ofLiteral: row.bytes[literal]))
    }
}
