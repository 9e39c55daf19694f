package import Delivery
package import Ledger
import Records

/// The totals of the rows of a finished run for its summary, in bounded memory.
package struct RowTally: RowCounting {
    package private(set) var counts = Counts()
    package private(set) var retries: UInt64 = 0
    package private(set) var possibleDuplicates: UInt64 = 0
    package private(set) var arrived: UInt64 = 0
    package private(set) var givenUp = AbandonedApplications()
    package private(set) var errors = ErrorTally()

    package init() {}

    /// Adds the next row, in report order.
    package mutating func add(_ row: borrowing JournalRow) {
        add(row.bytes, row.fields, input: row.location.input)
    }

    /// Adds the next row of a report.
    ///
    /// - Parameter input: The number of its input, from 1.
    package mutating func add(
        _ bytes: UnsafeRawBufferPointer, _ fields: OutcomeFields, input: Int
    ) {
        counts[fields.outcome] += 1
        if fields.attempts > 1 { retries += UInt64(fields.attempts - 1) }
        if fields.isPossibleDuplicate { possibleDuplicates += 1 }
        if fields.hasArrivedBefore { arrived += 1 }
        if fields.outcome == .notAttempted, let application = fields.appID {
            givenUp.add(RowText.decoded(application, in: bytes))
        }
        errors.add(fields, in: bytes, input: input)
    }
}
