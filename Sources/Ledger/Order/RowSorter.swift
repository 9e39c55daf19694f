package import Platform

/// A sorter of rows into the report's order, in bounded memory.
///
/// Rows end nearly in the order of their records, so replacement selection (Knuth, vol. 3, 5.4.1)
/// makes a single run of most journals: when a heap of `limit` rows is full, the first row is
/// written to a file, and the run continues while later rows sort after it. Rows that fit into the
/// heap are never written.
package final class RowSorter {
    /// The default number of rows in memory: 2 MiB.
    package static let maxBufferedRows = 64 << 10

    private let path: String
    private let limit: Int
    private let mergeWidth: Int
    // Properties that every row touches have no exclusivity checks: one thread uses them, and no call
    // during an access touches the same property.

    @exclusivity(unchecked) private var heap = MinHeap<Entry>()
    @exclusivity(unchecked) private var file: RunFile?
    private var runs: [RunFile.Run] = []
    private var currentRun = 0
    /// The last row in the report's order.
    @exclusivity(unchecked) private var last: RowIndex?

    /// A row and the number of its sorted run.
    struct Entry: Comparable {
        var run: Int
        var row: RowIndex

        @inline(__always)
        static func < (a: Entry, b: Entry) -> Bool {
            a.run != b.run ? a.run < b.run : a.row < b.row
        }
    }

    /// - Parameters:
    ///   - path: The path beside which the unnamed temporary file is created, if one is needed.
    ///   - limit: Rows in memory.
    ///   - mergeWidth: Runs merged at once, each with a buffer of 24 KiB.
    package init(
        beside path: String, limit: Int = maxBufferedRows, mergeWidth: Int = 64
    ) {
        precondition(limit >= 1 && mergeWidth >= 2, "a sorter has one row and merges two runs")
        self.path = path
        self.limit = limit
        self.mergeWidth = mergeWidth
    }

    package func add(_ row: RowIndex) throws(SystemError) {
        last = last.map { max($0, row) } ?? row
        guard heap.count == limit, let first = heap.first else {
            heap.push(Entry(run: currentRun, row: row))
            return
        }
        try writeOut(first)
        // A row before the one just written can't join its run.
        let run = row < first.row ? first.run + 1 : first.run
        heap.replaceFirst(by: Entry(run: run, row: row))
    }

    /// Removes and returns the first row, if it sorts before `watermark`.
    ///
    /// Returns nil once rows were written to a file: `sorted` returns them.
    ///
    /// - Parameter watermark: Rows that are added later sort at or after it.
    package func takeFirst(before watermark: ReportPosition) -> RowIndex? {
        guard file == nil, let first = heap.first?.row, first.position < watermark else {
            return nil
        }
        _ = heap.pop()
        return first
    }

    /// Whether sorting now to return rows before `watermark` is worthwhile.
    ///
    /// Rows after it are then added to a new sorter. It is worthwhile once rows were written to a
    /// file, and few of them sort after `watermark`.
    func isWorthSorting(before watermark: ReportPosition) -> Bool {
        guard file != nil, let last else { return false }
        let isNear =
            Int(last.input) == watermark.input
            && last.record < watermark.record &+ UInt64(limit / 2)
        return last.position < watermark || isNear
    }

    /// Returns the rows that were not taken, in order. Called once, after the last `add`.
    package func sorted() throws(SystemError) -> SortedRows {
        guard file != nil else {
            defer { heap = MinHeap() }
            return SortedRows(heap: heap)
        }
        while let first = heap.pop() { try writeOut(first) }
        guard let file else { preconditionFailure("rows were written to a file") }
        closeRun(of: file)
        try file.flush()
        while runs.count > mergeWidth {
            let start = file.count
            var merge = try RunMerge(Array(runs.prefix(mergeWidth)), of: file)
            while let row = try merge.next() { try file.append(row) }
            try file.flush()
            runs.removeFirst(mergeWidth)
            runs.append(start..<file.count)
        }
        return SortedRows(merge: try RunMerge(runs, of: file))
    }

    private func writeOut(_ entry: Entry) throws(SystemError) {
        let file = try openFile()
        if entry.run != currentRun {
            closeRun(of: file)
            currentRun = entry.run
        }
        try file.append(entry.row)
    }

    private func openFile() throws(SystemError) -> RunFile {
        if let file { return file }
        let created = try RunFile(beside: path)
        file = created
        return created
    }

    private func closeRun(of file: RunFile) {
        let start = runs.last?.upperBound ?? 0
        if file.count > start { runs.append(start..<file.count) }
    }
}

/// Rows in the order of the report, returned one by one.
package struct SortedRows: ~Copyable {
    private var heap: MinHeap<RowSorter.Entry>
    private var merge: RunMerge?

    init(heap: MinHeap<RowSorter.Entry>) {
        self.heap = heap
        merge = nil
    }

    init(merge: consuming RunMerge) {
        heap = MinHeap()
        self.merge = consume merge
    }

    package mutating func next() throws(SystemError) -> RowIndex? {
        if merge == nil { return heap.pop()?.row }
        return try merge?.next()
    }
}
