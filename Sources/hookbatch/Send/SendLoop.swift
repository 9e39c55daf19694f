import Delivery
import Destinations
import Glibc
import Ledger
import Platform
import Records
import Time

/// The one loop of a run. Each turn reads what there is room for, decides what starts, writes that
/// down, sends it, waits for what comes back, and decides what that means.
///
/// The order within a turn is the promise: a request leaves only after its `sent` row is written,
/// and under a lease that is on disk; an answer's row is written before the next request leaves.
final class SendLoop {
    enum Token {
        static let signals = Poller.callerBit | 1
        static let input = Poller.callerBit | 2
        static let syncer = Poller.callerBit | 3
    }

    // What every message touches goes without the runtime's exclusivity checks: one thread uses it,
    // and nothing that is called during an access touches the same property.

    @exclusivity(unchecked) var run: Run
    @exclusivity(unchecked) var statistics = RunStatistics()
    let source: RecordSource
    let journal: Journal
    let reporter: Reporter<RowTally>
    let destination: any Destination
    let poller: Poller
    let signals: Signals
    let progress: Progress
    private let syncer: Syncer?
    let done: DoneRecords
    /// Whether attempts are recorded before they begin: not where a repetition does no harm.
    let recordsAttempts: Bool
    let spool: Spool?

    @exclusivity(unchecked) var held: [HeldRecord] = []
    /// Lines of a stream that were read and are left unfinished, by slot at the end of the run.
    var rest = RestBytes()
    /// Behind the last record that was taken up.
    @exclusivity(unchecked) var nextPosition = ReportPosition(input: 1, record: 0)
    /// Whether the last record that was read is not taken up yet: there was no room for it.
    var isRecordWaiting = false
    @exclusivity(unchecked) private var toStart: [Int] = []
    @exclusivity(unchecked) private var ends: [AttemptEnd] = []
    private var ready: [UInt64] = []
    /// The stream that is watched until it has something to read.
    var watchedInput: Int32?
    /// Whether the record that is being read is larger than what may be held now.
    var needsRoom = false
    /// Bytes that may still be read in this turn, about.
    @exclusivity(unchecked) var readingLeft = 0
    private var signalsSeen = 0
    /// The journal's bytes that are known to outlive a power cut.
    private var synced: UInt64
    /// The key that is being made, and what all keys begin with.
    @exclusivity(unchecked) var key: [UInt8] = []
    let keyPrefix: [UInt8]
    private var abortIsDone = false
    /// Whether it was said that nothing answers.
    var hasToldOfSilence = false
    private var spoolFailure: SystemError?
    /// The outcomes whose rows are written: what a resume will find.
    private(set) var recorded: Counts
    /// What ended the run from below, if something did.
    private(set) var failure: SendError?
    /// Whether a byte of any request of this process may have left.
    var hasSent = false

    init(
        run: consuming Run, source: RecordSource, journal: Journal, spool: Spool?, syncer: Syncer?,
        reporter: Reporter<RowTally>,
        destination: any Destination, poller: Poller, signals: Signals, progress: Progress,
        done: DoneRecords, runID: RunID, recordsAttempts: Bool
    ) {
        recorded = run.counts
        self.run = run
        self.source = source
        self.journal = journal
        self.spool = spool
        self.syncer = syncer
        self.reporter = reporter
        self.destination = destination
        self.poller = poller
        self.signals = signals
        self.progress = progress
        self.done = done
        keyPrefix = Array("hb-\(runID)-".utf8)
        self.recordsAttempts = recordsAttempts
        // Whoever began or opened it has synced it.
        synced = journal.size
    }

    /// Runs until every line has its outcome or the run has stopped. What is known is written to
    /// the journal when it returns, unless that is what failed.
    func runToEnd() {
        beginProgress()
        defer { endProgress() }
        do {
            try watch(signals.descriptor, Token.signals)
            if let syncer { try watch(syncer.completionDescriptor, Token.syncer) }
            source.mayEnd = { [unowned self] in
                takeSignals(ClockReading.now())
                return run.stopCause == nil
            }
            while !run.isDone { try turn() }
            try record()
            // While the destination is closed.
            if run.isFinished { reporter.advance(to: .end) }
        } catch {
            failure = error
            run.stop(.storage, now: ClockReading.now().instant)
            abortAll(isRecorded: journal.failure == nil)
            // Whatever failed: as long as the journal takes them, no answer that came is forgotten.
            try? record()
        }
    }

    /// The records of a stream that were read and have no outcome, in the input's order. For the
    /// time after `runToEnd`.
    func unfinishedRecords() -> [[UInt8]] {
        guard spool != nil else { return [] }
        var all = rest
        for slot in 0..<run.slotCount where run.isOccupied(slot: slot) {
            held[slot].takeBackOriginal { all.append(Array($0), line: run.id(slot: slot).line) }
        }
        if isRecordWaiting, let bytes = source.record.bytes {
            all.append(Array(source.bytes(bytes)), line: source.record.line.value)
        }
        return all.inOrder
    }

    private func turn() throws(SendError) {
        let now = ClockReading.now()
        do {
            try readRecords(now)
        } catch {
            failure = error
            run.stop(.input, now: now.instant)
        }
        decide(now)
        try lease()
        try record()
        for slot in toStart { destination.start(slot: slot, now: now.instant) }
        statistics.noteStarts(toStart.count, at: now.instant)
        toStart.removeAll(keepingCapacity: true)
        if run.isDone { return }
        try wait(from: now)
    }

    private func decide(_ now: ClockReading) {
        while true {
            switch run.nextStep(now: now) {
            case .start(let slot):
                held[slot].startedAt = now.wall
                if recordsAttempts { journal.encoder.appendSent(run.id(slot: slot)) }
                toStart.append(slot)
            case .finish(let slot, let outcome):
                recordGivenUp(slot, outcome)
            case .none:
                if run.shouldAbort(now: now.instant) { abortAll(isRecorded: true) }
                return
            }
        }
    }

    /// Gives up everything in flight, but for what turns out to have ended.
    private func abortAll(isRecorded: Bool) {
        guard !abortIsDone else { return }
        abortIsDone = true
        // Decided on, and not handed to the destination: the write before that has failed.
        let unstarted = Set(toStart)
        toStart.removeAll()
        for slot in 0..<run.slotCount where run.isInFlight(slot: slot) {
            let end =
                unstarted.contains(slot)
                ? AttemptEnd(
                    slot: slot, result: AttemptResult(requestBegan: false, failure: .aborted))
                : destination.abort(slot: slot)
            if isRecorded { settle(end, ClockReading.now()) }
        }
    }

    /// Writes down all that was decided since the last time, in one write.
    private func record() throws(SendError) {
        if let spoolFailure { throw .file(spoolFailure) }
        do {
            try spool?.flush()
            try journal.flush()
        } catch {
            throw .file(error)
        }
        recorded = run.counts
        if reporter.isDue { reporter.advance(to: watermark) }
    }

    /// The place to which and behind which all rows belong that are not yet written: whatever was
    /// taken up is held, or has its row; what former processes have done has one from the start.
    private var watermark: ReportPosition {
        var first = nextPosition
        for slot in 0..<run.slotCount where run.isOccupied(slot: slot) {
            first = min(
                first, ReportPosition(input: run.id(slot: slot).file, record: held[slot].ordinal))
        }
        return first
    }

    /// Keeps the bytes of a record that can't be read again; where they stand, nil if they need
    /// not be kept. A failure is for `record` to throw, before the row is written.
    func keep(_ bytes: UnsafeRawBufferPointer) -> UInt64? {
        guard let spool, spoolFailure == nil else { return nil }
        do {
            return try spool.append(bytes)
        } catch {
            spoolFailure = error
            return nil
        }
    }

    private func lease() throws(SendError) {
        guard let syncer, !syncer.isBusy, let upTo = run.requestLease() else { return }
        journal.encoder.appendLease(upTo, synced: synced)
        try record()
        syncer.request(length: journal.size)
    }

    private func takeSync() throws(SendError) {
        guard let syncer, let completion = syncer.takeCompletion() else { return }
        switch completion {
        case .success(let length):
            synced = length
            run.grantLease()
        case .failure(let error):
            journal.fail(error)
            throw .file(error)
        }
    }

    private func wait(from start: ClockReading) throws(SendError) {
        ready.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        let reason = run.waitReason
        var destinationFailure: DestinationError?
        do {
            // If there is more to take up, nothing is waited for.
            let canRead =
                run.wantsRecord && watchedInput == nil && !isRecordWaiting && !needsRoom
            try destination.wait(
                until: canRead ? start.instant : wake, ends: &ends, ready: &ready)
        } catch {
            destinationFailure = error
        }
        let now = ClockReading.now()
        if reason != .nothing, reason != .concurrency {
            statistics.noteWait(
                reason, nanoseconds: now.instant.nanoseconds(since: start.instant))
        }
        for end in ends {
            settle(end, now)
        }
        if progress.isDue(at: now.instant) {
            progress.show(progressStatus(at: now.instant), at: now.instant)
        }
        // What ended before it failed has its rows.
        if let destinationFailure { throw .destination(destinationFailure) }
        for token in ready {
            switch token {
            case Token.signals: takeSignals(now)
            case Token.syncer: try takeSync()
            case Token.input: unwatchInput()
            default: preconditionFailure("a descriptor that nobody watches")
            }
        }
    }

    func watch(_ descriptor: Int32, _ token: UInt64) throws(SendError) {
        do {
            try poller.add(descriptor, interest: .readable, token: token)
        } catch {
            throw .destination(DestinationError(error))
        }
    }

    func takeSignals(_ now: ClockReading) {
        while let number = signals.next() {
            signalsSeen += 1
            if signalsSeen == 1 {
                run.stop(.signal(number), now: now.instant)
                if run.inFlight > 0 { progress.say(stoppingText) }
            } else {
                run.endGrace(now: now.instant)
            }
        }
    }
}
