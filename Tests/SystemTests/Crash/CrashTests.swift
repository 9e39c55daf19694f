import Foundation
import TestSupport
import Testing

/// Where the runs of a test go, and by which guarantee.
struct Delivery: Sendable, CustomTestStringConvertible {
    var destination: ResumableRun.Destination
    var isAtMostOnce: Bool

    static let all = ResumableRun.Destination.allCases.flatMap { destination in
        [false, true].map { Delivery(destination: destination, isAtMostOnce: $0) }
    }

    var testDescription: String {
        "\(destination.rawValue), \(isAtMostOnce ? "at-most-once" : "at-least-once")"
    }
}

@Suite("A run that is killed and started again", .sideBySide, .needs("sqlite3"))
struct CrashTests {
    /// How many runs in all; `HOOKBATCH_CRASH_RUNS` asks for more.
    private static let runs =
        ProcessInfo.processInfo.environment["HOOKBATCH_CRASH_RUNS"].flatMap { Int($0) } ?? 12

    @Test("keeps every promise, wherever it was killed", arguments: Delivery.all)
    func killed(_ delivery: Delivery) throws {
        var generator = SeededGenerator.fromEnvironment("killed(\(delivery.testDescription))")
        let runs = max(1, Self.runs / Delivery.all.count)
        // How long it takes when nobody kills it: the time in which kills are spread.
        let unbroken = try Self.run(delivery, using: &generator)
        let start = ContinuousClock.now
        let result = try unbroken.finish()
        var length = ContinuousClock.now - start
        #expect(try unbroken.violations(after: result, uncertain: 0) == [], "\(generator)")

        var kills = 0
        var violating = 0
        for number in 0..<runs {
            let seed = generator.next()
            var generator = SeededGenerator(seed: seed)
            let run = try Self.run(delivery, using: &generator)
            let killed = try Self.kill(run, within: &length, using: &generator)
            kills += killed
            let result = try run.finish()
            let violations = try run.violations(
                after: result, uncertain: killed * ResumableRun.concurrency)
            violating += violations.isEmpty ? 0 : 1
            #expect(violations == [], "run \(number), \(generator)")
        }
        print(
            "\(delivery.testDescription): \(runs) runs, \(kills) kills, "
                + "\(violating) runs with violations")
        // Of a handful of runs chance may let most end unkilled.
        #expect(kills * 4 >= runs, "\(kills) kills came in time, \(generator)")
    }

    private static func run(
        _ delivery: Delivery, using generator: inout SeededGenerator
    ) throws -> ResumableRun {
        // A transaction of the store takes 2,048 messages: there are to be a few.
        try ResumableRun(
            delivery.destination, count: delivery.destination == .api ? 800 : 5000,
            isAtMostOnce: delivery.isAtMostOnce, using: &generator)
    }

    /// Starts the run and kills it, one to five times; how many kills came before its end. If it
    /// ends unkilled from the start, `length` was that of a busier time, and becomes its own.
    private static func kill(
        _ run: ResumableRun, within length: inout Duration, using generator: inout SeededGenerator
    ) throws -> Int {
        var kills = 0
        for _ in 0..<Int.random(in: 1...5, using: &generator) {
            // Early times are likelier: at the end there are only a few retries to wait for.
            let place = Double.random(in: 0..<1, using: &generator)
            let start = ContinuousClock.now
            let result = try run.program().start().wait(timeout: length * (place * place))
            if result.signal == SIGKILL {
                kills += 1
            } else if kills == 0 {
                length = min(length, ContinuousClock.now - start)
                break
            }
        }
        return kills
    }
}
