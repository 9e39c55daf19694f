import Glibc
import Ledger
import Platform
import Sending

extension ReportError {
    /// What happened, and where.
    var text: String {
        switch self {
        case .system(let error) where error.call == "open" && error.code == ENOENT:
            "\(Escaping.quoted(error.path)) does not exist" + Self.suggestion(for: error.path)
        case .system(let error) where error.call == "open" && error.code == EINVAL:
            "\(Escaping.quoted(error.path)) is not a regular file"
                + Self.suggestion(for: error.path)
        case .system(let error): Escaping.escaped(error.message)
        case .notAReport(let path):
            "\(Escaping.quoted(path)) is not a hookbatch report: line 1 is not a report row"
                + Self.suggestion(for: path)
        case .badRow(let path, let line):
            "\(Escaping.quoted(path)) is damaged: line \(line) is not a report row"
        case .cutOff(let path, let line):
            "\(Escaping.quoted(path)) is truncated: line \(line) is incomplete"
        }
    }

    /// Returns `; did you mean 'events.report.ndjson'?`; empty without a file that is likely meant.
    private static func suggestion(for path: String) -> String {
        likelyReport(insteadOf: path).map { "; did you mean \(Escaping.quoted($0))?" } ?? ""
    }

    /// Returns the report in a folder, the report of an input, or one with a similar name.
    private static func likelyReport(insteadOf path: String) -> String? {
        if let names = try? Directory.names(in: path) {
            let reports = names.compactMap { String(validating: $0, as: UTF8.self) }
                .filter { $0.hasSuffix(".report.ndjson") || $0.hasSuffix(".report.csv") }
            return reports.count == 1 ? "\(path)/\(reports[0])" : nil
        }
        let report = ReportPath(besideInputNamed: path).path
        if report != path, access(report, F_OK) == 0 { return report }
        // A report has a summary beside it.
        return InputPath.file(path).nearestFile().flatMap { name in
            ReportPath(text: name).flatMap { access($0.summary, F_OK) == 0 ? name : nil }
        }
    }
}
