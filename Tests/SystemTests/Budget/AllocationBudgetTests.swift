import TestSupport
import Testing

/// What a job may allocate for each line.
private struct AllocationBudget: Sendable, CustomTestStringConvertible {
    var job: Job
    /// Blocks of an optimised build.
    var blocks: Double
    /// Blocks of a debug build, which copies what the optimiser sees through.
    var debugBlocks: Double

    var testDescription: String { job.rawValue }

    static let all = [
        Self(job: .checkNDJSON, blocks: 0.01, debugBlocks: 0.05),
        Self(job: .checkCSV, blocks: 0.01, debugBlocks: 0.05),
        // Nearly all are SQLite's own.
        Self(job: .store, blocks: 9, debugBlocks: 32),
        Self(job: .api, blocks: 0.1, debugBlocks: 28),
    ]
}

@Suite(
    "Allocations", .sideBySide, .needs("clang"),
    .enabled(if: Hookbatch.canBeMeasured, "allocations can't be counted here"))
struct AllocationBudgetTests {
    @Test("a line costs few, and no more after many others", arguments: AllocationBudget.all)
    fileprivate func perLine(_ budget: AllocationBudget) throws {
        var bytes: [Int] = []
        let blocks = try Growth { lines in
            let made = try Measuring.allocations(
                budget.job, budget.job.input(lines: lines))
            bytes.append(made.bytes)
            return made.blocks
        }
        let size = Growth { _ in bytes.removeFirst() }
        print("\(budget.testDescription): \(blocks.perLine) blocks, \(size.perLine) bytes a line")
        let isRelease = Hookbatch.releaseBinary != nil
        #expect(blocks.perLine <= (isRelease ? budget.blocks : budget.debugBlocks), "\(blocks)")
        #expect(blocks.isLinear, "\(blocks)")
        #expect(size.isLinear, "\(size)")
    }
}
