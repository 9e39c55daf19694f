import Platform

/// Puts sorted runs together into one sorted sequence, with one small buffer for each.
struct RunMerge: ~Copyable {
    private let file: RunFile
    private var runs: [RunFile.Run]
    private let buffers: UnsafeMutableBufferPointer<RowIndex>
    /// For each run, what is left in its buffer.
    private var loaded: [Range<Int>]
    /// The next row of each run; an entry's run is its number here.
    private var heads = RowHeap()

    init(_ runs: [RunFile.Run], of file: RunFile) throws(SystemError) {
        self.file = file
        self.runs = runs
        buffers = .allocate(capacity: runs.count * RunFile.pieceCount)
        loaded = Array(repeating: 0..<0, count: runs.count)
        for run in runs.indices {
            if let row = try nextRow(of: run) { heads.push(Self.head(row, of: run)) }
        }
    }

    deinit { buffers.deallocate() }

    mutating func next() throws(SystemError) -> RowIndex? {
        guard let first = heads.first else { return nil }
        if let row = try nextRow(of: first.source) {
            heads.replaceFirst(by: Self.head(row, of: first.source))
        } else {
            _ = heads.pop()
        }
        return first.row
    }

    private static func head(_ row: RowIndex, of run: Int) -> RowHeap.Entry {
        RowHeap.Entry(run: 0, row: row, source: run)
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
