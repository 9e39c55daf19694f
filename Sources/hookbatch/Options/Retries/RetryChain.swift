import Delivery
import Sending

/// A finished run, and the runs after it that have sent the lines that it left, each those of the
/// one before.
struct RetryChain {
    struct Step {
        let run: RetriedRun
        let report: ReportPath
    }

    let first: Step

    init(_ run: RetriedRun, _ report: ReportPath) { first = Step(run: run, report: report) }

    /// Returns the run and those that have sent its file of a kind, in order; each has left lines
    /// itself.
    ///
    /// - Parameter leftLines: Whether a run has left such lines.
    func steps(
        _ kind: Outcome, leftLines: (Step) throws(UsageError) -> Bool
    ) throws(UsageError) -> [Step] {
        var steps = [first]
        while let next = Self.later(than: steps[steps.count - 1], kind),
            !steps.contains(where: { $0.run.id == next.run.id }), try leftLines(next)
        {
            steps.append(next)
        }
        return steps
    }

    /// Returns the newest finished run of the lines of another one.
    private static func later(than step: Step, _ kind: Outcome) -> Step? {
        let runs = RetryRun.candidates(beside: step.report).compactMap { RetryRun($0) }
            .filter { run in
                // One that has read only some of the lines leaves the others to the run before.
                run.isFinished && run.retriedID == step.run.id && !run.filesSent(kind).isEmpty
                    && run.read >= step.run.counts.left(kind)
            }
        guard let newest = runs.max(by: { ($0.startedAt ?? "") < ($1.startedAt ?? "") }),
            let run = try? RetryOfOptions.run(newest.report)
        else { return nil }
        return Step(run: run, report: newest.report)
    }
}

extension Counts {
    /// The lines in a run's files of rejected or of unknown lines.
    func left(_ kind: Outcome) -> UInt64 {
        kind == .unknown ? unknown : rejected + invalid + failed + notAttempted
    }
}
