/// Writes a report, a row per line, to a temporary name beside its path.
package struct ReportWriter: ~Copyable {
    private let format: ReportFormat
    private var file: AtomicFile
    private var scratch = RowBuffer(capacity: 4096)
    private var cell: [UInt8] = []

    package init(path: String, format: ReportFormat) throws(SystemError) {
        file = try Self.begin(path, format)
        self.format = format
    }

    private static func begin(
        _ path: String, _ format: ReportFormat
    ) throws(SystemError) -> AtomicFile {
        var file = try AtomicFile(path)
        if format == .csv { try file.append(CSVReport.header) }
        return file
    }

    /// Adds a row of a journal or of a report: `bytes`, of which `fields` are the fields.
    package mutating func append(
        _ bytes: UnsafeRawBufferPointer, _ fields: borrowing OutcomeFields
    ) throws(SystemError) {
        switch format {
        case .ndjson:
            // What the journal adds to a row stands behind `reportLength`.
            scratch.append(UnsafeRawBufferPointer(rebasing: bytes[..<fields.reportLength]))
            scratch.append("}\n")
        case .csv:
            CSVReport.append(bytes, fields, to: &scratch, cell: &cell)
        }
        try writeOut()
    }

    /// Syncs the file, which stays under its temporary name: `AtomicFile.reveal` renames it.
    package consuming func finish() throws(SystemError) {
        try file.finish()
    }

    private mutating func writeOut() throws(SystemError) {
        try file.append(scratch.bytes)
        scratch.removeAll()
    }
}
