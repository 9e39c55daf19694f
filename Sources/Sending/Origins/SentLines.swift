import Delivery
import Ledger
import Platform
import Records

/// The lines of a run that another run of lines of the same report has sent already: it has them as
/// accepted or unknown.
private struct SentLines {
    private let report: String
    private var count: UInt64 = 0
    private var first: (path: String, line: UInt64)?

    init(_ report: String) { self.report = report }

    static func areSent(_ outcome: Outcome) -> Bool { outcome == .accepted || outcome == .unknown }

    mutating func add(path: @autoclosure () -> String, line: UInt64) {
        count += 1
        if first == nil { first = (path(), line) }
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
    /// - Parameter names: The names of the run's files of origins.
    func checkNotSent(by report: String, names: [String]) throws(SendError) {
        var rows = try SentRows(report, names: names, beside: place, progress)
        var lines = try matchedPlaces()
        var sent = SentLines(report)
        var row = try rows.next()
        while let line = try next(of: &lines) {
            while let found = row, found < line { row = try rows.next() }
            if row == line { sent.add(path: names[Int(line.input)], line: line.record) }
        }
        try sent.check()
    }

    /// Returns the places of the lines that are matched, sorted.
    private func matchedPlaces() throws(SendError) -> SortedRows {
        let sorter = RowSorter(beside: place, limit: KeyGroups.maxSorted)
        progress?.beginPass(steps: 2 * origins.count)
        for index in 0..<origins.count {
            try progress?.step()
            guard try records.number(at: index) > 0 else { continue }
            let origin: RecordOrigin
            do { origin = try origins.origin(at: index) } catch { throw .origins(error) }
            try SendError.system { () throws(SystemError) in
                try sorter.add(
                    .sentPlace(name: origin.name, line: origin.line, offset: origin.offset))
            }
        }
        return try SendError.system { () throws(SystemError) in try sorter.sorted() }
    }

    private func next(of lines: inout SortedRows) throws(SendError) -> RowIndex? {
        try progress?.step()
        do { return try lines.next() } catch { throw .file(error) }
    }
}

extension RowIndex {
    /// The place of a line, or of a record of a JSON input.
    ///
    /// - Parameters:
    ///   - name: The index of the file's name.
    ///   - offset: nil for a line.
    fileprivate static func sentPlace(name: Int, line: UInt64, offset: UInt64?) -> RowIndex {
        RowIndex(input: UInt32(name), record: line, offset: offset ?? 0, length: 0)
    }
}

/// The places of the sent lines of a report, sorted: a run of moved lines has its rows in their
/// order.
private struct SentRows: ~Copyable {
    private var sorted: SortedRows

    /// - Parameters:
    ///   - names: Rows of other files are left out.
    ///   - place: The path beside which temporary files are created.
    init(
        _ report: String, names: [String], beside place: String, _ progress: MatchProgress?
    ) throws(SendError) {
        let numbers = Dictionary(
            names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        let sorter = RowSorter(beside: place, limit: KeyGroups.maxSorted)
        progress?.beginPass(steps: 0)
        var literal: [UInt8] = []
        var name: Int?
        let reader: ReportReader
        do { reader = try ReportReader(report) } catch {
            throw .retry(report: report, .report(error))
        }
        while let row = try Self.next(of: reader) {
            try progress?.step()
            guard SentLines.areSent(row.fields.outcome) else { continue }
            let file = row.bytes[row.fields.file]
            if literal.isEmpty || !file.elementsEqual(literal) {
                literal = Array(file)
                name = numbers[row.fileName]
            }
            guard let name else { continue }
            let index = RowIndex.sentPlace(
                name: name, line: row.fields.line, offset: row.recordOffset)
            try SendError.system { () throws(SystemError) in try sorter.add(index) }
        }
        sorted = try SendError.system { () throws(SystemError) in try sorter.sorted() }
    }

    /// Returns the next place; nil after the last one.
    mutating func next() throws(SendError) -> RowIndex? {
        do { return try sorted.next() } catch { throw .file(error) }
    }

    private static func next(of reader: ReportReader) throws(SendError) -> ReportRow? {
        do {
            return try reader.next()
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
