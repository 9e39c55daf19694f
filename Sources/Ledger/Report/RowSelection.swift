package import Delivery

/// The rows of a report to retry.
package struct RowSelection: Hashable, Sendable {
    package var outcomes: Set<Outcome>
    /// The error codes; nil for all.
    package var errors: Set<String>?

    package init(outcomes: Set<Outcome>, errors: Set<String>?) {
        self.outcomes = outcomes
        self.errors = errors
    }

    package func matches(_ row: ReportRow) -> Bool {
        guard outcomes.contains(row.fields.outcome) else { return false }
        guard let errors else { return true }
        guard let error = row.fields.error else { return false }
        return errors.contains(
            String(decoding: row.bytes[error].dropFirst().dropLast(), as: UTF8.self))
    }
}
