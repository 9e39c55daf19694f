package import Platform

/// Writes a report, a row per line, to a temporary name beside its path.
package struct ReportWriter: ~Copyable {
    private var file: AtomicFile
    private var encoder: ReportEncoder

    package init(path: String, format: ReportFormat) throws(SystemError) {
        file = try AtomicFile(path)
        encoder = ReportEncoder(format)
    }

    /// Adds a row of a journal or of a report: `bytes`, of which `fields` are the fields.
    package mutating func append(
        _ bytes: UnsafeRawBufferPointer, _ fields: borrowing OutcomeFields
    ) throws(SystemError) {
        encoder.append(bytes, fields)
        try writeOut()
    }

    /// Syncs the file, which stays under its temporary name: `AtomicFile.reveal` renames it. Returns
    /// the file.
    @discardableResult
    package consuming func finish() throws(SystemError) -> File {
        try writeOut()
        return try file.finish()
    }

    /// Syncs the file and gives it its name, for good.
    package consuming func commit() throws(SystemError) {
        try writeOut()
        try file.commit()
    }

    private mutating func writeOut() throws(SystemError) {
        try encoder.withBytes { (bytes) throws(SystemError) in try file.append(bytes) }
        encoder.removeAll()
    }
}
