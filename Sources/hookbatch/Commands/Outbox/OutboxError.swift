import Platform

/// Why a round can't begin.
enum OutboxError: Error, Hashable {
    case system(SystemError)
    /// A row of the ledger, from 1, is invalid.
    case damaged(path: String, line: Int)

    var message: String {
        switch self {
        case .system(let error): Escaping.escaped(error.message)
        case .damaged(let path, let line):
            "\(Escaping.quoted(path)) is damaged at line \(line); restore it from a copy, or remove "
                + "this line: its file is then sent again if it is put into the outbox again"
        }
    }

    var exitStatus: ExitStatus {
        switch self {
        case .system: .fileError
        case .damaged: .usage
        }
    }
}
