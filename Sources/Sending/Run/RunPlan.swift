package import Delivery
package import Ledger
package import Records
package import Time

/// What a run reads, sends and writes: the options of `send` as plain values.
package struct RunPlan: Sendable {
    /// The inputs, in the order of reading.
    package var inputs: [InputPath]
    package var readerOptions: ReaderOptions
    /// The number of records to skip at the start.
    package var skip: UInt64
    package var report: ReportPath
    /// The id of the job of which the run is a shard; nil for a run of its own.
    package var jobID: RunID?
    /// This process as the owner of a shard's journal; nil for a run of its own.
    package var owner: JournalOwner?
    /// The destination as in `--to`.
    package var destination: String
    /// Whether the destination ignores repeated lines, so attempts need no journal rows.
    package var isExactlyOnce: Bool
    /// The options that a resume must share, by flag.
    package var identity: [String: String]
    /// Those of them that are typed in another way, as summaries have them.
    package var typed: [String: String]
    /// The times that relative options mean, by `RunMoment`. A resume takes those of the journal.
    package var moments: [RunMoment: Timestamp]
    package var delivery: DeliveryOptions
    /// The timetable or the file of the rate; nil if `delivery` has the only rate.
    package var rateControl: RateControl?
    /// The lines to send of a retry; nil for all.
    package var retry: RetryPlan?
    /// The file of origins of each input; empty unless all are files of undelivered lines.
    package var origins: [String]
    /// The lines that may have arrived and did; nil if that is not known of any.
    package var arrived: ArrivedLines?
    /// The other runs that have sent some of the lines again, which are left out. A resume takes them
    /// from the journal.
    package var sentBy: [SentRun] = []
    /// The number of those lines.
    package var leftOut: UInt64 = 0
    /// The options of the journal that tell how the run is resumed, by name; not in its summary.
    package var resuming: [String: String] = [:]
    /// The start of this process.
    package var startedAt: Instant

    /// The end of the run's maximum duration; nil without one.
    package var deadline: Instant? {
        delivery.maxDuration.map { startedAt.advanced(byNanoseconds: $0) }
    }

    package init(
        inputs: [InputPath], readerOptions: ReaderOptions, skip: UInt64, report: ReportPath,
        destination: String, isExactlyOnce: Bool, identity: [String: String],
        typed: [String: String] = [:], moments: [RunMoment: Timestamp] = [:],
        delivery: DeliveryOptions,
        rateControl: RateControl? = nil, retry: RetryPlan? = nil, origins: [String] = [],
        arrived: ArrivedLines? = nil, startedAt: Instant
    ) {
        self.inputs = inputs
        self.readerOptions = readerOptions
        self.skip = skip
        self.report = report
        self.destination = destination
        self.isExactlyOnce = isExactlyOnce
        self.identity = identity
        self.typed = typed
        self.moments = moments
        self.delivery = delivery
        self.rateControl = rateControl
        self.retry = retry
        self.origins = origins
        self.arrived = arrived
        self.startedAt = startedAt
    }

    /// Returns the first flag that differs from `other`, in alphabetical order; nil if none does.
    ///
    /// A flag that is missing in a run of an earlier version was not given.
    package func flagThatDiffers(from other: [String: String]) -> String? {
        let added = flagsOfAddedPace(to: other)
        return identity.keys.sorted().first {
            !added.contains($0) && identity[$0] != other[$0] ?? ""
        }
    }

    /// The flags of a recorded pace that a run without one may get when it is resumed: they change
    /// when its other lines are sent, and no message. Empty if it has one, or gets none.
    private func flagsOfAddedPace(to other: [String: String]) -> Set<String> {
        func isEmpty(_ flag: String) -> Bool { (other[flag] ?? "").isEmpty }
        let pace = JournalHeader.paceOption
        guard identity[pace] == JournalHeader.recordedPace, isEmpty(pace) else { return [] }
        // The times may already select lines.
        return isEmpty("--since") && isEmpty("--until")
            ? [pace, "--time", "--time-format", "--time-zone"] : [pace]
    }

    /// Does the same with the options of a summary, which has values as typed; those of earlier
    /// versions are as in the journal.
    ///
    /// - Parameter exceptions: Flags that are not compared.
    func flagThatDiffers(
        fromSummary other: [String: String], except exceptions: Set<String> = []
    ) -> String? {
        let exceptions = exceptions.union(flagsOfAddedPace(to: other))
        return identity.keys.sorted().first { flag in
            if exceptions.contains(flag) { return false }
            let value = other[flag] ?? ""
            return identity[flag] != value && typed[flag] != value
        }
    }

    /// The files of undelivered lines of one input.
    package func undelivered(
        _ input: Int, in inputs: RunInputs
    ) -> (rejected: String, unknown: String) {
        let end = inputs.inputs[input].format.fileExtension
        return (
            report.rejected(input: input, of: self.inputs, extension: end),
            report.unknown(input: input, of: self.inputs, extension: end)
        )
    }
}
