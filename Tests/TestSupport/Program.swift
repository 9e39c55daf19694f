import Foundation

/// How a child process ended, and what it wrote.
package struct ProgramResult: Sendable, CustomStringConvertible {
    package enum End: Sendable, Hashable {
        case exit(Int32)
        case signal(Int32)
    }

    package var end: End
    package var standardOutput: [UInt8]
    package var standardError: [UInt8]
    /// Whether the time ran out, and the process was killed for it.
    package var timedOut: Bool

    /// The exit code; nil if a signal ended it.
    package var exitCode: Int32? { if case .exit(let code) = end { code } else { nil } }

    /// The signal that ended it; nil if it exited.
    package var signal: Int32? { if case .signal(let number) = end { number } else { nil } }

    package var description: String { "\(end)\(timedOut ? ", out of time" : ""): \(errorOutput)" }

    package var output: String { String(decoding: standardOutput, as: UTF8.self) }

    package var errorOutput: String { String(decoding: standardError, as: UTF8.self) }
}

/// A program to run: what it is given, which is all that it gets.
package struct Program: Sendable {
    package enum Input: Sendable {
        /// `/dev/null`.
        case nothing
        case bytes([UInt8])
        case text(String)
        /// A pipe that stays open: `RunningProgram.write` and `closeInput`.
        case open
    }

    /// A path, or a name that is looked up in `PATH`.
    package var executable: String
    package var arguments: [String]
    /// Its whole environment but for `PATH`, `SWIFT_BACKTRACE=enable=no` and what a sanitizer's or
    /// the loader's variables of the test itself say.
    package var environment: [String: String]
    /// Its working directory; the test's own if nil.
    package var directory: String?
    package var input: Input
    /// A descriptor of the test's that it gets as descriptor 3.
    package var inherited: Int32?

    package init(
        _ executable: String, _ arguments: [String] = [], environment: [String: String] = [:],
        directory: String? = nil, input: Input = .nothing, inherited: Int32? = nil
    ) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.directory = directory
        self.input = input
        self.inherited = inherited
    }

    /// Starts it, and returns at once.
    package func start() throws(SystemFailure) -> RunningProgram { try RunningProgram(self) }

    /// Runs it to its end. Past `timeout` it is killed, and the result says so.
    @discardableResult
    package func run(timeout: Duration = .seconds(60)) throws(SystemFailure) -> ProgramResult {
        try start().wait(timeout: timeout)
    }

    /// As the parameters of the initialiser and of `run(timeout:)`.
    @discardableResult
    package static func run(
        _ executable: String, _ arguments: [String] = [], environment: [String: String] = [:],
        directory: String? = nil, input: Input = .nothing, timeout: Duration = .seconds(60)
    ) throws(SystemFailure) -> ProgramResult {
        try Program(
            executable, arguments, environment: environment, directory: directory, input: input
        ).run(timeout: timeout)
    }

    /// What the child's environment is in the end, as `NAME=value`.
    var variables: [String] {
        let own = ProcessInfo.processInfo.environment
        var all = ["PATH": own["PATH"] ?? "/usr/bin:/bin", "SWIFT_BACKTRACE": "enable=no"]
        for name in ["ASAN_OPTIONS", "TSAN_OPTIONS", "LD_LIBRARY_PATH"] { all[name] = own[name] }
        all.merge(environment) { _, given in given }
        return all.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    }
}
