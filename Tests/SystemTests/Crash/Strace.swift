import Foundation
import TestSupport

/// Runs of the program with a kill or an error at one system call.
enum Strace {
    /// The system calls of a run on files and connections.
    static let calls = [
        "write", "pwrite64", "fdatasync", "fsync", "rename", "renameat", "renameat2", "unlink",
        "ftruncate", "sendto", "recvfrom", "openat",
    ]

    /// Returns a wrapper that kills the process before a thread's `number`th `call`.
    static func killing(at call: String, _ number: Int) -> [String] {
        [
            "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=\(call)",
            "-e", "inject=\(call):signal=SIGKILL:when=\(number)",
        ]
    }

    /// Returns a wrapper that fails the `number`th `call` on one of `paths`.
    ///
    /// `log` receives the calls, and shows whether one failed.
    static func failing(
        _ call: String, _ number: Int, error: String, paths: [String], log: String
    ) -> [String] {
        ["strace", "-f", "-qq", "-o", log] + paths.flatMap { ["-P", $0] }
            + ["-e", "trace=\(call)", "-e", "inject=\(call):error=\(error):when=\(number)"]
    }

    /// Counts the system calls of an uninterrupted run of `program`.
    ///
    /// - Returns: for each call, the maximum of its threads.
    static func count(
        _ program: (_ wrapper: [String]) throws -> Void, log: String
    ) throws -> [String: Int] {
        try program(
            ["strace", "-f", "-qq", "-o", log, "-e", "trace=" + calls.joined(separator: ",")])
        var byThread: [Substring: [String: Int]] = [:]
        let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: log)), as: UTF8.self)
        for line in text.split(separator: "\n") {
            // "1234  write(5, …"; the second half of an interrupted line has no name.
            let words = line.split(separator: " ", maxSplits: 1)
            guard words.count == 2, let name = words[1].split(separator: "(").first,
                calls.contains(name.trimmingCharacters(in: .whitespaces))
            else { continue }
            byThread[words[0], default: [:]][
                name.trimmingCharacters(in: .whitespaces), default: 0] += 1
        }
        return byThread.values.reduce(into: [:]) { all, thread in
            all.merge(thread) { max($0, $1) }
        }
    }
}
