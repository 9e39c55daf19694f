import Platform

/// The rows of several reports as one: by file and line where each report is in order, as those of
/// a run's shards are, else one report after the other.
///
/// Rows of the same file and line are all kept, in the order in which the reports were given.
package final class ReportMerge {
    private let readers: [ReportReader]
    /// Each file's place by its literal; nil if the reports follow one another.
    private let ranks: [[UInt8]: Int]?
    private var sources: [Source]
    private var heap = MergeHeap()
    /// Which reader lent the row that was returned last.
    private var lent: Int?
    private var lastPlace: (rank: Int, line: UInt64)?
    /// Why several reports follow one another; nil if rows go by file and line.
    package let disorder: Disorder?
    /// Rows so far whose file and line the row before them has too.
    package private(set) var repeats: UInt64 = 0

    /// Whether a journal is among the reports.
    package var holdsJournal: Bool { readers.contains { $0.kind == .journal } }

    /// What keeps rows from going by file and line.
    package enum Disorder: Equatable {
        /// The first report whose rows are not in order, or that has too many files.
        case report(String)
        /// Each report is in order, but they have the files in orders that contradict each other.
        case contradiction
    }

    /// A reader's next row.
    private struct Source {
        var row: ReportRow?
        var file: [UInt8] = []
        var rank = 0
    }

    /// Reads each of several reports once, to learn their order; one is taken as it stands.
    package init(_ paths: [String]) throws(ReportError) {
        var order = FileOrder()
        var disorder: Disorder?
        if paths.count > 1 {
            for path in paths {
                guard let files = try Self.files(inOrderIn: path), order.add(files) else {
                    disorder = .report(path)
                    break
                }
            }
        }
        if paths.count > 1, disorder == nil, !order.resolve() { disorder = .contradiction }
        self.disorder = disorder
        let isOrdered = paths.count > 1 && disorder == nil
        ranks = isOrdered ? order.ranks : nil
        // Together the buffers take no more than some megabytes, however many reports there are.
        let bufferSize = isOrdered ? max(8 << 10, min(256 << 10, (4 << 20) / paths.count)) : 4096
        var readers: [ReportReader] = []
        for path in paths {
            readers.append(
                try ReportReader(path, bufferSize: paths.count == 1 ? 256 << 10 : bufferSize))
        }
        self.readers = readers
        sources = readers.map { _ in Source() }
        if isOrdered {
            for index in readers.indices { try advance(index) }
        } else {
            lent = 0
        }
    }

    /// The next row; nil after the last one. Its bytes are good until the next call.
    package func next() throws(ReportError) -> ReportRow? {
        guard ranks != nil else { return try nextInTurn() }
        if let lent { try advance(lent) }
        lent = nil
        guard let least = heap.pop(), let row = sources[least.source].row else { return nil }
        lent = least.source
        if let lastPlace, lastPlace == (least.rank, least.line) { repeats += 1 }
        lastPlace = (least.rank, least.line)
        return row
    }

    private func nextInTurn() throws(ReportError) -> ReportRow? {
        while let turn = lent, turn < readers.count {
            if let row = try readers[turn].next() { return row }
            lent = turn + 1
        }
        return nil
    }

    /// Reads a reader's next row, which takes its place in the heap.
    private func advance(_ index: Int) throws(ReportError) {
        guard let row = try readers[index].next() else {
            sources[index].row = nil
            return
        }
        sources[index].row = row
        let file = row.bytes[row.fields.file]
        if !file.elementsEqual(sources[index].file) {
            sources[index].file = Array(file)
            guard let rank = ranks?[sources[index].file] else {
                throw .system(
                    SystemError(call: "pread", path: readers[index].path, code: Self.changed))
            }
            sources[index].rank = rank
        }
        heap.push(
            MergeHeap.Entry(rank: sources[index].rank, line: row.fields.line, source: index))
    }

    /// The files of a report, each once, in the order of its rows; nil if its rows are not in
    /// order: a file's stand apart, or its lines do not rise.
    private static func files(inOrderIn path: String) throws(ReportError) -> [[UInt8]]? {
        let reader = try ReportReader(path)
        var files: [[UInt8]] = []
        var seen: Set<[UInt8]> = []
        var nameBytes = 0
        var line: UInt64 = 0
        while let row = try reader.next() {
            let file = row.bytes[row.fields.file]
            if let last = files.last, file.elementsEqual(last) {
                guard row.fields.line >= line else { return nil }
            } else {
                nameBytes += file.count
                guard seen.insert(Array(file)).inserted, files.count < FileOrder.mostFiles,
                    nameBytes <= FileOrder.mostNameBytes
                else { return nil }
                files.append(Array(file))
            }
            line = row.fields.line
        }
        return files
    }

    /// `ESTALE`: the report is not what it was when it was read first.
    private static let changed: Int32 = 116
}
