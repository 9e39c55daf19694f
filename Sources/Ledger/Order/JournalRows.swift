import Glibc
package import Platform

/// The outcome rows of a journal in the order of the report: by input, then by record.
///
/// The journal may still grow: rows are lent as far as none can come any more that belongs before
/// them. Memory is bounded whatever the journal's size: the sorter's, a piece of the journal that
/// is gone through, a window that moves forward over it, and one row.
package struct JournalRows: ~Copyable {
    private let file: File
    private var framing = RowFraming()
    private var window: FileWindow
    private let heldRows: Int
    /// nil once all rows are added.
    private var sorter: RowSorter?
    /// All rows; or, while some are still to be added, those that were too many for the memory.
    private var sorted: SortedRows?
    private let piece: UnsafeMutableRawBufferPointer
    /// Bytes of the journal that were gone through.
    private(set) var length: UInt64 = 0

    private static let pieceSize = 256 << 10

    /// - Parameter heldRows: Rows sorted in memory; more go through a temporary file.
    package init(_ file: File, heldRows: Int = RowSorter.heldRows) {
        self.file = file
        window = FileWindow(file)
        self.heldRows = heldRows
        sorter = RowSorter(beside: file.path, limit: heldRows)
        sorted = nil
        piece = .allocate(byteCount: Self.pieceSize, alignment: 16)
    }

    /// Goes through the first `length` bytes of the journal in `file`, which are all.
    package init(
        _ file: File, length: UInt64, heldRows: Int = RowSorter.heldRows
    ) throws(SystemError) {
        self.init(file, heldRows: heldRows)
        try read(to: length)
    }

    /// Takes rows of `file` whose places are known and sorted.
    init(_ file: File, sorted: consuming SortedRows) {
        self.file = file
        window = FileWindow(file)
        heldRows = RowSorter.heldRows
        sorter = nil
        self.sorted = consume sorted
        piece = .allocate(byteCount: 0, alignment: 16)
    }

    deinit { piece.deallocate() }

    /// Goes on through the journal, to its first `end` bytes, and notes where rows stand.
    package mutating func read(to end: UInt64) throws(SystemError) {
        guard let sorter else { preconditionFailure("rows were asked for as if these were all") }
        while length < end {
            let wanted = Int(min(UInt64(piece.count), end - length))
            let bytes = UnsafeMutableRawBufferPointer(rebasing: piece[..<wanted])
            let count = try file.read(into: bytes, at: length)
            guard count > 0 else {
                throw SystemError(call: "pread", path: file.path, code: EIO)
            }
            length += UInt64(count)
            let read = UnsafeRawBufferPointer(rebasing: bytes[..<count])
            try framing.push(read) { (row, offset) throws(SystemError) in
                guard let row, RowPlace.isOutcome(row) else { return }
                guard let place = RowPlace(atEndOf: row) else {
                    throw SystemError(call: "pread", path: file.path, code: EIO)
                }
                try sorter.add(
                    RowIndex(
                        input: UInt32(clamping: place.input), record: place.record,
                        offset: offset, length: UInt32(row.count)))
            }
        }
    }

    /// The next row, if it stands before `place`, to which and behind which all rows belong that
    /// are still to be read. Its bytes are good until the next call.
    mutating func next(before place: RowPlace) throws(SystemError) -> JournalRow? {
        if let full = sorter, sorted == nil, full.isWorthSorting(before: place) {
            sorted = try full.sorted()
            sorter = RowSorter(beside: file.path, limit: heldRows)
        }
        if let index = try sorted?.next() {
            if index.isBefore(place) { return try row(at: index) }
            try sorter?.add(index)
            while let index = try sorted?.next() { try sorter?.add(index) }
        }
        sorted = nil
        guard let index = sorter?.takeFirst(before: place) else { return nil }
        return try row(at: index)
    }

    /// The next row; nil after the last one. All were read. Its bytes are good until the next call.
    package mutating func next() throws(SystemError) -> JournalRow? {
        if let sorter {
            sorted = try sorter.sorted()
            self.sorter = nil
        }
        guard let index = try sorted?.next() else { return nil }
        return try row(at: index)
    }

    private mutating func row(at index: RowIndex) throws(SystemError) -> JournalRow {
        let bytes = try window.bytes(at: index.offset, count: Int(index.length))
        guard let fields = OutcomeFields(journalRow: bytes), let place = fields.place else {
            // It was whole when it was read first: the file has changed, or the disk fails.
            throw SystemError(call: "pread", path: file.path, code: EIO)
        }
        return JournalRow(bytes: bytes, fields: fields, place: place, index: index)
    }
}

/// An outcome row as it stands in the journal, borrowed from `JournalRows`.
package struct JournalRow {
    /// All of it, without its line feed.
    package let bytes: UnsafeRawBufferPointer
    /// Its fields, as ranges of `bytes`.
    package let fields: OutcomeFields
    /// Where its record stands.
    package let place: OutcomeFields.Place
    /// Where it stands itself.
    let index: RowIndex
}
