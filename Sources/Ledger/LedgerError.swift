package import Platform

/// The reason why a run's files can't be used.
package enum LedgerError: Error, Hashable, Sendable {
    /// A call to the system failed.
    case system(SystemError)
    /// Another process has locked the journal.
    case locked(path: String)
    /// Another process, on `host` if that is known, has taken over the journal of this one, or the
    /// journal was removed.
    case lost(path: String, host: String?)
    /// The file to create exists already.
    case exists(path: String)
    /// The journal does not exist: another process has finished the run, or it had no row.
    case vanished(path: String)
    /// The journal's rows contradict what a crash can leave.
    case damaged(path: String, JournalDamage)
    /// The input's record on this line has changed since it was read.
    case inputChanged(path: String, line: UInt64)
    /// Another file has replaced the one that was written at this path.
    case replaced(path: String)
    /// An output is also an input.
    case sameFile(path: String)
    /// A signal stopped the writing of the report. Another process can complete it.
    case interrupted(signal: Int32)

    /// One or two sentences, without a full stop at the end.
    package var message: String {
        switch self {
        case .system(let error): error.message
        case .locked(let path): "\(path): another process is working on this run"
        case .lost(let path, let host?):
            "\(path): a process on \(host) has taken over this shard, so this one has stopped"
        case .lost(let path, nil):
            "\(path): another process has finished this shard, or the file was removed, so this "
                + "process has stopped"
        case .exists(let path): "\(path): already exists"
        case .vanished(let path): "\(path): no longer exists; another process finished the run"
        case .damaged(let path, let damage): "\(path): \(damage.message)"
        case .inputChanged(let path, let line):
            "\(path): line \(line) has changed since it was read"
        case .replaced(let path):
            "\(path): was removed or replaced during the run; run the same command again to complete "
                + "it"
        case .sameFile(let path): "\(path): is both an input and an output of this run"
        case .interrupted:
            "stopped while writing the report; run the same command again to complete it"
        }
    }

    /// Runs `body` and wraps its error.
    static func system<R: ~Copyable>(
        _ body: () throws(SystemError) -> R
    ) throws(LedgerError) -> R {
        do { return try body() } catch { throw .system(error) }
    }
}
