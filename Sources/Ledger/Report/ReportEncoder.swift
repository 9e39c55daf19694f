/// An encoder of a report's rows.
package struct ReportEncoder: ~Copyable {
    private let format: ReportFormat
    private var buffer = RowBuffer(capacity: 4096)
    private var cell: [UInt8] = []

    /// Starts with the header, if the format has one.
    package init(_ format: ReportFormat) {
        self.format = format
        if format == .csv { buffer.append(CSVReport.header) }
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
            CSVReport.append(bytes, fields, to: &buffer, cell: &cell)
        }
    }

    /// Calls `body` with the bytes that were appended since the last `removeAll`.
    package borrowing func withBytes<E: Error>(
        _ body: (UnsafeRawBufferPointer) throws(E) -> Void
    ) throws(E) {
        try body(buffer.bytes)
    }

    package mutating func removeAll() { buffer.removeAll() }
}
