/// Counts what the rows of a report say together.
///
/// It is counted on another thread than it is used on.
package protocol RowCounting: Sendable {
    init()
    /// Takes the next row, in the order of the report.
    mutating func add(_ row: borrowing JournalRow)
}
