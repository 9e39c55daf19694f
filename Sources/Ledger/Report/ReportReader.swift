import Glibc
import Platform

/// Goes through the rows of a report, in NDJSON or CSV, or through the outcome rows of a journal;
/// which of them a file is, its content says.
///
/// What it reads is not trusted: a row is held to a size, and what is no row is an error that
/// names its line. Rows of CSV are handed on as the rows in NDJSON that they stand for.
package final class ReportReader {
    package enum Kind: Sendable {
        case ndjson
        case csv
        /// The rows stand in the order in which their lines ended, and what is no row is passed
        /// over: the recovery judges it.
        case journal
    }

    package let path: String
    package let kind: Kind
    private var lines: LineReader
    /// The line of the row that was read last, from 1: in the report, not in the input.
    private var line: UInt64 = 0
    /// A row of CSV, rewritten.
    private var rewritten = RowBuffer(capacity: 1024)
    private var cell: [UInt8] = []

    /// A report's row holds two paths and 400 characters of text: this is far beyond it.
    package static let maximumRowLength = 1 << 20

    /// - Parameter bufferSize: Bytes read at once; 4 KiB at least.
    package init(_ path: String, bufferSize: Int = 256 << 10) throws(ReportError) {
        self.path = path
        let file = try ReportError.system { () throws(SystemError) in
            try File.open(path, for: .read)
        }
        var lines = LineReader(file, bufferSize: bufferSize)
        kind = try Self.kind(path, &lines)
        self.lines = lines
        if kind == .csv {
            guard case .line(let header) = try nextLine(), CSVRow.isHeader(header) else {
                throw .notAReport(path: path)
            }
        }
    }

    /// The next row; nil after the last one. Its bytes are good until the next call.
    package func next() throws(ReportError) -> ReportRow? {
        while true {
            switch try nextLine() {
            case .end: return nil
            case .unended where kind == .journal: return nil
            case .unended: throw .cutOff(path: path, line: line)
            case .overlong: if kind != .journal { throw badRow }
            case .line(let bytes):
                if let row = try row(in: bytes) { return row }
            }
        }
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
            guard CSVRow.rewrite(bytes, to: &rewritten, cell: &cell),
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
        let limit = kind == .journal ? RowFraming.maximumRowLength : Self.maximumRowLength
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

/// A row as `ReportReader` lends it.
package struct ReportRow {
    /// In NDJSON, without its line feed.
    package let bytes: UnsafeRawBufferPointer
    /// Its fields, as ranges of `bytes`.
    package let fields: OutcomeFields
}
