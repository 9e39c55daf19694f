import Delivery
import Ledger
import Platform
import Records
import Sending
import Time

/// The summary of a merged job, as that of one process.
struct ShardSummary {
    private let set: ShardSet
    private let inputs: RunInputs
    private let inputOptions: InputOptions

    init(_ set: ShardSet, _ inputs: RunInputs, _ inputOptions: InputOptions) {
        self.set = set
        self.inputs = inputs
        self.inputOptions = inputOptions
    }

    /// Returns the summary without its files and steps.
    ///
    /// - Parameters:
    ///   - source: The inputs, read to their ends.
    ///   - tally: The totals of the merged rows.
    func summary(_ source: RecordSource, _ tally: RowTally) -> RunSummary {
        let manifest = set.manifest
        var facts = RunFacts()
        facts.counts = tally.counts
        facts.read = tally.counts.total
        facts.endedNow = facts.read
        facts.skipped = source.recordsSkipped.total
        facts.retries = tally.retries
        facts.possibleDuplicates = tally.possibleDuplicates
        facts.arrived = tally.arrived
        facts.withoutPayload = source.recordsWithoutPayload
        facts.blankLines = source.blankLines
        facts.ignored = source.ignored
        facts.errors = tally.errors
        facts.givenUp = tally.givenUp
        let start = times("started_at").min() ?? 0
        let end = max(start, times("ended_at").max() ?? start)
        // The times are those of files, and may be any.
        let (elapsed, overflow) = end.subtractingReportingOverflow(start)
        var options = manifest.options.reduce(into: [String: String]()) { options, option in
            options[option.key] = RecordedOption.typed(option.key, option.value)
        }
        options[Flags.shards.shard.declaration.spelling] = ""
        let missing = set.unfinished
        return RunSummary(
            runID: manifest.jobID.description,
            stop: missing.isEmpty
                ? nil : .shardsMissing(ShardSet.ranges(missing), of: set.states.count),
            startedAt: Timestamp(nanoseconds: start).rfc3339,
            endedAt: Timestamp(nanoseconds: end),
            elapsed: .nanoseconds(overflow ? 0 : elapsed),
            inputs: inputs.identities.map { input in
                .init(
                    path: input.path, size: input.size,
                    modified: Timestamp(nanoseconds: input.modifiedNanoseconds))
            },
            destination: destination, options: options, facts: facts,
            errors: tally.errors.top.map { error in
                .init(
                    code: error.code, count: error.count,
                    firstPath: inputs.identities[error.firstLine.file - 1].path,
                    firstLine: error.firstLine.line)
            }, directory: Directory.current)
    }

    private var destination: RunSummary.Destination {
        switch DestinationAddress(text: set.manifest.destination) {
        case .store(let path)?: .store(path: path)
        case .api(let url)?: .api(url: url)
        case nil: .api(url: set.manifest.destination)
        }
    }

    /// The times of a member of the summaries of all finished shards, in nanoseconds since 1970.
    private func times(_ name: String) -> [Int64] {
        set.summaries.compactMap { summary in
            summary.string(name).flatMap { text in
                Array(text.utf8).withUnsafeBytes { RFC3339.parse($0)?.nanoseconds }
            }
        }
    }
}
