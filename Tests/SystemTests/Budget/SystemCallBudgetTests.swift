import TestSupport
import Testing

@Suite(
    "System calls", .sideBySide, .needs("strace"),
    .enabled(if: Hookbatch.canBeMeasured, "calls are not counted here"))
struct SystemCallBudgetTests {
    private static let lines = (few: 1000, many: 4000)

    /// Returns the system calls per line: the difference of two inputs over their lines.
    private func perLine(_ job: Job) throws -> [String: Double] {
        let few = try Measuring.systemCalls(job, job.input(lines: Self.lines.few))
        let many = try Measuring.systemCalls(job, job.input(lines: Self.lines.many))
        let added = many.merging(few) { $0 - $1 }.filter { many[$0.key] != nil }
        let calls = added.mapValues { Double($0) / Double(Self.lines.many - Self.lines.few) }
        print("\(job.rawValue): \(calls.filter { $0.value > 0.001 }) calls a line")
        return calls
    }

    @Test("A request costs one call to send it and one to receive the response")
    func api() throws {
        var calls = try perLine(.api)
        for name in ["sendto", "recvfrom"] {
            #expect(calls.removeValue(forKey: name) ?? 0 <= 1.02, "\(name)")
        }
        // The cost of the loop depends on the number of responses per turn.
        let waits = ["epoll_wait", "epoll_pwait", "epoll_pwait2"]
        let turns = waits.reduce(0) { $0 + (calls.removeValue(forKey: $1) ?? 0) }
        let others = calls.values.reduce(0, +)
        #expect(turns <= 2)
        #expect(others <= 2 * turns + 0.05, "\(turns) waits, \(calls)")
    }

    @Test("A store batches lines: they cost less than a call each, and few syncs")
    func store() throws {
        let calls = try perLine(.store)
        #expect(calls.values.reduce(0, +) <= 0.8, "\(calls)")
        #expect(calls["fdatasync"] ?? 0 <= 0.002)
        #expect(calls["write"] ?? 0 <= 0.005)
    }

    @Test(
        "Reading an input costs one call for a quarter of a mebibyte",
        arguments: [Job.checkNDJSON, .checkCSV])
    func check(_ job: Job) throws {
        #expect(try perLine(job).values.reduce(0, +) <= 0.005)
    }
}
