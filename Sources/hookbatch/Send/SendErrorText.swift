import Destinations
import Ledger
import Platform
import Records

extension SendError {
    /// What went wrong and what to do, in plain words.
    var message: String {
        switch self {
        case .input(let error): error.message
        case .refused(let path, let refusal): "\(Shown.quoted(path)): \(refusal.message)"
        case .file(let error): Shown.escaped(error.message)
        case .ledger(let error): Shown.escaped(error.message)
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
            "the store \(Shown.quoted(path)): \(Shown.escaped(message)) (SQLite error \(code))"
        case .notAStore(let path, let reason):
            "\(Shown.quoted(path)) can't be used as a store: it is \(Shown.escaped(reason)); "
                + "choose another with --to store:PATH"
        case .libcurl(let reason): "libcurl can't be used: \(reason)"
        case .setting(let flag, let reason): "\(flag): \(Shown.escaped(reason))"
        }
    }

    /// How the program ends: what could be seen before the first message is a matter of usage.
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
