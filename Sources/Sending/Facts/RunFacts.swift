package import Delivery
package import Ledger
package import Records

/// What became of the records of a run, at its end or at a stop. Counts cover all processes of the
/// run, unless stated otherwise.
package struct RunFacts: Sendable {
    /// Records read, invalid ones included.
    package var read: UInt64 = 0
    package var counts = Counts()
    /// Records with an outcome from this process.
    package var endedNow: UInt64 = 0
    /// Records that `--skip`, or a selection, left out; not in `read`.
    package var skipped: UInt64 = 0
    /// Retries; at a stop, those of this process.
    package var retries: UInt64 = 0
    /// Accepted or unknown records that may have arrived twice.
    package var possibleDuplicates: UInt64 = 0
    /// Accepted records that had arrived in an earlier run, as the user knew, and were not sent.
    package var arrived: UInt64 = 0
    /// Valid records without a payload.
    package var withoutPayload: UInt64 = 0
    package var blankLines: UInt64 = 0
    /// Members and columns other than those of appId, event_type and payload.
    package var ignored = IgnoredNames()
    package var errors = ErrorTally()
    /// Abandoned applications. At a stop, those of this process.
    package var givenUp = AbandonedApplications()

    /// Whether each record read has exactly one outcome. If not, a record is lost.
    package var isConsistent: Bool { read == counts.total }

    package init() {}
}

extension RunFacts {
    /// The facts of a run that ended in this process.
    ///
    /// - Parameters:
    ///   - past: The run as it was when this process began.
    ///   - tally: The totals of the report's rows.
    package init(finished loop: SendLoop, _ past: RunJournal, _ tally: RowTally) {
        self.init(tally)
        read = loop.source.recordsRead
        endedNow = loop.core.counts.total - past.resumeState.counts.total
        takeReading(of: loop)
    }

    /// The facts of a run whose records all had an outcome when this process began.
    ///
    /// - Parameter skip: The records that `--skip` leaves out.
    package init(completed past: RunJournal, skip: UInt64, _ tally: RowTally) {
        self.init(tally)
        read = past.resumeState.counts.total
        // Fewer only if the inputs have fewer records, and then nothing was read.
        skipped = read > 0 ? skip : 0
    }

    /// The facts of a run that stops.
    package init(stopped loop: SendLoop, _ past: RunJournal) {
        let recorded = loop.core.recorded
        read = max(loop.source.recordsRead, recorded.total)
        counts = recorded
        // Read records without an outcome count as not attempted until they have one.
        counts.notAttempted += read - recorded.total
        endedNow = recorded.total - past.resumeState.counts.total
        retries = loop.core.retries
        possibleDuplicates =
            past.possibleDuplicates + loop.core.statistics.possibleDuplicates
        arrived = loop.core.arrived
        errors = past.errors
        errors.add(loop.core.statistics.errors)
        givenUp = loop.core.statistics.givenUp
        takeReading(of: loop)
    }

    private init(_ tally: RowTally) {
        counts = tally.counts
        retries = tally.retries
        possibleDuplicates = tally.possibleDuplicates
        arrived = tally.arrived
        errors = tally.errors
        givenUp = tally.givenUp
    }

    private mutating func takeReading(of loop: SendLoop) {
        skipped = loop.source.recordsSkipped.total
        withoutPayload = loop.source.recordsWithoutPayload
        blankLines = loop.source.blankLines
        ignored = loop.source.ignored
    }
}
