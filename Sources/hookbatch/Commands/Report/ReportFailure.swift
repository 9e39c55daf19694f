import Ledger
import Platform

/// Why `report` can't do what was asked for.
enum ReportFailure: Error {
    case report(ReportError)
    case ledger(LedgerError)
    case system(SystemError)
    /// Standard output failed with this error number.
    case output(Int32)
    case exists(path: String)
    case sameFile(path: String)
    case unfinished(path: String)

    var message: String {
        switch self {
        case .report(.system(let error)), .system(let error): Shown.escaped(error.message)
        case .report(.notAReport(let path)):
            "\(Shown.quoted(path)) is no report of this program: its line 1 is no row"
        case .report(.badRow(let path, let line)):
            "\(Shown.quoted(path)) is damaged: its line \(line) is no row"
        case .report(.cutOff(let path, let line)):
            "\(Shown.quoted(path)) is cut off: its line \(line) has no end"
        case .ledger(let error): Shown.escaped(error.message)
        case .output(let number):
            "standard output can't be written: \(SystemMessage.text(number))"
        case .exists(let path):
            "\(Shown.quoted(path)) is there already; --force replaces it"
        case .sameFile(let path):
            "\(Shown.quoted(path)) is one of the reports, or would be written twice"
        case .unfinished(let path):
            "\(Shown.quoted(path)) is the journal of a run that is not finished, and a merged "
                + "report would look as if it were; run the same 'hookbatch send' again first"
        }
    }

    var exitStatus: ExitStatus {
        switch self {
        case .system, .output, .report(.system), .report(.badRow), .report(.cutOff): .fileError
        case .ledger, .report(.notAReport), .exists, .sameFile, .unfinished: .usage
        }
    }
}
