import Destinations
import Ledger
import Platform
import Records

extension SendError {
    /// The message: what happened, where, and what to do next.
    var message: String {
        switch self {
        case .input(let error): error.message
        case .refused(let path, let refusal): "\(Escaping.quoted(path)): \(refusal.message)"
        case .file(let error): Escaping.escaped(error.message)
        case .ledger(let error): Escaping.escaped(error.message)
        case .destination(let error): Self.message(error)
        case .changed(let path, let what):
            "\(InputError.named(path)) has changed since the run started: \(what); restore it, "
                + "or use --fresh to start over from the first line"
        case .interrupted: "stopped before anything was sent; run the same command again to resume"
        case .inTheWay(let sentence): sentence
        }
    }

    private static func message(_ error: DestinationError) -> String {
        switch error {
        case .system(let call, let number): "\(call): \(SystemMessage.text(number))"
        case .sqlite(let path, let code, let message):
            "the store \(Escaping.quoted(path)): \(Escaping.escaped(message)) (SQLite error \(code))"
        case .notAStore(let path, let reason):
            "\(Escaping.quoted(path)) can't be used as a store: it is \(Escaping.escaped(reason)); "
                + "choose another with --to store:PATH"
        case .libcurl(let reason): "libcurl can't be used: \(reason)"
        case .setting(let flag, let reason): "\(flag): \(Escaping.escaped(reason))"
        }
    }

    /// The exit status. Errors that are detected before the first message are usage errors.
    var exitStatus: ExitStatus {
        switch self {
        case .input(let error): ExitStatus(error)
        case .refused, .changed, .inTheWay: .usage
        case .interrupted(signal: let number): ExitStatus(signal: number)
        case .file: .fileError
        case .ledger(.locked), .ledger(.damaged), .ledger(.sameFile): .usage
        case .ledger(.interrupted(signal: let number)): ExitStatus(signal: number)
        case .ledger: .fileError
        case .destination(.notAStore), .destination(.libcurl), .destination(.setting): .usage
        case .destination: .fileError
        }
    }
}
