/// An encoder of a report's rows.
package struct ReportEncoder: ~Copyable {
    private let format: ReportFormat
    private var buffer = RowBuffer(capacity: 4096)
    private var cell: [UInt8] = []
    /// Whether the CSV header is still to come: the first row decides its columns.
    private var needsHeader: Bool
    private var further = ReportColumns()

    package init(_ format: ReportFormat) {
        self.format = format
        needsHeader = format == .csv
    }

    /// Bytes in the buffer.
    package var count: Int { buffer.count }

    /// Appends a row of a journal or a report, parsed as `fields`.
    package mutating func append(
        _ bytes: UnsafeRawBufferPointer, _ fields: borrowing OutcomeFields
    ) {
        switch format {
        case .ndjson:
            buffer.append(UnsafeRawBufferPointer(rebasing: bytes[..<fields.reportLength]))
            buffer.append("}\n")
        case .csv:
            if needsHeader {
                further = fields.columns
                appendHeader()
            }
            CSVReport.append(
                bytes, fields, further: further, to: &buffer, cell: &cell)
        }
    }

    /// Calls `body` with the bytes that were appended since the last `removeAll`.
    ///
    /// A report without a row has its header too.
    package mutating func withBytes<E: Error>(
        _ body: (UnsafeRawBufferPointer) throws(E) -> Void
    ) throws(E) {
        if needsHeader { appendHeader() }
        try body(buffer.bytes)
    }

    private mutating func appendHeader() {
        needsHeader = false
        buffer.append(CSVReport.header(further))
    }

    package mutating func removeAll() { buffer.removeAll() }
}
