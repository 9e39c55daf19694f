import Foundation
import Glibc
import TestSupport

/// A terminal for a test: a separate tmux server, which ends with this object.
final class Tmux {
    private let folder: TemporaryFolder
    private var socket: String { folder.path("tmux") }

    /// Runs a shell script in a terminal, which shows the exit code at its end.
    init(
        _ script: String, in folder: TemporaryFolder, columns: Int,
        environment: [String: String] = [:]
    ) throws {
        self.folder = folder
        // Ctrl-C is for the program that the shell runs.
        try folder.write("trap : INT\n\(script)\necho \"exit $?\"\nexec cat\n", to: "tmux.sh")
        var arguments = ["new-session", "-d", "-x", "\(columns)", "-y", "24", "-c", folder.path]
        for (name, value) in environment { arguments += ["-e", "\(name)=\(value)"] }
        try run(["-f", "/dev/null"] + arguments + ["sh", "tmux.sh"])
    }

    deinit { _ = try? run(["kill-server"]) }

    @discardableResult
    private func run(_ arguments: [String]) throws -> ProgramResult {
        try Program.run(
            "tmux", ["-u", "-S", socket] + arguments,
            environment: ["LANG": "C.UTF-8", "TERM": "xterm"])
    }

    func resize(columns: Int) throws {
        try run(["resize-window", "-x", "\(columns)", "-y", "24"])
    }

    func press(_ key: String) throws { try run(["send-keys", key]) }

    /// Returns the lines on the screen and above it, without empty ones.
    func lines(withColours: Bool = false) throws -> [String] {
        try run(["capture-pane", "-p", "-S", "-"] + (withColours ? ["-e"] : [])).output
            .split(separator: "\n").map(String.init)
    }

    /// Returns the same lines without the wraps of the terminal, as a copy has them.
    func joinedLines() throws -> [String] {
        try run(["capture-pane", "-p", "-J", "-S", "-"]).output.split(separator: "\n")
            .map { String($0.reversed().drop { $0 == " " }.reversed()) }
    }

    /// Polls the lines until `isThere` accepts them.
    ///
    /// - Returns: the last lines, and whether they were accepted.
    func wait(
        timeout: Duration = .patience, until isThere: ([String]) -> Bool
    ) throws -> (lines: [String], isThere: Bool) {
        let end = ContinuousClock.now + timeout
        while true {
            let lines = try lines()
            if isThere(lines) { return (lines, true) }
            if ContinuousClock.now > end { return (lines, false) }
            // A changed screen causes no notification.
            usleep(20_000)
        }
    }
}
