import Delivery
import Ledger
import Records

/// The lines of a run that another run of lines of the same report has sent already: it has them as
/// accepted or unknown.
private struct SentLines {
    private let report: String
    private var count: UInt64 = 0
    private var first: (path: String, line: UInt64)?

    init(_ report: String) { self.report = report }

    static func areSent(_ outcome: Outcome) -> Bool { outcome == .accepted || outcome == .unknown }

    mutating func add(path: String, line: UInt64) {
        count += 1
        if first == nil { first = (path, line) }
    }

    /// Throws if there is such a line.
    func check() throws(SendError) {
        guard let first else { return }
        throw .retry(
            report: report, .sentAlready(count: count, path: first.path, line: first.line))
    }
}

extension OriginMatching {
    /// Checks that another run has sent none of the matched lines.
    ///
    /// Its report has the order of the inputs, as the file of origins has.
    func checkNotSent(by report: String) throws(SendError) {
        let rows = try SentRows(report, names: origins.names)
        var sent = SentLines(report)
        var row = try rows.next()
        for index in 0..<origins.count {
            guard let origin = try matchedOrigin(at: index) else { continue }
            let place = SentRows.Place(
                name: origin.name, line: origin.line, offset: origin.offset ?? 0)
            while let found = row, found < place { row = try rows.next() }
            if row == place { sent.add(path: origins.names[origin.name], line: origin.line) }
        }
        try sent.check()
    }

    /// Returns the origin of a line, counted from 0; nil if no record is this line.
    private func matchedOrigin(at index: UInt64) throws(SendError) -> RecordOrigin? {
        do {
            guard try records.number(at: index) > 0 else { return nil }
        } catch {
            throw .file(error)
        }
        do {
            return try origins.origin(at: index)
        } catch {
            throw .origins(error)
        }
    }
}

/// The places of the sent lines of a report.
private final class SentRows {
    /// A line, or a record of a JSON input.
    struct Place: Comparable {
        /// The index of the file's name in the file of origins.
        var name: Int
        var line: UInt64
        /// 0 without one.
        var offset: UInt64

        static func < (a: Self, b: Self) -> Bool {
            (a.name, a.line, a.offset) < (b.name, b.line, b.offset)
        }
    }

    private let reader: ReportReader
    private let names: [String: Int]

    init(_ report: String, names: [String]) throws(SendError) {
        do {
            reader = try ReportReader(report)
        } catch {
            throw .retry(report: report, .report(error))
        }
        self.names = Dictionary(
            names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Returns the next place; nil after the last one. Rows of other files have none.
    func next() throws(SendError) -> Place? {
        do throws(ReportError) {
            while let row = try reader.next() {
                guard SentLines.areSent(row.fields.outcome), let name = names[row.fileName] else {
                    continue
                }
                return Place(name: name, line: row.fields.line, offset: row.recordOffset ?? 0)
            }
            return nil
        } catch {
            throw .retry(report: reader.path, .report(error))
        }
    }
}

extension RetryPlan {
    /// Checks that another run has sent none of the lines to send.
    func checkNotSent(by other: String) throws(SendError) {
        var sent = SentLines(other)
        do throws(ReportError) {
            let merge = try ReportMerge([report, other])
            var isSelected = false
            while let row = try merge.next() {
                if !merge.isRepeat { isSelected = false }
                if merge.source == 0 {
                    isSelected = selection.matches(row)
                } else if isSelected, SentLines.areSent(row.fields.outcome) {
                    sent.add(path: row.fileName, line: row.fields.line)
                }
            }
        } catch {
            throw .retry(report: other, .report(error))
        }
        try sent.check()
    }
}

extension ReportRow {
    /// The name of the input.
    fileprivate var fileName: String {
        var text: [UInt8] = []
        RowText.append(textOf: bytes[fields.file], to: &text, keepingEscapes: false)
        return String(decoding: text, as: UTF8.self)
    }
}
