import Foundation
import TestSupport
import Testing

@Suite("Completion of a run", .sideBySide, .needs("strace", "sqlite3"))
struct FinishingTests {
    /// The system calls that separate the steps of a completion.
    private static let calls = ["rename", "fsync", "unlink", "fdatasync"]

    @Test(
        "A run killed at any step of its end completes at the next start with the same exit code",
        arguments: SmallRun.allCases)
    func killed(_ kind: SmallRun) throws {
        var generator = SeededGenerator.fromEnvironment("end of \(kind)")
        let unbroken = try kind.make(using: &generator)
        let counts = try Strace.count(
            { _ = try unbroken.program(wrapper: $0).run() },
            log: unbroken.folder.path("trace.log"))
        var completed = 0
        for call in Self.calls {
            for number in 1...(counts[call] ?? 1) {
                let run = try kind.make(using: &generator)
                let broken = try run.program(wrapper: Strace.killing(at: call, number)).run()
                let isFinished = run.read(ResumableRun.journal).map { journal in
                    String(decoding: journal, as: UTF8.self).contains(#"{"kind":"finished""#)
                }
                let sent = run.server.requestCount
                let result = try run.finish()
                let place: Comment = "\(call) \(number), \(broken), \(generator)"
                if isFinished == true {
                    completed += 1
                    #expect(run.server.requestCount == sent, place)
                    #expect(result.errorOutput.contains("completing"), place)
                }
                #expect(
                    try run.violations(after: result, uncertain: ResumableRun.concurrency) == [],
                    place)
                guard kind != .stream else { continue }
                let again = try run.program().run()
                #expect(again.exitCode == result.exitCode, place)
                #expect(again.errorOutput.contains("already done"), place)
            }
        }
        print("\(kind): \(completed) runs were killed after their last line and completed")
        #expect(completed >= 5, "\(generator)")
    }
}
