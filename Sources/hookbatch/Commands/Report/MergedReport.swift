import Ledger

/// A merged report, under a temporary name until it is complete.
final class MergedReport {
    /// nil after the commit.
    private var writer: ReportWriter?

    init(_ path: String) throws(ReportFailure) {
        do {
            writer = try ReportWriter(path: path, format: ReportFormat(path: path) ?? .ndjson)
        } catch {
            throw .system(error)
        }
    }

    func append(_ row: ReportRow) throws(ReportFailure) {
        do { try writer?.append(row.bytes, row.fields) } catch { throw .system(error) }
    }

    func commit() throws(ReportFailure) {
        guard let writer = writer.take() else { return }
        do { try writer.commit() } catch { throw .system(error) }
    }
}
