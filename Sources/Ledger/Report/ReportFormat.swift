/// The format of a report's rows.
package enum ReportFormat: Hashable, Sendable, CaseIterable {
    case ndjson
    case csv

    /// Chooses the format by the path's extension; nil for any other extension.
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
