import CTestPosix

import Glibc

/// A spawned process and the test's non-blocking ends of its three streams.
struct Spawned: Sendable {
    let pid: Int32
    /// -1 if its standard input is `/dev/null`.
    let input: Int32
    let output: Int32
    let errors: Int32

    /// Ignores SIGPIPE: a child that closes its standard input must not kill the test.
    private static let ignoresBrokenPipes: Void = {
        signal(SIGPIPE, SIG_IGN)
    }()

    init(_ program: Program) throws(SystemFailure) {
        _ = Self.ignoresBrokenPipes
        let output = try Socket.pipeEnds()
        let errors = try Socket.pipeEnds()
        var input: (reading: Int32, writing: Int32) = (-1, -1)
        if case .nothing = program.input {} else { input = try Socket.pipeEnds() }
        for end in [output.reading, errors.reading, input.writing] where end >= 0 {
            Socket.makeNonBlocking(end)
        }
        defer {
            close(output.writing)
            close(errors.writing)
            if input.reading >= 0 { close(input.reading) }
        }

        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        if let directory = program.directory {
            test_spawn_addchdir(&actions, directory)
        }
        if input.reading >= 0 {
            posix_spawn_file_actions_adddup2(&actions, input.reading, 0)
        } else {
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        }
        posix_spawn_file_actions_adddup2(&actions, output.writing, 1)
        posix_spawn_file_actions_adddup2(&actions, errors.writing, 2)
        if let inherited = program.inherited {
            posix_spawn_file_actions_adddup2(&actions, inherited, 3)
        }
        // The child starts with no signal blocked or ignored, whatever the test runner does.
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        var pid: pid_t = 0
        let code = withCStrings([program.executable] + program.arguments) { arguments in
            withCStrings(program.variables) { variables in
                posix_spawnp(
                    &pid, program.executable, &actions, &attributes, arguments, variables)
            }
        }
        guard code == 0 else {
            for end in [output.reading, errors.reading, input.writing] where end >= 0 { close(end) }
            throw SystemFailure("run \(program.executable)", code: code)
        }
        self.pid = pid
        self.input = input.writing
        self.output = output.reading
        self.errors = errors.reading
    }
}

/// Calls `body` with an array of C strings that ends with a null pointer.
private func withCStrings<Result>(
    _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
) -> Result {
    let copies = strings.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    return body(copies + [nil])
}
