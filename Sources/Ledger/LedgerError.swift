package import Platform

/// Why a run's files can't be used.
package enum LedgerError: Error, Hashable, Sendable {
    /// A call to the system failed.
    case system(SystemError)
    /// Another process works on the run with this journal.
    case locked(path: String)
    /// What is to be created is there already.
    case exists(path: String)
    /// The journal is gone: another process has ended the run meanwhile, or it had no row.
    case vanished(path: String)
    /// The journal's rows contradict what a crash can leave.
    case damaged(path: String, JournalDamage)
    /// The input no longer holds the record that was read from this line.
    case inputChanged(path: String, line: UInt64)
    /// The file at this path is not the one that was written there.
    case replaced(path: String)
    /// Two of a run's files have one name, or an output has the name of an input.
    case sameFile(path: String)
    /// Whoever waits for the report has given up waiting, by this signal. It can be written later.
    case interrupted(signal: Int32)

    /// One sentence or two, without a full stop at the end.
    package var message: String {
        switch self {
        case .system(let error): error.message
        case .locked(let path): "\(path): another process is working on this run"
        case .exists(let path): "\(path): is there already"
        case .vanished(let path): "\(path): is gone; the run was ended meanwhile"
        case .damaged(let path, let damage): "\(path): \(damage.message)"
        case .inputChanged(let path, let line):
            "\(path): line \(line) is not what it was when it was read"
        case .replaced(let path):
            "\(path): was removed or replaced while it was written; run it again to complete it"
        case .sameFile(let path): "\(path): is an input of this run and its output"
        case .interrupted: "stopped while the report was written; run it again to complete it"
        }
    }

    /// Runs `body`, whose failures are the system's.
    static func system<R: ~Copyable>(
        _ body: () throws(SystemError) -> R
    ) throws(LedgerError) -> R {
        do { return try body() } catch { throw .system(error) }
    }
}
