import Ledger
import Platform

/// Why `report` failed.
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
        case .report(let error): error.text
        case .system(let error): Escaping.escaped(error.message)
        case .ledger(let error): Escaping.escaped(error.message)
        case .output(let number):
            "standard output can't be written: \(SystemError.text(of: number))"
        case .exists(let path):
            "\(Escaping.quoted(path)) already exists; use --force to replace it"
        case .sameFile(let path):
            "\(Escaping.quoted(path)) is one of the reports or is given twice; choose another path"
        case .unfinished(let path):
            "\(Escaping.quoted(path)) is the journal of an unfinished run and can't be merged; run the "
                + "same 'hookbatch send' again to finish it first"
        }
    }

    var exitStatus: ExitStatus {
        switch self {
        case .system, .output, .report(.system), .report(.badRow), .report(.cutOff): .fileError
        case .ledger, .report(.notAReport), .exists, .sameFile, .unfinished: .usage
        }
    }
}
