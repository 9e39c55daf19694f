package import Delivery
import Platform

/// The rows of several reports as one sequence.
///
/// They are sorted by file and line; a report in another order is sorted. Only reports with too many
/// files follow one another. Rows of the same line are sorted by the offsets in their details if a
/// report has several, as that of a JSON input has. Rows of the same record are all kept, in the
/// order of the reports.
package final class ReportMerge {
    private let readers: [ReportReader]
    /// The order of the rows; nil if the reports follow one another.
    private let order: ReportOrder?
    private var sources: [Source]
    private var heap = MinHeap<Head>()
    /// The index of the reader whose row was returned last.
    private var current: Int?
    private var last: (rank: Int, line: UInt64, offset: UInt64)?
    /// The first report with too many files, so that the reports follow one another; nil if rows are
    /// sorted.
    package let unsorted: String?
    /// Rows so far with the former row's file and line, and offset in a JSON input.
    package private(set) var repeats: UInt64 = 0

    /// The outcomes of each report's rows, in order; empty if there is one report, or if they follow
    /// one another.
    package let counts: [Counts]
    /// Whether the row that was returned last has the file, line and offset of the one before.
    package private(set) var isRepeat = false
    /// The index of the report of the row that was returned last.
    package var source: Int { current ?? 0 }

    /// The number of reports.
    var count: Int { readers.count }

    /// Whether a journal is among the reports.
    package var holdsJournal: Bool { readers.contains { $0.kind == .journal } }

    /// The next row of a reader.
    private struct Source {
        var row: ReportRow?
        var file: [UInt8] = []
        var rank = 0
        /// Whether offsets distinguish the file's rows of one line.
        var hasOffsets = false
    }

    /// The sort key of a reader's next row: by file, line and offset, then by the reports' order.
    private struct Head: Comparable {
        var rank: Int
        var line: UInt64
        var offset: UInt64
        /// The index of the reader.
        var source: Int

        static func < (a: Head, b: Head) -> Bool {
            (a.rank, a.line, a.offset, a.source) < (b.rank, b.line, b.offset, b.source)
        }
    }

    /// Opens the reports. Several are read once before, to find their order.
    package init(_ paths: [String]) throws(ReportError) {
        var order = ReportOrder()
        unsorted = paths.count > 1 ? try order.read(paths) : nil
        let isOrdered = paths.count > 1 && unsorted == nil
        counts = isOrdered ? order.counts : []
        self.order = isOrdered ? order : nil
        // All buffers together have a few megabytes, whatever the number of reports.
        let bufferSize = isOrdered ? max(8 << 10, min(256 << 10, (4 << 20) / paths.count)) : 4096
        var readers: [ReportReader] = []
        for path in paths {
            readers.append(
                try ReportReader(path, bufferSize: paths.count == 1 ? 256 << 10 : bufferSize))
        }
        self.readers = readers
        let unsortedReports = isOrdered ? readers.indices.filter { !order.isSorted($0) } : []
        for index in unsortedReports {
            try readers[index].sort(
                limit: max(1024, RowSorter.maxBufferedRows / unsortedReports.count),
                by: order.position)
        }
        sources = readers.map { _ in Source() }
        if isOrdered {
            for index in readers.indices { try advance(index) }
        } else {
            current = 0
        }
    }

    /// Returns the next row; nil after the last one. Its bytes are valid until the next call.
    package func next() throws(ReportError) -> ReportRow? {
        guard order != nil else { return try nextOfSequence() }
        if let current { try advance(current) }
        current = nil
        guard let first = heap.pop(), let row = sources[first.source].row else { return nil }
        current = first.source
        isRepeat = last.map { $0 == (first.rank, first.line, first.offset) } ?? false
        if isRepeat { repeats += 1 }
        last = (first.rank, first.line, first.offset)
        return row
    }

    private func nextOfSequence() throws(ReportError) -> ReportRow? {
        while let index = current, index < readers.count {
            if let row = try readers[index].next() { return row }
            current = index + 1
        }
        return nil
    }

    /// Reads a reader's next row and adds it to the heap.
    private func advance(_ index: Int) throws(ReportError) {
        guard let row = try readers[index].next() else {
            sources[index].row = nil
            return
        }
        sources[index].row = row
        let file = row.bytes[row.fields.file]
        if !file.elementsEqual(sources[index].file) {
            sources[index].file = Array(file)
            guard let order, let rank = order.ranks[sources[index].file] else {
                throw .system(
                    SystemError(call: "pread", path: readers[index].path, code: Self.changed))
            }
            sources[index].rank = rank
            sources[index].hasOffsets = order.hasOffsets(sources[index].file)
        }
        heap.push(
            Head(
                rank: sources[index].rank, line: row.fields.line,
                offset: sources[index].hasOffsets ? row.recordOffset ?? 0 : 0, source: index))
    }

    /// `ESTALE`: the report has changed since its order was read.
    private static let changed: Int32 = 116
}
