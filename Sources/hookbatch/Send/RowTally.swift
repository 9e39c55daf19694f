import Delivery
import Ledger
import Records
import Sending

/// The totals of the rows of a finished run for its summary, in bounded memory.
struct RowTally: RowCounting {
    private(set) var counts = Counts()
    private(set) var retries: UInt64 = 0
    private(set) var possibleDuplicates: UInt64 = 0
    private(set) var givenUp = AbandonedApplications()
    private var errors: [String: RunSummary.ErrorCount] = [:]

    /// Maximum tracked error codes; there are a few dozen.
    private static let maxErrors = 1000

    /// Adds the next row, in report order.
    mutating func add(_ row: borrowing JournalRow) {
        let (bytes, fields) = (row.bytes, row.fields)
        counts[fields.outcome] += 1
        if fields.attempts > 1 { retries += UInt64(fields.attempts - 1) }
        if fields.isPossibleDuplicate { possibleDuplicates += 1 }
        guard fields.outcome != .accepted, let error = fields.error else { return }
        let code = Self.text(error, in: bytes)
        if fields.outcome == .notAttempted, let application = fields.appID {
            givenUp.add(Self.text(application, in: bytes))
        }
        if let known = errors[code] {
            errors[code]?.count += 1
            // A journal's rows are in the order of outcomes.
            if fields.line < known.firstLine,
                Self.text(fields.file, in: bytes) == known.firstPath
            {
                errors[code]?.firstLine = fields.line
            }
        } else if errors.count < Self.maxErrors {
            errors[code] = RunSummary.ErrorCount(
                code: code, count: 1, firstPath: Self.text(fields.file, in: bytes),
                firstLine: fields.line)
        }
    }

    /// The most frequent errors, most frequent first.
    var topErrors: [RunSummary.ErrorCount] {
        Array(errors.values.sorted { ($1.count, $0.code) < ($0.count, $1.code) }.prefix(10))
    }

    private static func text(_ literal: ByteRange, in row: UnsafeRawBufferPointer) -> String {
        var text: [UInt8] = []
        JSONString.decode(
            UnsafeRawBufferPointer(rebasing: row[literal.start..<literal.start + literal.count]),
            into: &text)
        return String(decoding: text, as: UTF8.self)
    }
}
