import Delivery
import Platform
import Sending

/// What to send if a run can't be retried by its report: its files of undelivered lines.
enum UndeliveredAdvice {
    /// Returns the files of undelivered lines of a report that exist.
    static func files(of report: ReportPath) -> [String] {
        let folder = Directory.parent(of: report.path)
        let prefix = report.path.contains("/") ? (folder == "/" ? "/" : folder + "/") : ""
        let names = ((try? Directory.names(in: folder)) ?? [])
            .compactMap { String(validating: $0, as: UTF8.self) }
        return names.sorted().map { prefix + $0 }.filter { report.hasUndelivered(named: $0) }
    }

    /// Returns `send 'NAME.rejected.ndjson' instead`; nil without files.
    static func text(_ files: [String]) -> String? {
        func list(_ kind: String) -> String? {
            let found = files.filter { file in
                ReportPath.undeliveredExtensions.contains { file.hasSuffix(".\(kind).\($0)") }
            }
            return found.isEmpty ? nil : found.map(Escaping.quoted).joined(separator: " and ")
        }
        let rejected = list(Outcome.rejected.rawValue).map { "send \($0) instead" }
        let unknown = list(Outcome.unknown.rawValue).map {
            "check which lines of \($0) arrived, and send it with --arrived for those"
        }
        let both = [rejected, unknown].compactMap(\.self)
        return both.isEmpty ? nil : both.joined(separator: "; ")
    }

    /// Returns the same for the report of a run, after other advice; only that if no file exists.
    static func text(of report: String, after advice: String) -> String {
        guard let path = ReportPath(text: report), let text = text(files(of: path)) else {
            return advice
        }
        return "\(advice), or \(text)"
    }
}
