import TestSupport
import Testing

/// The maximum number of instructions per line in an optimised build.
///
/// It is about an eighth above the count with the libraries of Debian 12.
private struct InstructionBudget: Sendable, CustomTestStringConvertible {
    var job: Job
    var perLine: Double

    var testDescription: String { job.rawValue }

    static let all = [
        Self(job: .checkNDJSON, perLine: 5400),
        Self(job: .checkJSON, perLine: 5400),
        Self(job: .checkCSV, perLine: 6100),
        Self(job: .store, perLine: 46_300),
        Self(job: .api, perLine: 26_200),
    ]
}

@Suite(
    "Instructions", .sideBySide, .needs("valgrind", "strip"),
    .enabled(if: Hookbatch.canBeMeasured, "instructions can't be counted here"),
    .enabled(if: Hookbatch.releaseBinary != nil, "HOOKBATCH_RELEASE_BINARY is not set"))
struct InstructionBudgetTests {
    @Test(
        "A line costs few instructions, and no more after many lines than at the start",
        arguments: InstructionBudget.all)
    fileprivate func perLine(_ budget: InstructionBudget) throws {
        let growth = try Growth { lines in
            try Measuring.instructions(budget.job, budget.job.input(lines: lines))
        }
        print("\(budget.testDescription): \(growth.perLine) instructions a line")
        #expect(growth.perLine <= budget.perLine, "\(growth)")
        #expect(growth.isLinear, "\(growth)")
    }
}
