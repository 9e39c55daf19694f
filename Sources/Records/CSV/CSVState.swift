/// The state of reading a CSV input.
struct CSVState {
    var row: CSVRowScanner
    var columns = CSVColumns()
    /// The columns that `ReaderOptions.selection` tests.
    var selected = SelectedColumns(RecordSelection())
    /// The pending conversion of the current row's payload.
    var unprepared: UnpreparedPayload?
    /// Whether the cells have backslash escapes or ordinary quotes.
    let hasOtherCells: Bool
    /// The original bytes of a line `sep=` and of the header with their line terminators, or empty.
    var header: [UInt8] = []
    /// The header's names in `header`, without white space around them.
    var headerNames = 0..<0
    /// The lengths of rows that may repeat the header.
    var repeatedLengths = Int.max..<Int.max

    /// The dialect is complete once the first row is known.
    init(_ dialect: CSVDialect) {
        row = CSVRowScanner(delimiter: dialect.delimiter ?? Byte.comma, dialect)
        hasOtherCells = dialect.hasOtherCells
    }

    /// Scans up to the end of the row: see `CSVRowScanner.scan`.
    @inline(__always)
    mutating func scan(
        _ bytes: UnsafePointer<UInt8>, to end: Int, isFinal: Bool
    ) -> CSVRowScanner.RowEnd? {
        row.scan(bytes, to: end, isFinal: isFinal, columns: columns)
    }

    /// The cell of the application id in the row at `start` of the buffer.
    @inline(__always)
    func appIDCell(from start: Int) -> CSVCell {
        CSVCell(row.appID, in: start, column: columns.appID)
    }

    /// The cell of the event type in the row at `start` of the buffer.
    @inline(__always)
    func eventTypeCell(from start: Int) -> CSVCell {
        CSVCell(row.eventType, in: start, column: columns.eventType)
    }

    /// The cell of the payload in the row at `start`; nil without its column.
    @inline(__always)
    func payloadCell(from start: Int) -> CSVCell? {
        guard columns.payload >= 0, columns.payload < columns.count else { return nil }
        return CSVCell(row.payload, in: start, column: columns.payload)
    }

    /// The cell of the idempotency key in the row at `start`; nil without its column.
    @inline(__always)
    func keyCell(from start: Int) -> CSVCell? {
        columns.key >= 0 ? CSVCell(row.kept.key, in: start, column: columns.key) : nil
    }
}
