import Foundation
import TestSupport
import Testing

/// A run that is small enough to try each of its system calls.
enum SmallRun: String, Sendable, CaseIterable {
    case api, store, stream

    func make(using generator: inout SeededGenerator) throws -> ResumableRun {
        try ResumableRun(
            self == .store ? .store : .api, count: 20, isStream: self == .stream,
            reply: ResumableRun.calmly, using: &generator)
    }
}

@Suite("Kills and errors at system calls", .sideBySide, .needs("strace", "sqlite3"))
struct SystemCallTests {
    /// Maximum tries for each call; unlimited with `HOOKBATCH_EVERY_CALL=1`.
    private static let most =
        ProcessInfo.processInfo.environment["HOOKBATCH_EVERY_CALL"] == "1" ? Int.max : 5

    @Test(
        "A run killed at any system call is resumed and keeps every guarantee",
        arguments: SmallRun.allCases)
    func killed(_ kind: SmallRun) throws {
        var generator = SeededGenerator.fromEnvironment("killed at a call, \(kind)")
        let unbroken = try kind.make(using: &generator)
        let counts = try Strace.count(
            { _ = try unbroken.program(wrapper: $0).run() },
            log: unbroken.folder.path("trace.log"))
        var kills = 0
        for call in Strace.calls {
            let numbers = Array(1...max(1, counts[call] ?? 1))
                .shuffled(using: &generator).prefix(Self.most)
            for number in numbers.sorted() where counts[call] != nil {
                let run = try kind.make(using: &generator)
                let broken = try run.program(wrapper: Strace.killing(at: call, number)).run()
                if broken.signal == SIGKILL { kills += 1 }
                let violations = try run.violations(
                    after: run.finish(), uncertain: ResumableRun.concurrency)
                #expect(violations == [], "\(kind), \(call) \(number), \(generator)")
            }
        }
        print("\(kind): \(kills) kills at calls of \(counts)")
        #expect(kills >= 20, "\(generator)")
    }

    /// A file of a run whose system calls fail.
    struct Failing: Sendable, CustomTestStringConvertible {
        var kind: SmallRun
        /// The name in the error message.
        var file: String
        /// The names under which the file is written.
        var names: [String]

        var testDescription: String { "\(kind), \(file)" }

        static let all: [Failing] =
            [
                ("out.report.ndjson.journal", []), ("out.report.ndjson", [".tmp"]),
                ("out.summary.json", [".tmp"]), ("out.rejected.ndjson", [".tmp"]),
            ].flatMap { file, endings in
                [SmallRun.api, .store].map { Failing($0, file, endings) }
            } + [
                Failing(.api, ".", []),
                Failing(.stream, "out.report.ndjson.journal.spool", []),
                Failing(.store, "messages.db", ["-wal"]),
            ]

        private init(_ kind: SmallRun, _ file: String, _ endings: [String]) {
            self.kind = kind
            self.file = file
            names = [file] + endings.map { file + $0 }
        }
    }

    @Test(
        "A failed system call is reported with the file's name, and the run can be resumed",
        arguments: Failing.all)
    func failing(_ failing: Failing) throws {
        var generator = SeededGenerator.fromEnvironment("failing, \(failing.testDescription)")
        var failures = 0
        for call in ["write", "pwrite64", "fdatasync", "fsync", "rename", "ftruncate"] {
            for number in 1...Self.most {
                let error = Bool.random(using: &generator) ? "ENOSPC" : "EIO"
                let run = try failing.kind.make(using: &generator)
                let log = run.folder.path("trace.log")
                let paths =
                    failing.names + failing.names.map { run.path($0) }
                    + (failing.file == "." ? [run.directory] : [])
                let wrapper = Strace.failing(call, number, error: error, paths: paths, log: log)
                let broken = try run.program(wrapper: wrapper).run()
                let trace = try String(contentsOfFile: log, encoding: .utf8)
                guard trace.contains("INJECTED") else { break }
                failures += 1
                let place: Comment = "\(call) \(number) \(error): \(broken), \(generator)"
                #expect(broken.errorOutput.contains("\(failing.file)"), place)
                // A failed cleanup of a complete store is only a warning. A report whose first try
                // failed is written again.
                let isBearable = ["messages.db", ResumableRun.report].contains(failing.file)
                let isOver = isBearable && run.has(ResumableRun.report)
                #expect(broken.exitCode == (isOver ? 1 : 74), place)
                try FileManager.default.removeItem(atPath: log)
                let violations = try run.violations(
                    after: isOver ? broken : run.finish(), uncertain: ResumableRun.concurrency,
                    leaving: isOver ? ["messages.db-shm", "messages.db-wal"] : [])
                #expect(violations == [], place)
            }
        }
        #expect(failures > 0, "\(generator)")
    }
}
