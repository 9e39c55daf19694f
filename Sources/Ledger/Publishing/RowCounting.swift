/// The totals of a report's rows.
///
/// They are counted on the reporting thread and used on the loop's.
package protocol RowCounting: Sendable {
    init()
    /// Counts the next row, in the order of the report.
    mutating func add(_ row: borrowing JournalRow)
}
