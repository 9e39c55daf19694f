/// A position in the report: the numbers of an input and of its record, from 1.
package struct ReportPosition: Hashable, Comparable, Sendable {
    package var input: Int
    package var record: UInt64

    package init(input: Int, record: UInt64) {
        self.input = input
        self.record = record
    }

    /// The position after all rows.
    package static let end = ReportPosition(input: .max, record: .max)

    package static func < (a: ReportPosition, b: ReportPosition) -> Bool {
        a.input != b.input ? a.input < b.input : a.record < b.record
    }
}

extension ReportPosition {
    /// Whether a journal row is an outcome row.
    static func isOutcome(_ row: UnsafeRawBufferPointer) -> Bool {
        var start = RowScanner(row)
        return start.skip("{\"file\":")
    }

    /// Reads the position from the end of a journal's outcome row; nil if it has none.
    ///
    /// It does not verify the row's checksum.
    init?(atEndOf row: UnsafeRawBufferPointer) {
        guard let at = Self.start(in: row) else { return nil }
        var scanner = RowScanner(UnsafeRawBufferPointer(rebasing: row[at...]))
        guard scanner.skip(",\"input\":"), let input = scanner.integer(),
            scanner.skip(",\"record\":"), let record = scanner.number()
        else { return nil }
        self.init(input: input, record: record)
    }

    /// More bytes than from `,"input":` to the row's end.
    private static let maxEndLength = 200

    /// Returns the index of `,"input"`, which can't occur in a string: quotes are escaped there.
    private static func start(in row: UnsafeRawBufferPointer) -> Int? {
        var wanted: UInt64 = 0
        for byte in ",\"input\"".utf8.reversed() { wanted = wanted << 8 | UInt64(byte) }
        var at = row.count - 8
        let minimum = max(0, row.count - maxEndLength)
        while at >= minimum {
            let word = row.loadUnaligned(fromByteOffset: at, as: UInt64.self)
            if UInt64(littleEndian: word) == wanted { return at }
            at -= 1
        }
        return nil
    }
}
