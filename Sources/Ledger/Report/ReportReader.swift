import Glibc
import Platform

/// A reader of reports in NDJSON or CSV, and of journals.
///
/// The file's content decides its kind, and is not trusted: the size of a row is limited, and an
/// invalid row is an error with its line. Rows of CSV are returned as NDJSON.
package final class ReportReader {
    package enum Kind: Sendable {
        case ndjson
        case csv
        /// Rows are in the order in which lines ended. Invalid rows are skipped: the recovery
        /// checks them.
        case journal
    }

    package let path: String
    package let kind: Kind
    private let file: File
    private var lines: LineReader
    /// The rows in another order; nil for that of the report.
    private var sorted: SortedReport?
    /// The line of the last row in the report, from 1.
    private var line: UInt64 = 0
    /// The bytes of that line, without its line feed.
    private var lineLength = 0
    /// A row of CSV, rewritten as NDJSON.
    private var rewritten = RowBuffer(capacity: 1024)
    private var cell: [UInt8] = []
    /// The columns of a CSV report; nil for other reports.
    private var columns: CSVRow.Columns?

    /// Longer rows are rejected. A report's row has a path and few texts of at most 400 bytes.
    package static let maxRowLength = 1 << 20

    /// - Parameter bufferSize: Bytes per read, at least 4 KiB.
    package init(_ path: String, bufferSize: Int = 256 << 10) throws(ReportError) {
        self.path = path
        sorted = nil
        file = try ReportError.system { () throws(SystemError) in
            try File.open(path, for: .read)
        }
        var lines = LineReader(file, bufferSize: bufferSize)
        kind = try Self.kind(path, &lines)
        self.lines = lines
        if kind == .csv {
            guard case .line(let header) = try nextLine(),
                let columns = CSVRow.columns(header: header)
            else { throw .notAReport(path: path) }
            self.columns = columns
        }
    }

    /// Returns the next row; nil after the last one. Its bytes are valid until the next call.
    package func next() throws(ReportError) -> ReportRow? {
        if sorted != nil { return try nextSorted() }
        while true {
            switch try nextLine() {
            case .end: return nil
            case .unterminated where kind == .journal: return nil
            case .unterminated: throw .cutOff(path: path, line: line)
            case .overlong: if kind != .journal { throw badRow }
            case .line(let bytes):
                lineLength = bytes.count
                if let row = try row(in: bytes) { return row }
            }
        }
    }

    /// Sorts the rows, of which none was read.
    ///
    /// - Parameters:
    ///   - limit: Rows sorted in memory; more go through a temporary file beside the report.
    ///   - position: Returns nil for a row that the order does not have.
    func sort(limit: Int, by position: (ReportRow) -> ReportPosition?) throws(ReportError) {
        let sorter = RowSorter(beside: path, limit: limit)
        while let row = try next() {
            guard let position = position(row) else { throw .system(.unexpectedContent(of: file)) }
            let index = RowIndex(
                input: UInt32(clamping: position.input), record: position.record,
                offset: lines.lineOffset, length: UInt32(lineLength))
            try ReportError.system { () throws(SystemError) in try sorter.add(index) }
        }
        sorted = try ReportError.system { () throws(SystemError) in
            SortedReport(file, try sorter.sorted())
        }
    }

    private func nextSorted() throws(ReportError) -> ReportRow? {
        let found = try ReportError.system { () throws(SystemError) in try sorted?.next() }
        guard let bytes = found else { return nil }
        guard let row = try row(in: bytes) else {
            throw .system(.unexpectedContent(of: file))
        }
        return row
    }

    private func row(in bytes: UnsafeRawBufferPointer) throws(ReportError) -> ReportRow? {
        switch kind {
        case .journal:
            return OutcomeFields(journalRow: bytes).map { ReportRow(bytes: bytes, fields: $0) }
        case .ndjson:
            guard let fields = OutcomeFields(reportRow: bytes) else { throw badRow }
            return ReportRow(bytes: bytes, fields: fields)
        case .csv:
            rewritten.removeAll()
            guard let columns,
                CSVRow.rewrite(bytes, columns: columns, to: &rewritten, cell: &cell),
                let fields = OutcomeFields(reportRow: rewritten.bytes)
            else { throw badRow }
            return ReportRow(bytes: rewritten.bytes, fields: fields)
        }
    }

    private var badRow: ReportError {
        line == 1 ? .notAReport(path: path) : .badRow(path: path, line: line)
    }

    private func nextLine() throws(ReportError) -> LineReader.Found {
        line += max(lines.lineFeeds, 1)
        let isCSV = kind == .csv
        let limit = kind == .journal ? RowFraming.maxRowLength : Self.maxRowLength
        return try ReportError.system { () throws(SystemError) in
            try lines.next(isQuoted: isCSV, limit: limit)
        }
    }

    private static func kind(
        _ path: String, _ lines: inout LineReader
    ) throws(ReportError) -> Kind {
        let start = try ReportError.system { () throws(SystemError) in try lines.peek() }
        if path.hasSuffix(".journal") { return .journal }
        if let first = start.first, first != UInt8(ascii: "{") { return .csv }
        if let end = start.firstIndex(of: 0x0a),
            RowChecksum.body(of: UnsafeRawBufferPointer(rebasing: start[..<end])) != nil
        {
            return .journal
        }
        return .ndjson
    }
}

/// A row of a report, borrowed from `ReportReader`.
package struct ReportRow {
    /// The row in NDJSON, without its line feed.
    package let bytes: UnsafeRawBufferPointer
    /// Its fields, as ranges of `bytes`.
    package let fields: OutcomeFields
}
