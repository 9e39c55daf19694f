import Delivery
import Platform

/// The order of the rows of several reports: by file, line and, within one line, offset.
struct ReportOrder {
    /// The order of one report's rows.
    private struct Report {
        /// The files, in the order of their first rows.
        var files: [[UInt8]] = []
        /// Whether rows of a file are adjacent, and their lines ascend.
        var isSorted = true
    }

    /// The rank of each file by its literal.
    private(set) var ranks: [[UInt8]: Int] = [:]
    /// The outcomes of each report's rows.
    private(set) var counts: [Counts] = []
    /// The files of which a report has several rows for a line.
    private var filesWithOffsets: Set<[UInt8]> = []
    private var reports: [Report] = []

    /// Reads the reports. Returns the path of the first one with too many files; nil if none has.
    mutating func read(_ paths: [String]) throws(ReportError) -> String? {
        var order = FileOrder()
        for path in paths {
            guard try read(path), order.add(reports[reports.count - 1].files) else { return path }
        }
        // If the reports contradict each other, the files have the order of their first rows.
        _ = order.resolve()
        ranks = order.ranks
        return nil
    }

    /// Reads a report. Returns false if it has too many files.
    private mutating func read(_ path: String) throws(ReportError) -> Bool {
        let reader = try ReportReader(path)
        var report = Report()
        var tally = Counts()
        var seen: Set<[UInt8]> = []
        var nameBytes = 0
        var last: [UInt8] = []
        var place: (line: UInt64, offset: UInt64) = (0, 0)
        var lastOffset: UInt64?
        while let row = try reader.next() {
            let file = row.bytes[row.fields.file]
            let offset = row.recordOffset
            let now = (row.fields.line, offset ?? 0)
            if file.elementsEqual(last) {
                // Other rows of a line are of one record: of a run and of its retry.
                if now.0 == place.line, let offset, let lastOffset, offset != lastOffset {
                    filesWithOffsets.insert(last)
                }
                if now < place { report.isSorted = false }
            } else {
                last = Array(file)
                if seen.insert(last).inserted {
                    nameBytes += last.count
                    guard report.files.count < FileOrder.maxFiles,
                        nameBytes <= FileOrder.maxNameBytes
                    else { return false }
                    report.files.append(last)
                } else {
                    report.isSorted = false
                }
            }
            place = now
            lastOffset = offset
            tally[row.fields.outcome] += 1
        }
        reports.append(report)
        counts.append(tally)
        return true
    }

    /// Returns a position of a row that sorts as its file, line and offset do; nil if the report has
    /// changed since it was read.
    ///
    /// A sorter has 96 bits of a position. The rank of a file needs 14, and those of an offset are in
    /// use only for a file with offsets, whose lines then have 38.
    func position(of row: ReportRow) -> ReportPosition? {
        let file = Array(row.bytes[row.fields.file])
        guard let rank = ranks[file] else { return nil }
        let line = row.fields.line
        guard hasOffsets(file) else { return ReportPosition(input: rank << 18, record: line) }
        let bounded = min(line, 1 << 38 - 1)
        let offset = min(row.recordOffset ?? 0, 1 << 44 - 1)
        return ReportPosition(
            input: rank << 18 | Int(bounded >> 20), record: bounded << 44 | offset)
    }

    /// Whether the offsets of a file's rows distinguish records of one line.
    func hasOffsets(_ file: [UInt8]) -> Bool { filesWithOffsets.contains(file) }

    /// Whether the rows of a report, by its index, are in the order.
    func isSorted(_ report: Int) -> Bool {
        let files = reports[report].files.compactMap { ranks[$0] }
        return reports[report].isSorted && zip(files, files.dropFirst()).allSatisfy(<)
    }
}
