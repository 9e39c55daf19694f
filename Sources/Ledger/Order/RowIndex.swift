/// Where an outcome's row stands in the journal, and which place it has in the report.
package struct RowIndex: Hashable, Comparable, Sendable {
    /// The position of the record among its input's records, from 1.
    package var record: UInt64
    /// Where the row begins in the journal.
    package var offset: UInt64
    /// Which input, from 1.
    package var input: UInt32
    /// Bytes of the row, without its line feed.
    package var length: UInt32

    package init(input: UInt32, record: UInt64, offset: UInt64, length: UInt32) {
        self.record = record
        self.offset = offset
        self.input = input
        self.length = length
    }

    package static func < (a: RowIndex, b: RowIndex) -> Bool {
        a.input != b.input ? a.input < b.input : a.record < b.record
    }
}

extension RowIndex {
    /// Whether it stands before a place in the report.
    func isBefore(_ place: RowPlace) -> Bool {
        RowPlace(input: Int(input), record: record) < place
    }
}

/// A place in the report: which input, and which of its records, both from 1.
package struct RowPlace: Hashable, Comparable, Sendable {
    package var input: Int
    package var record: UInt64

    package init(input: Int, record: UInt64) {
        self.input = input
        self.record = record
    }

    /// Behind all rows.
    package static let end = RowPlace(input: .max, record: .max)

    package static func < (a: RowPlace, b: RowPlace) -> Bool {
        a.input != b.input ? a.input < b.input : a.record < b.record
    }
}

extension RowPlace {
    /// Whether a row of a journal is that of an outcome.
    static func isOutcome(_ row: UnsafeRawBufferPointer) -> Bool {
        var start = RowScanner(row)
        return start.skip("{\"file\":")
    }

    /// Reads it from the end of an outcome row of a journal, whose checksum was looked at before;
    /// nil if it is not there.
    init?(atEndOf row: UnsafeRawBufferPointer) {
        guard let at = Self.start(in: row) else { return nil }
        var scanner = RowScanner(UnsafeRawBufferPointer(rebasing: row[at...]))
        guard scanner.skip(",\"input\":"), let input = scanner.integer(),
            scanner.skip(",\"record\":"), let record = scanner.number()
        else { return nil }
        self.init(input: input, record: record)
    }

    /// More than the place, what else tells of the record, and the checksum take, with the longest
    /// numbers.
    private static let longestEnd = 200

    /// Where the place begins, with a comma. Within a string the quotes were escaped.
    private static func start(in row: UnsafeRawBufferPointer) -> Int? {
        var wanted: UInt64 = 0
        for byte in ",\"input\"".utf8.reversed() { wanted = wanted << 8 | UInt64(byte) }
        var at = row.count - 8
        let least = max(0, row.count - longestEnd)
        while at >= least {
            let word = row.loadUnaligned(fromByteOffset: at, as: UInt64.self)
            if UInt64(littleEndian: word) == wanted { return at }
            at -= 1
        }
        return nil
    }
}
