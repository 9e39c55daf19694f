package import Delivery
import Records

/// Conditions for the rows of a report. A nil condition matches every row.
package struct RowSelection: Hashable, Sendable {
    package let outcomes: Set<Outcome>?
    package let applications: Set<String>?
    /// The error codes.
    package let errors: Set<String>?
    /// The endpoints, of attempts.
    package let endpoints: Set<String>?
    /// Whether only rows match whose message may have been sent twice.
    package let onlyPossibleDuplicates: Bool

    package init(
        outcomes: (some Sequence<Outcome>)?, applications: [String]? = nil, errors: [String]?,
        endpoints: [String]? = nil, onlyPossibleDuplicates: Bool = false
    ) {
        self.onlyPossibleDuplicates = onlyPossibleDuplicates
        self.outcomes = outcomes.map { Set($0) }
        self.applications = applications.map { Set($0) }
        self.errors = errors.map { Set($0) }
        self.endpoints = endpoints.map { Set($0) }
    }

    /// Whether all rows match.
    package var isEmpty: Bool {
        outcomes == nil && applications == nil && errors == nil && endpoints == nil
            && !onlyPossibleDuplicates
    }

    package func matches(_ row: ReportRow) -> Bool {
        if onlyPossibleDuplicates, !row.fields.isPossibleDuplicate { return false }
        if let outcomes, !outcomes.contains(row.fields.outcome) { return false }
        if let applications, !Self.is(row.fields.appID, in: row, oneOf: applications) {
            return false
        }
        if let errors, !Self.is(row.fields.error, in: row, oneOf: errors) { return false }
        if let endpoints, !Self.is(row.fields.endpoint, in: row, oneOf: endpoints) {
            return false
        }
        return true
    }

    private static func `is`(
        _ literal: ByteRange?, in row: ReportRow, oneOf words: Set<String>
    ) -> Bool {
        guard let literal else { return false }
        var text: [UInt8] = []
        RowText.append(textOf: row.bytes[literal], to: &text, keepingEscapes: false)
        return words.contains(String(decoding: text, as: UTF8.self))
    }
}
