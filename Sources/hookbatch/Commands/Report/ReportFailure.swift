import Ledger
import Platform
import Sending

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
    /// The manifest of a job can't be used.
    case manifest(path: String, ShardManifest.Problem)
    case noManifest(path: String)
    /// Another version has assigned the records to shards.
    case otherRule(path: String, rule: String)
    /// The flags of a job can't be used.
    case jobFlags(path: String, reason: String)
    /// The inputs of a job can't be read, or have changed.
    case input(SendError)
    /// A shard's report does not have the rows of its records.
    case shard(ShardReports.Mismatch)

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
        case .manifest(let path, let problem): "\(Escaping.quoted(path)) \(problem.text)"
        case .noManifest(let path): "\(Escaping.quoted(path)) does not exist"
        case .otherRule(let path, let rule):
            "\(Escaping.quoted(path)) has the rule \(Escaping.escaped(rule)); merge with the version "
                + "that sent the shards"
        case .jobFlags(let path, let reason):
            "\(Escaping.quoted(path)): its flags can't be used: \(reason)"
        case .input(let error): error.message
        case .shard(.report(let error)): ReportFailure.report(error).message
        case .shard(.missing(let path, let input, let line)):
            "\(Escaping.quoted(path)) has no row for \(Escaping.quoted(input)), line \(line); nothing "
                + "was written"
        case .shard(.unexpected(let path, let line)):
            "\(Escaping.quoted(path)), line \(line), is not the row of the shard's next record; "
                + "nothing was written"
        }
    }

    var exitStatus: ExitStatus {
        switch self {
        case .manifest(_, .file): .fileError
        case .shard(.report(let error)): ReportFailure.report(error).exitStatus
        case .input(let error): error.exitStatus
        case .manifest, .noManifest, .otherRule, .jobFlags, .shard: .usage
        case .system, .output, .report(.system), .report(.badRow), .report(.cutOff): .fileError
        case .ledger, .report(.notAReport), .exists, .sameFile, .unfinished: .usage
        }
    }
}
