import CPosix
import Glibc
import Time

/// A program that is run for what it writes to standard output.
package enum ChildOutput {
    /// Why there is no output.
    package enum Problem: Error, Hashable, Sendable {
        /// It can't be started.
        case start(SystemError)
        case read(SystemError)
        /// It ended with a status other than 0.
        case status(Int32)
        /// A signal ended it.
        case signal(Int32)
        case tooLarge
        case timeout
    }

    /// The longest time between two looks at whether the program has ended, in nanoseconds.
    private static let step: Int64 = 20_000_000

    /// Runs a program with this process's environment and standard error, and without input.
    ///
    /// It blocks. A program that takes too long or writes too much is killed. One that it has started
    /// may keep its output open: what was written before the end of the first counts.
    ///
    /// - Parameters:
    ///   - words: The program, found by `PATH`, and its arguments.
    ///   - limit: The largest size of the output in bytes.
    ///   - time: The longest run, in nanoseconds.
    package static func of(
        _ words: [String], upTo limit: Int, within time: Int64
    ) throws(Problem) -> [UInt8] {
        precondition(!words.isEmpty, "no program to run")
        let pipe: Pipe
        do { pipe = try Pipe() } catch { throw .start(error) }
        defer { close(pipe.readEnd) }
        let child: pid_t
        do {
            defer { close(pipe.writeEnd) }
            child = try spawn(words, output: pipe.writeEnd)
        }
        var status: Int32?
        defer {
            if status == nil {
                kill(child, SIGKILL)
                _ = retryingInterrupts { Int(waitpid(child, nil, 0)) }
            }
        }
        let end = MonotonicClock.now.advanced(byNanoseconds: time)
        var output: [UInt8] = []
        var isOpen = true
        while true {
            // Looked at first: what it wrote before its end is read below.
            if status == nil { status = endStatus(of: child) }
            let left = end.nanoseconds(since: MonotonicClock.now)
            if status == nil, left <= 0 { throw .timeout }
            let wait = status == nil ? min(left, step) : 0
            let isReadable = awaitOutput(isOpen ? pipe.readEnd : -1, nanoseconds: wait)
            if isReadable {
                let more = try piece(from: pipe.readEnd)
                if more.isEmpty { isOpen = false }
                output += more
                if output.count > limit { throw .tooLarge }
            } else if let status {
                return try check(status, output)
            }
        }
    }

    private static func check(_ status: Int32, _ output: [UInt8]) throws(Problem) -> [UInt8] {
        switch ChildProcess.End(waitStatus: status) {
        case .exit(0): return output
        case .exit(let code): throw .status(code)
        case .signal(let number): throw .signal(number)
        }
    }

    /// Returns the wait status of a child that has ended; nil if it runs.
    private static func endStatus(of child: pid_t) -> Int32? {
        var status: Int32 = 0
        return retryingInterrupts { Int(waitpid(child, &status, WNOHANG)) } == Int(child)
            ? status : nil
    }

    /// Waits until the descriptor is readable or at its end; returns whether it is.
    private static func awaitOutput(_ descriptor: Int32, nanoseconds: Int64) -> Bool {
        var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&wanted, 1, Int32((nanoseconds + 999_999) / 1_000_000)) > 0
    }

    private static func piece(from descriptor: Int32) throws(Problem) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = retryingInterrupts { read(descriptor, &bytes, bytes.count) }
        if count < 0 { throw .read(SystemError("read", "pipe")) }
        return Array(bytes[..<count])
    }

    private static func spawn(_ words: [String], output: Int32) throws(Problem) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        // The signals that this process blocks or ignores have their usual effect.
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigaddset(&signals, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        let environment = hb_environment().map {
            UnsafeRawPointer($0).assumingMemoryBound(to: UnsafeMutablePointer<CChar>?.self)
        }
        var child: pid_t = 0
        let code = withCStrings(words.map { Array($0.utf8) }) { arguments in
            posix_spawnp(&child, words[0], &actions, &attributes, arguments, environment)
        }
        guard code == 0 else {
            throw .start(SystemError(call: "posix_spawnp", path: "", code: code))
        }
        return child
    }
}
