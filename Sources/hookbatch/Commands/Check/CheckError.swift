import Ledger
import Platform
import Sending

/// Why a check failed.
enum CheckError: Error, Equatable {
    case input(InputError)
    /// The unnamed temporary file of `--duplicates` failed.
    case temporaryFile(SystemError)

    var message: String {
        switch self {
        case .input(let error): error.message
        case .temporaryFile(let error):
            "--duplicates needs a temporary file: \(Escaping.escaped(error.message)) "
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
