import Foundation
import Glibc
import TestSupport

/// A terminal that a test looks at: a tmux server of its own, which ends with it.
final class Tmux {
    private let folder: TemporaryFolder
    private var socket: String { folder.path("tmux") }

    /// Runs a shell's script in a terminal of that size; when it is over, its exit code is shown.
    init(
        _ script: String, in folder: TemporaryFolder, columns: Int,
        environment: [String: String] = [:]
    ) throws {
        self.folder = folder
        // Ctrl-C is for what the shell runs.
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

    /// The lines on the screen and above it, without empty ones.
    func lines(withColours: Bool = false) throws -> [String] {
        try run(["capture-pane", "-p", "-S", "-"] + (withColours ? ["-e"] : [])).output
            .split(separator: "\n").map(String.init)
    }

    /// Looks until the lines are as wanted; those that were seen last, and whether they are.
    func wait(
        timeout: Duration = .seconds(20), until isThere: ([String]) -> Bool
    ) throws -> (lines: [String], isThere: Bool) {
        let end = ContinuousClock.now + timeout
        while true {
            let lines = try lines()
            if isThere(lines) { return (lines, true) }
            if ContinuousClock.now > end { return (lines, false) }
            // Nothing tells that a screen has changed.
            usleep(20_000)
        }
    }
}
