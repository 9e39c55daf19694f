import Delivery
import Destinations
import Glibc
import Ledger
import Platform
import Records
import Time

/// The loop of a run. Each turn reads records, decides what starts, writes this to the journal,
/// sends, waits for responses, and decides what they mean.
///
/// The promises depend on the order in a turn: a request leaves only after its `sent` row is
/// written, and within a lease on disk; a response's row is written before the next request leaves.
final class SendLoop {
    enum Token {
        static let signals = Poller.callerBit | 1
        static let input = Poller.callerBit | 2
        static let syncer = Poller.callerBit | 3
    }

    // Properties in the path of every message skip the runtime's exclusivity checks: one thread uses
    // them, and no call during an access touches the same property.

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
    /// Whether attempts are recorded before they start; not for an exactly-once destination.
    let recordsAttempts: Bool
    let spool: Spool?

    @exclusivity(unchecked) var held: [HeldRecord] = []
    /// Unfinished lines of a stream.
    var rest = UnfinishedRecords()
    /// The position after the last admitted record.
    @exclusivity(unchecked) var nextPosition = ReportPosition(input: 1, record: 0)
    /// Whether the last record waits for room in the window.
    var isRecordWaiting = false
    @exclusivity(unchecked) private var toStart: [Int] = []
    @exclusivity(unchecked) private var ends: [AttemptEnd] = []
    private var ready: [UInt64] = []
    /// The watched descriptor of a stream.
    var watchedInput: Int32?
    /// Whether the incomplete record exceeds the room.
    var needsRoom = false
    /// The approximate bytes left to read in this turn.
    @exclusivity(unchecked) var readingLeft = 0
    private var signalsSeen = 0
    /// The bytes of the journal that are known to be on disk.
    private var synced: UInt64
    /// The current key, and the prefix of all keys.
    @exclusivity(unchecked) var key: [UInt8] = []
    let keyPrefix: [UInt8]
    private var abortIsDone = false
    /// Whether the missing response was reported.
    var hasWarnedNoResponse = false
    private var spoolFailure: SystemError?
    /// The outcomes with written rows, which a resume will find.
    private(set) var recorded: Counts
    /// The failure that ended the run, if any.
    private(set) var failure: SendError?
    /// Whether any byte of a request may have left this process.
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
        // Creating or opening the journal has synced it.
        synced = journal.size
    }

    /// Runs until every line has its outcome or the run has stopped. All results are in the journal
    /// on return, unless writing failed.
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
            // Writes the draft while the destination is closed.
            if run.isFinished { reporter.advance(to: .end) }
        } catch {
            failure = error
            run.stop(.storage, now: ClockReading.now().instant)
            abortAll(isRecorded: journal.failure == nil)
            // After any failure, records received responses as long as the journal can be written.
            try? record()
        }
    }

    /// Returns the records of a stream without an outcome, in input order. For use after
    /// `runToEnd`.
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

    /// Aborts everything in flight that has not ended.
    private func abortAll(isRecorded: Bool) {
        guard !abortIsDone else { return }
        abortIsDone = true
        // Decided but not started: the write before failed.
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

    /// Writes all decisions since the last call in one write.
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

    /// The watermark: rows not yet written sort at or after it.
    ///
    /// Admitted records are in the window or have a row; records of earlier processes have a row
    /// from the start.
    private var watermark: ReportPosition {
        var first = nextPosition
        for slot in 0..<run.slotCount where run.isOccupied(slot: slot) {
            first = min(
                first, ReportPosition(input: run.id(slot: slot).file, record: held[slot].ordinal))
        }
        return first
    }

    /// Appends the bytes of a stream's record to the spool. Returns their offset; nil without a
    /// spool. `record` throws a failure before the row is written.
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
            // Does not wait if there is more to read.
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
        // Attempts that ended before the failure have rows.
        if let destinationFailure { throw .destination(destinationFailure) }
        for token in ready {
            switch token {
            case Token.signals: takeSignals(now)
            case Token.syncer: try takeSync()
            case Token.input: unwatchInput()
            default: preconditionFailure("an unknown descriptor")
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
