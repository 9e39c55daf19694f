import Glibc
import Platform

/// What the end of a file's `send` means for the file and for the round.
enum OutboxVerdict: Equatable {
    /// Every line has its outcome.
    case finished(ExitStatus)
    /// A later round resumes it. The cause, such as a wrong key, would stop the next file too.
    case stopped(ExitStatus, cause: String)
    /// A file could not be read or written: the disk's problem, or only this file's.
    case fileError
    /// Nothing is sent until a person acts, but other files can be.
    case refused
    /// It has crashed, which a later round would do too.
    case crashed(signal: Int32)

    /// The start of the cause if a signal ended it.
    static let killedStart = "killed_by_signal_"

    /// The signals of a crash.
    static let crashes = [SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV]

    /// - Parameter stopCause: The cause in the run's summary.
    init(_ end: ChildProcess.End, stopCause: String?) {
        guard case .exit(let code) = end else {
            guard case .signal(let number) = end else {
                preconditionFailure("there is no other end")
            }
            self =
                Self.crashes.contains(number)
                ? .crashed(signal: number)
                : .stopped(.stopped, cause: "\(Self.killedStart)\(number)")
            return
        }
        switch ExitStatus(rawValue: code) {
        case .success: self = .finished(.success)
        case .someNotAccepted: self = .finished(.someNotAccepted)
        case .someUnknown: self = .finished(.someUnknown)
        case .usage: self = .refused
        case .fileError: self = .fileError
        case .stopped: self = .stopped(.stopped, cause: stopCause ?? "stopped")
        case .hangup: self = .stopped(.hangup, cause: "sighup")
        case .interrupted: self = .stopped(.interrupted, cause: "sigint")
        case .terminated: self = .stopped(.terminated, cause: "sigterm")
        case .internalError, .busy, nil: self = .stopped(.internalError, cause: "exit_\(code)")
        }
    }
}
