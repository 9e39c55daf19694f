import Delivery
import Ledger
import Records

/// The lines of a report to send again, read in step with the inputs.
///
/// Report and inputs have the same order, so that the memory does not grow with the number of lines.
final class RetryLines {
    private let plan: RetryPlan
    private let reader: ReportReader
    private let inputs: [String: Int]
    /// The file of the last row, as a literal, and its number from 1.
    private var literal: [UInt8] = []
    private var file = 0
    private var lastLine: UInt64 = 0
    private var text: [UInt8] = []
    /// The next line to send; nil after the last one.
    private var next: Line?
    private var counts = Counts()
    /// The lines that other runs have sent; nil without such runs.
    private let sent: SentLines?
    private var leftOut: UInt64 = 0
    /// Whether a row is not after the former one.
    private var isUnsorted = false
    /// Whether the line that `selects` returned last may have arrived.
    private(set) var mayHaveArrived = false

    private struct Line {
        var file: Int
        /// The physical line.
        var line: UInt64
        /// The record's first byte; nil unless the input is JSON.
        var offset: UInt64?
        var isUnknown: Bool
    }

    /// Opens the report and reads up to its first line to send.
    init(_ plan: RetryPlan) throws(SendError) {
        self.plan = plan
        do {
            reader = try ReportReader(plan.report)
        } catch {
            throw .retry(report: plan.report, .report(error))
        }
        inputs = Dictionary(
            plan.run.inputs.enumerated().map { ($1.path, $0 + 1) }, uniquingKeysWith: min)
        sent =
            plan.sentBy.isEmpty
            ? nil
            : try SentLines(
                plan.sentBy, names: plan.run.inputs.map(\.path), beside: plan.place, nil)
        guard reader.kind != .journal else { throw .retry(report: plan.report, .otherRows) }
        try advance()
    }

    /// Reads all rows and counts the lines. Throws if the report is not the one of its summary.
    func countAll() throws(SendError) -> LeftOutLines {
        var count: UInt64 = 0
        while next != nil {
            count += 1
            try advance()
        }
        guard !isUnsorted, counts == plan.run.counts else {
            throw .retry(report: plan.report, .otherRows)
        }
        return LeftOutLines(
            count: leftOut, all: count + leftOut, unknown: sent?.unknown ?? 0,
            runs: sent?.runs ?? [])
    }

    /// Returns whether to send a record. Records come in the order of the inputs.
    ///
    /// - Parameter isNumbered: Whether several records may start on one line.
    func selects(
        _ record: borrowing Record, of file: Int, isNumbered: Bool
    ) throws(SendError) -> Bool {
        guard let line = next, line.file <= file else { return false }
        let offset = isNumbered ? record.offset.value : 0
        let wanted = (line.file, line.line, isNumbered ? line.offset ?? 0 : 0)
        let found = (file, record.line.value, offset)
        if found < wanted { return false }
        guard found == wanted else { throw missing(line) }
        mayHaveArrived = line.isUnknown
        try advance()
        return true
    }

    /// Checks at the end of an input that each of its lines was found.
    func checkEnd(of file: Int) throws(SendError) {
        if let next, next.file <= file { throw missing(next) }
    }

    private func missing(_ line: Line) -> SendError {
        .retry(
            report: plan.report,
            .missingLine(path: plan.run.inputs[line.file - 1].path, line: line.line))
    }

    /// Reads up to the next line to send.
    private func advance() throws(SendError) {
        next = nil
        while let row = try nextRow() {
            counts[row.fields.outcome] += 1
            guard isNextFile(of: row), row.fields.line >= lastLine else {
                isUnsorted = true
                return
            }
            lastLine = row.fields.line
            guard plan.selection.matches(row) else { continue }
            let line = Line(
                file: file, line: row.fields.line, offset: row.recordOffset,
                isUnknown: row.fields.outcome == .unknown)
            if let sent,
                try sent.contains(.place(name: file - 1, line: line.line, offset: line.offset))
            {
                leftOut += 1
                continue
            }
            next = line
            return
        }
    }

    private func nextRow() throws(SendError) -> ReportRow? {
        do { return try reader.next() } catch {
            throw .retry(report: plan.report, .report(error))
        }
    }

    /// Notes the file of a row. Returns false if it is not an input, or one before that of the
    /// former row.
    private func isNextFile(of row: ReportRow) -> Bool {
        let bytes = row.bytes[row.fields.file]
        if bytes.elementsEqual(literal) { return true }
        literal = Array(bytes)
        text.removeAll(keepingCapacity: true)
        RowText.append(textOf: bytes, to: &text, keepingEscapes: false)
        guard let number = inputs[String(decoding: text, as: UTF8.self)], number > file else {
            return false
        }
        file = number
        lastLine = 0
        return true
    }
}
