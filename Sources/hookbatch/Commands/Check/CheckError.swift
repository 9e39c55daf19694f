import Ledger
import Platform

/// What keeps a check from its end.
enum CheckError: Error, Equatable {
    case input(InputError)
    /// A file without a name, which `--duplicates` needs.
    case temporaryFile(SystemError)

    var message: String {
        switch self {
        case .input(let error): error.message
        case .temporaryFile(let error):
            "--duplicates needs a temporary file: \(Shown.escaped(error.message)) "
                + "(set TMPDIR to use another folder)"
        }
    }

    var exitStatus: ExitStatus {
        switch self {
        case .input(let error): ExitStatus(error)
        case .temporaryFile: .fileError
        }
    }
}
