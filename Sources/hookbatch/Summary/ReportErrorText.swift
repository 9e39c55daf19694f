import Ledger
import Platform

extension ReportError {
    /// What happened, and where.
    var text: String {
        switch self {
        case .system(let error): Escaping.escaped(error.message)
        case .notAReport(let path):
            "\(Escaping.quoted(path)) is not a hookbatch report: line 1 is not a report row"
        case .badRow(let path, let line):
            "\(Escaping.quoted(path)) is damaged: line \(line) is not a report row"
        case .cutOff(let path, let line):
            "\(Escaping.quoted(path)) is truncated: line \(line) is incomplete"
        }
    }
}
