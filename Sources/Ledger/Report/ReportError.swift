package import Platform

/// Why a report can't be read.
package enum ReportError: Error, Hashable, Sendable {
    /// A call to the system failed.
    case system(SystemError)
    /// The file's first line is no row of a report: it is something else.
    case notAReport(path: String)
    /// A later line is no row: the report is damaged, or was changed by hand. Lines from 1.
    case badRow(path: String, line: UInt64)
    /// The last line has no end: the report was cut off.
    case cutOff(path: String, line: UInt64)

    /// Runs `body`, whose failures are the system's.
    static func system<R: ~Copyable>(
        _ body: () throws(SystemError) -> R
    ) throws(ReportError) -> R {
        do { return try body() } catch { throw .system(error) }
    }
}
