package import Platform

/// The reason why a report can't be read.
package enum ReportError: Error, Hashable, Sendable {
    /// A call to the system failed.
    case system(SystemError)
    /// The file's first line is not a row of a report.
    case notAReport(path: String)
    /// A later line is not a row: the report was damaged or edited. Lines from 1.
    case badRow(path: String, line: UInt64)
    /// The last line has no line feed: the report was truncated.
    case cutOff(path: String, line: UInt64)

    /// Runs `body` and wraps its error.
    static func system<R: ~Copyable>(
        _ body: () throws(SystemError) -> R
    ) throws(ReportError) -> R {
        do { return try body() } catch { throw .system(error) }
    }
}
