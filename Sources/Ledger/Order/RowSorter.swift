package import Platform

/// Sorts the rows of a journal into the order of the report, in bounded memory.
///
/// Rows end nearly in the order of their records, so replacement selection (Knuth, vol. 3, 5.4.1)
/// makes of most journals a single run: a row is written out when a heap of `limit` rows is full,
/// and as long as what comes after is larger, the run goes on. What fits into the heap never
/// touches a disk.
package final class RowSorter {
    /// Rows held in memory unless told otherwise: 2.5 MiB.
    package static let heldRows = 64 << 10

    private let path: String
    private let limit: Int
    private let mergeWidth: Int
    private var heap = RowHeap()
    private var file: RunFile?
    private var runs: [RunFile.Run] = []
    private var currentRun = 0
    /// The greatest row that was added.
    private var greatest: RowIndex?

    /// - Parameters:
    ///   - path: Beside which the unnamed temporary file is made, if one is needed.
    ///   - limit: Rows held in memory.
    ///   - mergeWidth: Runs merged at once, each with a buffer of 24 KiB.
    package init(beside path: String, limit: Int = heldRows, mergeWidth: Int = 64) {
        precondition(limit >= 1 && mergeWidth >= 2, "a sorter holds a row and merges two runs")
        self.path = path
        self.limit = limit
        self.mergeWidth = mergeWidth
    }

    package func add(_ row: RowIndex) throws(SystemError) {
        greatest = greatest.map { max($0, row) } ?? row
        guard heap.count == limit, let least = heap.first else {
            heap.push(RowHeap.Entry(run: currentRun, row: row))
            return
        }
        try writeOut(least)
        // What is smaller than the row just written can't join its run any more.
        let run = row < least.row ? least.run + 1 : least.run
        heap.replaceFirst(by: RowHeap.Entry(run: run, row: row))
    }

    /// Takes out the least row if it stands before `place`, to which and behind which all rows
    /// belong that are still to be added. None is taken out any more once some were written out:
    /// they come from `sorted`.
    package func takeFirst(before place: RowPlace) -> RowIndex? {
        guard file == nil, let least = heap.first?.row, least.isBefore(place) else { return nil }
        _ = heap.pop()
        return least
    }

    /// Whether some were written out, and few enough do not stand before `place` that it is worth
    /// while to sort all, take those before it, and add the others to another sorter.
    func isWorthSorting(before place: RowPlace) -> Bool {
        guard file != nil, let greatest else { return false }
        let isNear =
            Int(greatest.input) == place.input
            && greatest.record < place.record &+ UInt64(limit / 2)
        return greatest.isBefore(place) || isNear
    }

    /// All rows were added: those that were not taken out are read back in order, once.
    package func sorted() throws(SystemError) -> SortedRows {
        guard file != nil else {
            defer { heap = RowHeap() }
            return SortedRows(heap: heap)
        }
        while let least = heap.pop() { try writeOut(least) }
        guard let file else { preconditionFailure("rows were written out to a file") }
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

    private func writeOut(_ entry: RowHeap.Entry) throws(SystemError) {
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

/// Rows in the order of the report, one after the other.
package struct SortedRows: ~Copyable {
    private var heap: RowHeap
    private var merge: RunMerge?

    init(heap: RowHeap) {
        self.heap = heap
        merge = nil
    }

    init(merge: consuming RunMerge) {
        heap = RowHeap()
        self.merge = consume merge
    }

    package mutating func next() throws(SystemError) -> RowIndex? {
        if merge == nil { return heap.pop()?.row }
        return try merge?.next()
    }
}
