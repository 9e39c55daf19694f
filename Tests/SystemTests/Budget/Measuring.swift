import Foundation
import TestSupport
import Testing

/// Costs of a job that do not depend on the machine's load.
enum Measuring {
    /// The program's allocations.
    struct Allocations {
        var blocks: Int
        /// Total bytes of all blocks requested.
        var bytes: Int
    }

    static func allocations(_ job: Job, _ input: JobInput) throws -> Allocations {
        let folder = try TemporaryFolder("allocations")
        let counter = try compiled("allocations", ["-shared", "-fPIC"], in: folder)
        try folder.write([UInt8](repeating: 0, count: 16), to: "figures")
        try job.run(
            over: input,
            environment: [
                "LD_PRELOAD": counter, "HOOKBATCH_ALLOCATIONS": folder.path("figures"),
            ])
        let figures = try folder.read("figures").withUnsafeBytes { bytes in
            [0, 8].map { Int(bytes.loadUnaligned(fromByteOffset: $0, as: UInt64.self)) }
        }
        try #require(figures[0] > 100, "the counter was not loaded")
        return Allocations(blocks: figures[0], bytes: figures[1])
    }

    /// Returns the peak memory of the job, in KiB.
    static func peak(_ job: Job, _ input: JobInput) throws -> Int {
        let folder = try TemporaryFolder("peak")
        try job.run(over: input, wrapper: peakWrapper(in: folder))
        return try peakFigure(in: folder)
    }

    /// Returns the words of a command that measures the peak memory of the command after them.
    static func peakWrapper(in folder: TemporaryFolder) throws -> [String] {
        [try compiled("peak", [], in: folder), folder.path("figure")]
    }

    /// Returns what `peakWrapper` has measured, in KiB.
    static func peakFigure(in folder: TemporaryFolder) throws -> Int {
        let text = try folder.text("figure").trimmingCharacters(in: .whitespacesAndNewlines)
        return try #require(Int(text))
    }

    /// Counts the system calls of the job by name, in all threads.
    static func systemCalls(_ job: Job, _ input: JobInput) throws -> [String: Int] {
        let folder = try TemporaryFolder("calls")
        let table = folder.path("table")
        try job.run(over: input, wrapper: ["strace", "-f", "-qq", "-c", "-o", table])
        var counts: [String: Int] = [:]
        // "% time, seconds, usecs/call, calls, errors or nothing, name"
        for line in try folder.text("table").split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count >= 5, let calls = Int(words[3]), let name = words.last,
                name != "total"
            else { continue }
            counts[String(name)] = calls
        }
        try #require(counts["execve"] == 1, "\(counts)")
        return counts
    }

    /// Counts the instructions of the job outside the kernel, in all threads.
    static func instructions(_ job: Job, _ input: JobInput) throws -> Int {
        let folder = try TemporaryFolder("instructions")
        // Valgrind fails on debug information that is newer than itself.
        let stripped = folder.path("hookbatch")
        let strip = try Program.run("strip", ["-o", stripped, Hookbatch.measured])
        try #require(strip.exitCode == 0, "\(strip)")
        let log = folder.path("log")
        try job.run(
            over: input, binary: stripped,
            wrapper: [
                "valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
                "--log-file=\(log)",
            ])
        let match = try #require(folder.text("log").firstMatch(of: /Collected : ([0-9]+)/))
        return try #require(Int(match.1))
    }

    /// Compiles `Tests/Measuring/NAME.c` and returns the path of the result.
    private static func compiled(
        _ name: String, _ flags: [String], in folder: TemporaryFolder
    ) throws -> String {
        let made = folder.path(name)
        let source = "\(Hookbatch.root)/Tests/Measuring/\(name).c"
        let result = try Program.run(
            "clang", ["-O1", "-Wall", "-Wextra", "-Werror"] + flags + ["-o", made, source])
        try #require(result.exitCode == 0, "\(result)")
        return made
    }
}
