import Foundation
import TestSupport
import Testing

@Suite("The report of an interrupted run", .ownThread)
struct ReportMeanwhileTests {
    private static let temporary = ResumableRun.report + ".tmp"

    @Test(
        "A report begun during a run is removed at a stop, and is complete once the run finishes",
        arguments: [SIGTERM, SIGKILL]
    )
    func stopped(by signal: Int32) throws {
        var generator = SeededGenerator.fromEnvironment("stopped(by: \(signal))")
        let place = Comment("\(generator)")
        let run = try ResumableRun(
            .api, count: 4000, reply: ResumableRun.calmly, using: &generator)
        let program = try run.program().start()
        #expect(run.server.waitForRequests(2000), place)
        // The rows of the first lines are enough to begin the report.
        let isBegun = run.waits(for: Self.temporary)
        #expect(isBegun, place)
        program.kill(signal)
        let stopped = program.wait()
        #expect(!run.has(ResumableRun.report), "\(stopped)")
        #expect(run.has(ResumableRun.journal), "\(stopped)")
        #expect(run.has(Self.temporary) == (signal == SIGKILL), place)
        let found = try run.violations(after: try run.finish(), uncertain: ResumableRun.concurrency)
        #expect(found.isEmpty, "\(found.joined(separator: "; ")) \(place)")
    }
}

extension ResumableRun {
    /// Waits for a file of the run; returns whether it exists.
    fileprivate func waits(for name: String) -> Bool {
        let end = ContinuousClock.now + .patience
        while !has(name), ContinuousClock.now < end { usleep(10_000) }
        return has(name)
    }
}
