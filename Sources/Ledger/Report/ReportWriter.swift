package import Platform

/// A writer of a report to the temporary name of its path.
package struct ReportWriter: ~Copyable {
    private var file: AtomicFile
    private var encoder: ReportEncoder

    package init(path: String, format: ReportFormat) throws(SystemError) {
        file = try AtomicFile(path)
        encoder = ReportEncoder(format)
    }

    /// Appends a row of a journal or a report, parsed as `fields`.
    package mutating func append(
        _ bytes: UnsafeRawBufferPointer, _ fields: borrowing OutcomeFields
    ) throws(SystemError) {
        encoder.append(bytes, fields)
        try writeOut()
    }

    /// Syncs and returns the file, which keeps its temporary name.
    ///
    /// `AtomicFile.publish` renames it.
    @discardableResult
    package consuming func finish() throws(SystemError) -> File {
        try writeOut()
        return try file.finish()
    }

    /// Syncs the file and publishes it.
    package consuming func commit() throws(SystemError) {
        try writeOut()
        try file.commit()
    }

    private mutating func writeOut() throws(SystemError) {
        try encoder.withBytes { (bytes) throws(SystemError) in try file.append(bytes) }
        encoder.removeAll()
    }
}
