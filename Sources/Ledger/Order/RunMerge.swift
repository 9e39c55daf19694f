import Platform

/// A merge of sorted runs, with a small buffer for each.
struct RunMerge: ~Copyable {
    private let file: RunFile
    private var runs: [RunFile.Run]
    private let buffers: UnsafeMutableBufferPointer<RowIndex>
    /// The indices of each run's next rows in `buffers`.
    private var loaded: [Range<Int>]
    /// The next row of each run.
    private var heads = MinHeap<Head>()

    private struct Head: Comparable {
        var row: RowIndex
        /// The index of the row's run.
        var run: Int

        @inline(__always)
        static func < (a: Head, b: Head) -> Bool { a.row < b.row }
    }

    init(_ runs: [RunFile.Run], of file: RunFile) throws(SystemError) {
        self.file = file
        self.runs = runs
        buffers = .allocate(capacity: runs.count * RunFile.pieceCount)
        loaded = Array(repeating: 0..<0, count: runs.count)
        for run in runs.indices {
            if let row = try nextRow(of: run) { heads.push(Head(row: row, run: run)) }
        }
    }

    deinit { buffers.deallocate() }

    mutating func next() throws(SystemError) -> RowIndex? {
        guard let first = heads.first else { return nil }
        if let row = try nextRow(of: first.run) {
            heads.replaceFirst(by: Head(row: row, run: first.run))
        } else {
            _ = heads.pop()
        }
        return first.row
    }

    private mutating func nextRow(of run: Int) throws(SystemError) -> RowIndex? {
        if loaded[run].isEmpty {
            let start = run * RunFile.pieceCount
            let piece = UnsafeMutableBufferPointer(
                rebasing: buffers[start..<start + RunFile.pieceCount])
            let count = try file.read(piece, from: &runs[run])
            guard count > 0 else { return nil }
            loaded[run] = start..<start + count
        }
        let index = loaded[run].lowerBound
        loaded[run] = index + 1..<loaded[run].upperBound
        return buffers[index]
    }
}
