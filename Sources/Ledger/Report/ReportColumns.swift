/// The members that only some reports have, after those of each row.
struct ReportColumns: Hashable {
    /// `scheduled_at` and `lag_ms`, of a replay.
    var isScheduled = false
    /// `tries` and `history`, of a report of last words.
    var hasTries = false

    /// All combinations.
    static let all = [false, true].flatMap { isScheduled in
        [false, true].map { ReportColumns(isScheduled: isScheduled, hasTries: $0) }
    }
}

extension OutcomeFields {
    /// The row's members beside those of each row.
    var columns: ReportColumns { ReportColumns(isScheduled: isScheduled, hasTries: tries != nil) }
}
