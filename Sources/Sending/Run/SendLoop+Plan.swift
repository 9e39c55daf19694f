package import Destinations
package import Platform
import Delivery
import Ledger
import Time

extension SendLoop {
    /// Creates the loop of a new or resumed run.
    package convenience init(
        _ plan: RunPlan, _ inputs: RunInputs, _ past: RunJournal, destination: any Destination,
        poller: Poller, signals: Signals, observer: any RunObserver,
        keyRenewal: KeyRenewal? = nil
    ) throws(SendError) {
        let recordsAttempts = !plan.isExactlyOnce
        var files = [past.journal.file]
        if let spool = past.spool { files.insert(spool.file, at: 0) }
        let syncer: Syncer?
        do {
            syncer =
                recordsAttempts ? try Syncer(files: files, fence: past.journal.fence) : nil
        } catch {
            throw .file(error)
        }
        // Files were compared already; a stream is compared while it is read.
        let comparison =
            past.isResumed && !inputs.canBeReadAgain
            ? StreamComparison(
                past.resumeState, comparison: try InputComparison(past.journal), spool: past.spool)
            : nil
        let now = MonotonicClock.now
        var delivery = plan.delivery
        // It includes the time before the loop.
        delivery.canRenewKey = keyRenewal != nil
        delivery.maxDuration = plan.deadline.map { max(0, $0.nanoseconds(since: now)) }
        let core = SendCore(
            run: Run(
                options: delivery, counts: past.resumeState.counts,
                arrived: past.resumeState.arrived, now: now),
            encoder: JournalEncoder(
                past.journal.header, origins: inputs.originNames,
                ownerRow: past.journal.ownerRow),
            resumeState: past.resumeState, spool: past.spool, journalLength: past.journal.size,
            usesLeases: syncer != nil, recordsAttempts: recordsAttempts,
            hasCheckpoints: past.journal.header.hasCheckpoints)
        self.init(
            core: core,
            source: RecordSource(
                inputs.inputs, options: plan.readerOptions, skip: plan.skip,
                retry: try plan.retry.map { retry throws(SendError) in try RetryLines(retry) }),
            journal: past.journal, spool: past.spool, syncer: syncer,
            reporter: Reporter(past.journal, plan.report), destination: destination,
            poller: poller, signals: signals, observer: observer, comparison: comparison,
            runID: past.keyRunID, rateControl: plan.rateControl,
            replayStart: past.isResumed && plan.delivery.recordedPace != nil
                ? past.startedAtMilliseconds : nil, keyRenewal: keyRenewal,
            arrived: plan.arrived)
    }
}
