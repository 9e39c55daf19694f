/// How a report's rows are written.
package enum ReportFormat: Hashable, Sendable, CaseIterable {
    case ndjson
    case csv

    /// By the extension of a report's path; nil if it is another.
    package init?(path: String) {
        let lower = path.lowercased()
        if lower.hasSuffix(".ndjson") {
            self = .ndjson
        } else if lower.hasSuffix(".csv") {
            self = .csv
        } else {
            return nil
        }
    }
}
