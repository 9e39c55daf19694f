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
        guard fields.outcome != .accepted, let error = fields.error else { return }
        let code = Self.text(error, in: bytes)
        if fields.outcome == .notAttempted, let application = fields.appID {
            givenUp.add(Self.text(application, in: bytes))
        }
        errors.add(
            code, fields.outcome, line: LineID(file: input, line: fields.line),
            path: Self.text(fields.file, in: bytes),
            detail: fields.detail.map { Self.text($0, in: bytes) })
    }

    private static func text(_ literal: ByteRange, in row: UnsafeRawBufferPointer) -> String {
        var text: [UInt8] = []
        JSONString.decode(
            UnsafeRawBufferPointer(rebasing: row[literal.start..<literal.start + literal.count]),
            into: &text)
        return String(decoding: text, as: UTF8.self)
    }
}
