import TestSupport
import Testing

/// The maximum number of allocations of a job per line.
private struct AllocationBudget: Sendable, CustomTestStringConvertible {
    var job: Job
    /// Maximum number of blocks in an optimised build.
    var blocks: Double
    /// Maximum number of blocks in a debug build, which makes more copies.
    var debugBlocks: Double

    var testDescription: String { job.rawValue }

    static let all = [
        Self(job: .checkNDJSON, blocks: 0.01, debugBlocks: 0.05),
        Self(job: .checkJSON, blocks: 0.01, debugBlocks: 0.05),
        Self(job: .checkCSV, blocks: 0.01, debugBlocks: 0.05),
        // SQLite makes nearly all of them.
        Self(job: .store, blocks: 9, debugBlocks: 32),
        Self(job: .api, blocks: 0.1, debugBlocks: 36),
        Self(job: .flatCSV, blocks: 0.1, debugBlocks: 60),
    ]
}

@Suite(
    "Allocations", .sideBySide, .needs("clang"),
    .enabled(if: Hookbatch.canBeMeasured, "allocations can't be counted here"))
struct AllocationBudgetTests {
    @Test(
        "A line costs few allocations, and no more after many lines than at the start",
        arguments: AllocationBudget.all)
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
