import Foundation

/// The end and the output of a child process.
package struct ProgramResult: Sendable, CustomStringConvertible {
    package enum End: Sendable, Hashable {
        case exit(Int32)
        case signal(Int32)
    }

    package var end: End
    package var standardOutput: [UInt8]
    package var standardError: [UInt8]
    /// Whether the process was killed because its time elapsed.
    package var timedOut: Bool

    /// The exit code; nil if a signal ended it.
    package var exitCode: Int32? { if case .exit(let code) = end { code } else { nil } }

    /// The signal that ended it; nil if it exited.
    package var signal: Int32? { if case .signal(let number) = end { number } else { nil } }

    package var description: String { "\(end)\(timedOut ? ", out of time" : ""): \(errorOutput)" }

    package var output: String { String(decoding: standardOutput, as: UTF8.self) }

    package var errorOutput: String { String(decoding: standardError, as: UTF8.self) }
}

/// A program to run, with everything that it is given.
package struct Program: Sendable {
    package enum Input: Sendable {
        /// `/dev/null`.
        case nothing
        case bytes([UInt8])
        case text(String)
        /// A pipe that stays open: `RunningProgram.write` and `closeInput`.
        case open
    }

    /// A path, or a name to search in `PATH`.
    package var executable: String
    package var arguments: [String]
    /// Its environment, except `PATH`, `SWIFT_BACKTRACE=enable=no` and inherited variables.
    ///
    /// The variables of a sanitizer and of the loader are inherited from the test.
    package var environment: [String: String]
    /// Its working directory; the test's own if nil.
    package var directory: String?
    package var input: Input
    /// A descriptor of the test that it inherits as descriptor 3.
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

    /// Starts it and returns at once.
    package func start() throws(SystemFailure) -> RunningProgram { try RunningProgram(self) }

    /// Runs it to its end. After `timeout` it is killed, and `timedOut` is set.
    @discardableResult
    package func run(timeout: Duration = .patience) throws(SystemFailure) -> ProgramResult {
        try start().wait(timeout: timeout)
    }

    /// Runs a program; the parameters are those of the initialiser and of `run(timeout:)`.
    @discardableResult
    package static func run(
        _ executable: String, _ arguments: [String] = [], environment: [String: String] = [:],
        directory: String? = nil, input: Input = .nothing, timeout: Duration = .patience
    ) throws(SystemFailure) -> ProgramResult {
        try Program(
            executable, arguments, environment: environment, directory: directory, input: input
        ).run(timeout: timeout)
    }

    /// The child's whole environment, as `NAME=value`.
    var variables: [String] {
        let own = ProcessInfo.processInfo.environment
        var all = ["PATH": own["PATH"] ?? "/usr/bin:/bin", "SWIFT_BACKTRACE": "enable=no"]
        for name in ["ASAN_OPTIONS", "TSAN_OPTIONS", "LD_LIBRARY_PATH"] { all[name] = own[name] }
        all.merge(environment) { _, given in given }
        return all.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    }
}
