import Delivery
import Sending

/// The exit codes of the process.
enum ExitStatus: Int32, CaseIterable, Sendable {
    /// Every line was accepted, or the command succeeded.
    case success = 0
    /// Finished; some lines were not accepted.
    case someNotAccepted = 1
    /// A usage or configuration error; nothing was sent.
    case usage = 2
    /// Stopped before the end; the same command resumes.
    case stopped = 3
    /// Finished; some lines may have arrived.
    case someUnknown = 4
    /// A defect of this program.
    case internalError = 70
    /// A file could not be read or written.
    case fileError = 74
    /// Another round of the outbox, or another process of the shard, is running.
    case busy = 75
    /// Stopped by SIGHUP.
    case hangup = 129
    /// Stopped by SIGINT.
    case interrupted = 130
    /// Stopped by SIGTERM.
    case terminated = 143

    /// Returns the most severe status. In descending order: a defect, a file error, a usage error,
    /// a signal, another stop, unknown lines, other lines.
    static func mostSevere(of statuses: some Sequence<ExitStatus>) -> ExitStatus {
        statuses.max { $0.severity < $1.severity } ?? .success
    }

    /// Returns the status of a finished run from its outcomes.
    init(read: UInt64, counts: Counts) {
        if counts.unknown > 0 {
            self = .someUnknown
        } else if counts.accepted < read {
            self = .someNotAccepted
        } else {
            self = .success
        }
    }

    /// Returns the status of an input error: a wrong name is a usage error.
    init(_ error: InputError) {
        switch error {
        case .doesNotExist, .danglingLink, .isDirectory, .sameFile, .packed, .zstdLibrary:
            self = .usage
        case .system, .replaced, .shrank, .unpacking: self = .fileError
        case .waitEnded(.signal(let number)): self.init(signal: number)
        case .waitEnded(.maxDuration): self = .stopped
        }
    }

    /// Returns the status after a stop signal.
    init(signal number: Int32) {
        switch number {
        case 1: self = .hangup
        case 2: self = .interrupted
        default: self = .terminated
        }
    }

    private var severity: Int {
        switch self {
        case .success: 0
        case .someNotAccepted: 1
        case .someUnknown: 2
        case .stopped, .busy: 3
        case .hangup, .interrupted, .terminated: 4
        case .usage: 5
        case .fileError: 6
        case .internalError: 7
        }
    }

    /// The meaning in the help.
    var meaning: String {
        switch self {
        case .success: "every line was accepted"
        case .someNotAccepted: "finished; some lines were not accepted"
        case .usage: "usage or configuration error; nothing was sent"
        case .stopped: "stopped before the end; the same command resumes"
        case .someUnknown: "finished; some lines are unknown: they may have arrived"
        case .internalError: "internal error; please report it"
        case .fileError: "a file could not be read or written; the same command resumes"
        case .busy: "another process uses this outbox, shard or store; this one has stopped"
        case .hangup: "stopped by SIGHUP; the same command resumes"
        case .interrupted: "stopped by SIGINT; the same command resumes"
        case .terminated: "stopped by SIGTERM; the same command resumes"
        }
    }

    /// The meaning for `deliver`.
    var meaningForDeliver: String {
        switch self {
        case .success: "everything is delivered"
        case .someNotAccepted: "some deliveries failed, and none is pending"
        case .usage: "usage or configuration error; nothing was sent"
        case .stopped:
            "some deliveries are pending; the same command delivers them when they are due"
        case .fileError: "the store could not be read or written; the same command resumes"
        case .busy: "another deliver uses this store; nothing was done"
        default: meaning
        }
    }

    /// The meaning for `check`, which sends nothing.
    var meaningForCheck: String {
        switch self {
        case .success: "every line is valid"
        case .someNotAccepted: "some lines are invalid"
        case .usage: "usage or configuration error"
        case .fileError: "a file could not be read or written"
        default: meaning
        }
    }
}
