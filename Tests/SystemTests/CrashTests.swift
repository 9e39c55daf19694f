import Foundation
import TestSupport
import Testing

@Suite("A run that is killed and started again")
struct CrashTests {
    /// How many runs of each kind; `HOOKBATCH_CRASH_RUNS` asks for more.
    private static let runs =
        ProcessInfo.processInfo.environment["HOOKBATCH_CRASH_RUNS"].flatMap { Int($0) } ?? 3

    @Test(
        "keeps every promise, wherever it was killed",
        arguments: ["at-least-once", "at-most-once"])
    func killed(delivery: String) throws {
        var generator = SeededGenerator.fromEnvironment("killed(\(delivery))")
        for run in 0..<Self.runs {
            let violations = try killAndResume(delivery: delivery, using: &generator)
            #expect(violations == [], "run \(run), \(generator)")
        }
    }

    /// One run, killed up to three times and then left alone; what its report gets wrong.
    private func killAndResume(
        delivery: String, using generator: inout SeededGenerator
    ) throws -> [String] {
        let count = 1500
        var lines: [String] = []
        var invalid: Set<Int> = []
        for line in 1...count {
            if Int.random(in: 0..<50, using: &generator) == 0 {
                invalid.insert(line)
                lines.append("{\"appId\":\"a/b\",\"event_type\":\"t\"}")
            } else {
                let events = Events(count: 1, payloadBytes: 300)
                lines.append(events.ndjsonLine(using: &generator))
            }
        }
        let faults = generator.next()
        let server = try LoopbackServer { Self.reply(to: $0, faults: faults) }
        let sending = try Sending()
        try sending.folder.write(lines.joined(separator: "\n") + "\n", to: "in.ndjson")
        let flags = ["--delivery", delivery, "--rate", "20000/s", "--grace", "1s"]

        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            let program = try sending.program(to: server.baseURL, flags).start()
            let more = Int.random(in: 0..<500, using: &generator)
            let target = server.requestCount + more
            // A run that ends before the target is killed too late, which harms nothing.
            while program.isRunning, server.requestCount < target {
                _ = server.waitForRequests(target, timeout: .milliseconds(50))
            }
            program.kill(SIGKILL)
            _ = program.wait()
        }
        let sent = try sending.sendAgain(to: server.baseURL, flags)
        var violations: [String] = []
        if sent.hasJournal { violations.append("the journal is still there: \(sent)") }
        let rows = try sent.rows
        let auditor = Auditor(
            [.init(file: "in.ndjson", count: count, invalid: invalid)],
            isAtMostOnce: delivery == "at-most-once")
        violations += auditor.violations(rows: rows, server: server)
        if rows.map(\.line) != Array(1...count) { violations.append("rows are not in input order") }
        return violations
    }

    /// Mostly 201; now and then each fault that a network has, by the request's number.
    private static func reply(to request: Request, faults: UInt64) -> Reply {
        var generator = SeededGenerator(seed: faults &+ UInt64(request.number))
        switch generator.next() % 200 {
        case 0: return .close
        case 1: return .acceptThenClose
        case 2: return .acceptThenReset
        case 3: return .answer(404)
        case 4: return .answer(429, headers: [("Retry-After", "0")])
        case 5: return .answer(500)
        case 6: return .delay(.milliseconds(20), .created(request))
        case 7: return .delay(.milliseconds(5), .acceptThenClose)
        default: return .created(request)
        }
    }
}
