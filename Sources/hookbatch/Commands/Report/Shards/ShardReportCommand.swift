import Records
import Delivery
import Ledger
import Sending

/// `hookbatch report --shards`: shows or merges a job.
enum ShardReportCommand {
    static func run(_ options: ShardReportOptions) -> ExitStatus {
        do {
            return try result(options)
        } catch {
            Terminal.say(error.message)
            return error.exitStatus
        }
    }

    private static func result(
        _ options: ShardReportOptions
    ) throws(ReportFailure) -> ExitStatus {
        let set = try ShardSet(options.manifest)
        let unfinished = set.unfinished
        guard let output = options.merge else {
            if let number = Terminal.output(try ShardOverview(set: set).text()) {
                throw .output(number)
            }
            for refusal in set.refusals { Terminal.say(refusal) }
            if !set.refusals.isEmpty { return .usage }
            if !unfinished.isEmpty { Terminal.say(sentence(set)) }
            return unfinished.isEmpty ? exitStatus(set) : .stopped
        }
        guard set.refusals.isEmpty else {
            for refusal in set.refusals { Terminal.say(refusal) }
            return .usage
        }
        guard unfinished.isEmpty || options.isPartial else {
            Terminal.say(sentence(set))
            return .stopped
        }
        var summary = try ShardMerging(set, to: output, options).run()
        Terminal.say("wrote \(Escaping.quoted(output.path))")
        for index in summary.steps.indices { summary.steps[index].directory = summary.directory }
        Terminal.say(SummaryText(summary: summary).notice)
        if !unfinished.isEmpty { Terminal.say(sentence(set)) }
        return summary.exitStatus
    }

    /// Names the unfinished shards, and what to run again.
    private static func sentence(_ set: ShardSet) -> String {
        let numbers = set.unfinished
        return "\(numbers.count == 1 ? "shard" : "shards") \(ShardSet.ranges(numbers)) of "
            + "\(set.states.count) \(numbers.count == 1 ? "is" : "are") missing or not finished; "
            + "run again: \(set.rerun)"
    }

    /// The exit status of the finished job, by the summaries of all shards.
    private static func exitStatus(_ set: ShardSet) -> ExitStatus {
        .mostSevere(
            of: set.summaries.map { summary in
                summary.number("exit_code").flatMap { Int32(exactly: $0) }
                    .flatMap(ExitStatus.init(rawValue:)) ?? .success
            })
    }
}
