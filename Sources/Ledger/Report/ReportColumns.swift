/// The members that only some reports have, after those of each row.
struct ReportColumns: Hashable {
    /// `endpoint_id`, of a report of attempts.
    var hasEndpoint = false
    /// `scheduled_at` and `lag_ms`, of a replay.
    var isScheduled = false
    /// `tries` and `history`, of a report of last words.
    var hasTries = false

    /// All combinations.
    static let all = (0..<8).map { bits in
        ReportColumns(
            hasEndpoint: bits & 4 > 0, isScheduled: bits & 2 > 0, hasTries: bits & 1 > 0)
    }
}

extension OutcomeFields {
    /// The row's members beside those of each row.
    var columns: ReportColumns {
        ReportColumns(
            hasEndpoint: endpoint != nil, isScheduled: isScheduled, hasTries: tries != nil)
    }
}
