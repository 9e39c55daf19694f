import Delivery
import Ledger
import Platform
import Records

/// Lines of earlier runs that are left out, since other runs have sent them: they are accepted or
/// unknown there.
package struct LeftOutLines: Hashable, Sendable {
    package var count: UInt64 = 0
    /// All lines that would be sent without those runs.
    package var all: UInt64 = 0
    /// Those that are unknown in the other runs.
    package var unknown: UInt64 = 0
    /// The other runs.
    package var runs: [SentRun] = []

    package mutating func add(_ other: LeftOutLines) {
        count += other.count
        all += other.all
        unknown += other.unknown
        runs += other.runs.filter { !runs.contains($0) }
    }
}

/// A finished run that has sent lines of the same first run.
package struct SentRun: Hashable, Sendable {
    package var id: String
    /// The path of its report.
    package var report: String
    /// Whether it has sent the lines as they were: it has read no file, which may have been edited.
    package var sendsUnchanged: Bool

    package init(id: String, report: String, sendsUnchanged: Bool) {
        self.id = id
        self.report = report
        self.sendsUnchanged = sendsUnchanged
    }

    /// Reads an element of `RetriedRun.sentByOption`; nil for another text.
    init?(_ text: Substring) {
        guard let mark = text.firstIndex(where: { $0 == "=" || $0 == "~" }) else { return nil }
        id = String(text[..<mark])
        report = String(text[text.index(after: mark)...])
        sendsUnchanged = text[mark] == "="
    }

    var text: String { "\(id)\(sendsUnchanged ? "=" : "~")\(report)" }

    /// Throws unless the report is still that of the run.
    func check() throws(SendError) {
        let summary = ReportPath(text: report)?.summary ?? ""
        let found: RetriedRun?
        do { found = try RetriedRun(summaryAt: summary) } catch { throw .file(error) }
        guard found?.id == id else { throw .retry(report: report, .otherRows) }
    }
}

/// The places of the lines that other runs have sent, in order.
final class SentLines {
    /// The lines of one report.
    private final class Rows {
        let run: SentRun
        private var rows: SortedRows
        private var next: RowIndex?
        var isFound = false
        var unknown: UInt64 = 0

        init(_ run: SentRun, _ rows: consuming SortedRows) throws(SendError) {
            self.run = run
            self.rows = rows
            try advance()
        }

        /// The mark of an unknown line.
        static let unknown: UInt32 = 1

        private func advance() throws(SendError) {
            do { next = try rows.next() } catch { throw .file(error) }
        }

        func contains(_ place: RowIndex) throws(SendError) -> Bool {
            while let row = next, row < place { try advance() }
            guard let row = next, !(place < row) else { return false }
            isFound = true
            if row.length == Self.unknown { unknown += 1 }
            return true
        }
    }

    private var all: [Rows] = []

    /// - Parameters:
    ///   - names: The names of the files of the lines. Rows of other files are left out.
    ///   - place: The path beside which temporary files are created.
    init(
        _ runs: [SentRun], names: [String], beside place: String, _ progress: MatchProgress?
    ) throws(SendError) {
        let numbers = Dictionary(
            names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        for run in runs {
            progress?.beginPass(steps: 0)
            try run.check()
            all.append(
                try Rows(run, Self.sorted(run.report, numbers, beside: place, progress)))
        }
    }

    /// The runs that have one of the asked places.
    var runs: [SentRun] { all.filter(\.isFound).map(\.run) }

    /// The asked places whose lines are unknown in such a run.
    var unknown: UInt64 { all.reduce(0) { $0 + $1.unknown } }

    /// Returns whether another run has sent the line of a place. The places are in their order.
    func contains(_ place: RowIndex) throws(SendError) -> Bool {
        var isSent = false
        for rows in all where try rows.contains(place) { isSent = true }
        return isSent
    }

    /// Returns the places of the sent lines of a report: a run of moved lines has its rows in their
    /// order.
    private static func sorted(
        _ report: String, _ names: [String: Int], beside place: String, _ progress: MatchProgress?
    ) throws(SendError) -> SortedRows {
        let sorter = RowSorter(beside: place, limit: KeyGroups.maxSorted)
        var literal: [UInt8] = []
        var name: Int?
        let reader: ReportReader
        do { reader = try ReportReader(report) } catch {
            throw .retry(report: report, .report(error))
        }
        while let row = try next(of: reader) {
            try progress?.step()
            guard [.accepted, .unknown].contains(row.fields.outcome) else { continue }
            let file = row.bytes[row.fields.file]
            if literal.isEmpty || !file.elementsEqual(literal) {
                literal = Array(file)
                name = names[row.fileName]
            }
            guard let name else { continue }
            let index = RowIndex.place(
                name: name, line: row.fields.line, offset: row.recordOffset,
                number: row.fields.outcome == .unknown ? UInt64(Rows.unknown) : 0)
            try SendError.system { () throws(SystemError) in try sorter.add(index) }
        }
        return try SendError.system { () throws(SystemError) in try sorter.sorted() }
    }

    private static func next(of reader: ReportReader) throws(SendError) -> ReportRow? {
        do {
            return try reader.next()
        } catch {
            throw .retry(report: reader.path, .report(error))
        }
    }
}

extension RowIndex {
    /// The place of a line, or of a record of a JSON input.
    ///
    /// - Parameters:
    ///   - name: The index of the file's name.
    ///   - offset: nil for a line.
    ///   - number: Any number to keep with it.
    static func place(
        name: Int, line: UInt64, offset: UInt64?, number: UInt64 = 0
    ) -> RowIndex {
        RowIndex(
            input: UInt32(name), record: line, offset: offset ?? 0,
            length: UInt32(truncatingIfNeeded: number))
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
