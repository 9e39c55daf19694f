import Glibc

/// A child process, whose standard error this process reads.
///
/// The child inherits the blocked signals of this thread, so that one that comes before the child
/// reads signals is not lost.
package final class ChildProcess {
    package enum End: Hashable, Sendable {
        case exit(Int32)
        case signal(Int32)

        /// - Parameter waitStatus: Of a process that has ended, as `waitpid` has it.
        init(waitStatus: Int32) {
            let number = waitStatus & 0x7F
            self = number == 0 ? .exit(waitStatus >> 8 & 0xFF) : .signal(number)
        }
    }

    private let pid: pid_t
    private let pipe: Pipe
    /// Maximum bytes of its standard error to keep; further ones are dropped.
    private static let maxErrorBytes = 64 << 10

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - arguments: All of them, its name first.
    ///   - environment: The whole environment, as `NAME=value`.
    ///   - descriptor: An open file that the child keeps open, under the same number.
    package init(
        executable: String, arguments: [String], environment: [[UInt8]],
        keeping descriptor: Int32
    ) throws(SystemError) {
        let pipe = try Pipe()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, pipe.writeEnd, STDERR_FILENO)
        // Onto itself: this only clears close-on-exec, in the child (POSIX.1-2024, glibc 2.29).
        posix_spawn_file_actions_adddup2(&actions, descriptor, descriptor)
        var pid: pid_t = 0
        let code = withCStrings(arguments.map { Array($0.utf8) }) { arguments in
            withCStrings(environment) { environment in
                posix_spawn(&pid, executable, &actions, nil, arguments, environment)
            }
        }
        Glibc.close(pipe.writeEnd)
        guard code == 0 else {
            Glibc.close(pipe.readEnd)
            throw SystemError(call: "posix_spawn", path: executable, code: code)
        }
        self.pid = pid
        self.pipe = pipe
    }

    deinit { close(pipe.readEnd) }

    /// Sends a signal. Only before `wait` has returned: from then on its id may be another's.
    package func signal(_ number: Int32) { kill(pid, number) }

    /// Waits for the child's end; returns it with the start of its standard error.
    ///
    /// - Parameters:
    ///   - onSignal: Called for each stop signal that this process receives meanwhile.
    ///   - isShown: Called with each line of its standard error, with its line break. A line for which
    ///     it returns true is not kept.
    package func wait(
        _ signals: Signals, onSignal: (Int32) -> Void, isShown: (ArraySlice<UInt8>) -> Bool
    ) throws(SystemError) -> (end: End, errors: [UInt8]) {
        var errors: [UInt8] = []
        func keep(_ bytes: ArraySlice<UInt8>) {
            errors += bytes.prefix(max(0, Self.maxErrorBytes - errors.count))
        }
        /// The start of a line whose end has not come.
        var rest: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4096)
        while true {
            var wanted = [
                pollfd(fd: pipe.readEnd, events: Int16(POLLIN), revents: 0),
                pollfd(fd: signals.descriptor, events: Int16(POLLIN), revents: 0),
            ]
            guard retryingInterrupts({ poll(&wanted, 2, -1) }) >= 0 else {
                throw SystemError("poll")
            }
            while let number = signals.next() { onSignal(number) }
            guard wanted[0].revents != 0 else { continue }
            let count = retryingInterrupts { read(pipe.readEnd, &piece, piece.count) }
            guard count >= 0 else { throw SystemError("read", "pipe") }
            // The child has the only other end.
            if count == 0 { break }
            rest += piece[..<count]
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                let line = rest[...end]
                if !isShown(line) { keep(line) }
                rest.removeSubrange(...end)
            }
            if rest.count >= Self.maxErrorBytes {
                keep(rest[...])
                rest = []
            }
        }
        keep(rest[...])
        var status: Int32 = 0
        guard retryingInterrupts({ waitpid(pid, &status, 0) }) == pid else {
            throw SystemError("waitpid")
        }
        return (End(waitStatus: status), errors)
    }
}
