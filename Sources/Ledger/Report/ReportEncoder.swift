/// Writes rows of a report into bytes.
package struct ReportEncoder: ~Copyable {
    private let format: ReportFormat
    private var buffer = RowBuffer(capacity: 4096)
    private var cell: [UInt8] = []

    /// Begins with the header, where the format has one.
    package init(_ format: ReportFormat) {
        self.format = format
        if format == .csv { buffer.append(CSVReport.header) }
    }

    /// Bytes that are held.
    package var count: Int { buffer.count }

    /// Adds a row of a journal or of a report: `bytes`, of which `fields` are the fields.
    package mutating func append(
        _ bytes: UnsafeRawBufferPointer, _ fields: borrowing OutcomeFields
    ) {
        switch format {
        case .ndjson:
            // What the journal adds to a row stands behind `reportLength`.
            buffer.append(UnsafeRawBufferPointer(rebasing: bytes[..<fields.reportLength]))
            buffer.append("}\n")
        case .csv:
            CSVReport.append(bytes, fields, to: &buffer, cell: &cell)
        }
    }

    /// Lends the bytes that were added since the last `removeAll`.
    package borrowing func withBytes<E: Error>(
        _ body: (UnsafeRawBufferPointer) throws(E) -> Void
    ) throws(E) {
        try body(buffer.bytes)
    }

    package mutating func removeAll() { buffer.removeAll() }
}
