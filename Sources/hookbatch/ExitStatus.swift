import Delivery

/// What the process says to the one that started it. All exit codes are here.
enum ExitStatus: Int32, CaseIterable, Sendable {
    /// Every line was accepted, or what was asked for was done.
    case success = 0
    /// Finished; some lines are rejected, invalid or failed.
    case someNotAccepted = 1
    /// A usage or configuration error; nothing was sent.
    case usage = 2
    /// Stopped before the end; the same command resumes.
    case stopped = 3
    /// Finished; of some lines it is unknown whether they arrived.
    case someUnknown = 4
    /// A defect of this program.
    case internalError = 70
    /// A file could not be read or written.
    case fileError = 74
    /// Stopped by SIGHUP.
    case hangup = 129
    /// Stopped by SIGINT.
    case interrupted = 130
    /// Stopped by SIGTERM.
    case terminated = 143

    /// The one that is reported if several apply: a defect before a file's failure before a
    /// signal before another stop before unknown lines before other lines.
    static func mostSevere(of statuses: some Sequence<ExitStatus>) -> ExitStatus {
        statuses.max { $0.gravity < $1.gravity } ?? .success
    }

    /// How a finished run ends, by its lines.
    init(read: UInt64, counts: Counts) {
        if counts.unknown > 0 {
            self = .someUnknown
        } else if counts.accepted < read {
            self = .someNotAccepted
        } else {
            self = .success
        }
    }

    /// How an input's failure ends the program: a name that can't be meant is a usage error.
    init(_ error: InputError) {
        switch error {
        case .doesNotExist, .isDirectory, .sameFile, .packed: self = .usage
        case .system, .shrank, .gzip: self = .fileError
        }
    }

    /// How a program ends that one of the signals to stop has stopped.
    init(signal number: Int32) {
        switch number {
        case 1: self = .hangup
        case 2: self = .interrupted
        default: self = .terminated
        }
    }

    private var gravity: Int {
        switch self {
        case .success: 0
        case .someNotAccepted: 1
        case .someUnknown: 2
        case .stopped: 3
        case .hangup, .interrupted, .terminated: 4
        case .usage: 5
        case .fileError: 6
        case .internalError: 7
        }
    }

    /// What it means, for the summary.
    var meaning: String {
        switch self {
        case .success: "every line was accepted"
        case .someNotAccepted: "finished; some lines were not accepted"
        case .usage: "usage or configuration error; nothing was sent"
        case .stopped: "stopped before the end; the same command resumes"
        case .someUnknown: "finished; some lines are unknown: they may have arrived"
        case .internalError: "internal error; please report it"
        case .fileError: "a file could not be read or written; the same command resumes"
        case .hangup: "stopped by SIGHUP; the same command resumes"
        case .interrupted: "stopped by SIGINT; the same command resumes"
        case .terminated: "stopped by SIGTERM; the same command resumes"
        }
    }

    /// What it means when nothing was sent.
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
