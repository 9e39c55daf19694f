import Foundation
import TestSupport
import Testing

/// A destination of runs and a delivery guarantee.
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

@Suite("Runs that are killed and resumed", .sideBySide, .needs("sqlite3"))
struct CrashTests {
    /// Total number of runs, unless `HOOKBATCH_CRASH_RUNS` sets another one.
    private static let runs =
        ProcessInfo.processInfo.environment["HOOKBATCH_CRASH_RUNS"].flatMap { Int($0) } ?? 12

    @Test("A run keeps every guarantee, wherever it is killed", arguments: Delivery.all)
    func killed(_ delivery: Delivery) throws {
        var generator = SeededGenerator.fromEnvironment("killed(\(delivery.testDescription))")
        let runs = max(1, Self.runs / Delivery.all.count)
        // Kills are spread over the duration of an uninterrupted run.
        let unbroken = try Self.run(delivery, using: &generator)
        let start = ContinuousClock.now
        let result = try unbroken.finish()
        var length = ContinuousClock.now - start
        #expect(try unbroken.violations(after: result, uncertain: 0) == [], "\(generator)")

        var kills = 0
        var pauses = 0
        var violating = 0
        for number in 0..<runs {
            let seed = generator.next()
            var generator = SeededGenerator(seed: seed)
            let run = try Self.run(delivery, using: &generator)
            let interruptions = try Self.kill(run, within: &length, using: &generator)
            kills += interruptions.kills
            pauses += interruptions.pauses
            let result = try run.finish()
            let violations = try run.violations(
                after: result, uncertain: interruptions.uncertain * ResumableRun.concurrency)
            violating += violations.isEmpty ? 0 : 1
            #expect(violations == [], "run \(number), \(generator)")
        }
        print(
            "\(delivery.testDescription): \(runs) runs, \(kills) kills, \(pauses) pauses, "
                + "\(violating) runs with violations")
        // With few runs, most may end before their kill by chance.
        #expect(kills * 4 >= runs, "only \(kills) kills before a run's end, \(generator)")
    }

    private static func run(
        _ delivery: Delivery, using generator: inout SeededGenerator
    ) throws -> ResumableRun {
        // A store's transaction has up to 2,048 messages; a run should need several.
        try ResumableRun(
            delivery.destination, count: delivery.destination == .api ? 800 : 5000,
            isAtMostOnce: delivery.isAtMostOnce, using: &generator)
    }

    /// What interrupted a run's processes.
    private struct Interruptions {
        /// Kills before the run's end.
        var kills = 0
        var pauses = 0
        /// Pauses that are longer than the requests' timeout.
        var longPauses = 0

        /// Number of interruptions that may leave requests in flight without a response: a request
        /// that a long pause interrupts while it is written times out after it.
        var uncertain: Int { kills + longPauses }
    }

    /// Starts and kills the run one to five times. Every second process is paused first, some
    /// longer than its timeout.
    ///
    /// If the first process ends without a kill, `length` is lowered to its duration: the machine
    /// was busier when `length` was measured.
    private static func kill(
        _ run: ResumableRun, within length: inout Duration, using generator: inout SeededGenerator
    ) throws -> Interruptions {
        var found = Interruptions()
        for _ in 0..<Int.random(in: 1...5, using: &generator) {
            // Early kills are likelier: near its end, a run only waits for a few retries.
            let place = Double.random(in: 0..<1, using: &generator)
            let start = ContinuousClock.now
            var timeout = length * (place * place)
            let paused: Duration =
                Bool.random(using: &generator)
                ? .seconds(Double.random(in: 0.1...1.5, using: &generator)) : .zero
            // A short timeout only where a pause exceeds it: a busy machine is no pause.
            let isLong = paused >= .seconds(1)
            let running = try run.program(isLong ? ["--timeout", "1s"] : []).start()
            if paused > .zero {
                let before = timeout * Double.random(in: 0..<1, using: &generator)
                timeout -= before
                Thread.sleep(for: before)
                running.kill(SIGSTOP)
                // The time itself is tested.
                Thread.sleep(for: paused)
                running.kill(SIGCONT)
                found.pauses += 1
                found.longPauses += isLong ? 1 : 0
            }
            let result = running.wait(timeout: timeout)
            if result.signal == SIGKILL {
                found.kills += 1
            } else if found.kills == 0 {
                length = min(length, ContinuousClock.now - start - paused)
                break
            }
        }
        return found
    }
}

extension Thread {
    fileprivate static func sleep(for duration: Duration) {
        sleep(forTimeInterval: duration / .seconds(1))
    }
}
