import Delivery
import Destinations
import Glibc
import Ledger
import Records

/// The one loop of a run. Each turn reads what there is room for, decides what starts, writes that
/// down, sends it, waits for what comes back, and decides what that means.
///
/// The order within a turn is the promise: a request leaves only after its `sent` row is written,
/// and under a lease that is on disk; an answer's row is written before the next request leaves.
final class SendLoop {
    private enum Token {
        static let signals = Poller.callerBit | 1
        static let input = Poller.callerBit | 2
        static let syncer = Poller.callerBit | 3
    }

    var run: Run
    var statistics = RunStatistics()
    let source: RecordSource
    let journal: Journal
    let destination: any Destination
    private let poller: Poller
    private let signals: Signals
    private let syncer: Syncer?
    let done: DoneRecords
    let runID: RunID
    /// Whether attempts are recorded before they begin: not where a repetition does no harm.
    let recordsAttempts: Bool
    let spool: Spool?

    var held: [HeldRecord] = []
    /// Lines of a stream that were read and are left unfinished, by slot at the end of the run.
    var rest = RestBytes()
    /// A record that was read and is not yet taken up: there was no room for it.
    private var waiting: Record?
    private var toStart: [Int] = []
    private var ends: [AttemptEnd] = []
    private var ready: [UInt64] = []
    /// The stream that is watched until it has something to read.
    private var watchedInput: Int32?
    /// Bytes that may still be read in this turn, about.
    private var readingLeft = 0
    private var signalsSeen = 0
    /// The journal's bytes that are known to outlive a power cut.
    private var synced: UInt64
    private var key: [UInt8] = []
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
        destination: any Destination, poller: Poller, signals: Signals, done: DoneRecords,
        runID: RunID, recordsAttempts: Bool
    ) {
        recorded = run.counts
        self.run = run
        self.source = source
        self.journal = journal
        self.spool = spool
        self.syncer = syncer
        self.destination = destination
        self.poller = poller
        self.signals = signals
        self.done = done
        self.runID = runID
        self.recordsAttempts = recordsAttempts
        // Whoever began or opened it has synced it.
        synced = journal.size
    }

    /// Runs until every line has its outcome or the run has stopped. What is known is written to
    /// the journal when it returns, unless that is what failed.
    func runToEnd() {
        do {
            try watch(signals.descriptor, Token.signals)
            if let syncer { try watch(syncer.completionDescriptor, Token.syncer) }
            source.mayEnd = { [unowned self] in
                takeSignals(RunClock.now())
                return run.stopCause == nil
            }
            while !run.isDone { try turn() }
            try record()
        } catch {
            failure = error
            run.stop(.storage, now: RunClock.now().instant)
            abortAll(RunClock.now(), isRecorded: journal.failure == nil)
            // Whatever failed: as long as the journal takes them, no answer that came is forgotten.
            try? record()
        }
    }

    /// The records of a stream that were read and have no outcome, in the input's order. For the
    /// time after `runToEnd`.
    func unfinishedRecords() -> [[UInt8]] {
        guard spool != nil else { return [] }
        var all = rest
        for slot in 0..<run.slotCount where run.isHeld(slot: slot) {
            all.append(held[slot].original, line: run.id(slot: slot).line)
        }
        if let waiting, let bytes = waiting.bytes {
            all.append(Array(source.bytes(bytes)), line: waiting.line.value)
        }
        return all.inOrder
    }

    private func turn() throws(SendError) {
        let now = RunClock.now()
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

    // MARK: Reading

    /// What is read in one turn at most, in bytes of records and of the rows that they may cost:
    /// records that take up no room (invalid ones, or those that are done) come without end, and
    /// meanwhile rows gather, answers wait and signals go unheard.
    private static let readingPerTurn = 4 << 20
    /// About what a row takes.
    private static let rowBytes = 512

    private func readRecords(_ now: Moment) throws(SendError) {
        readingLeft = Self.readingPerTurn
        while run.wantsRecord, waiting != nil || readingLeft > 0 {
            if let record = waiting {
                guard run.hasRoom(forBytes: cost(of: record)) else { return }
                waiting = nil
                try take(record, now: now)
                continue
            }
            switch try source.next() {
            case .record(let record):
                noteReading(record)
                // Its bytes stay in the reader's buffer as long as no other is asked for.
                waiting = record
            case .waits:
                try watchInput()
                return
            case .end:
                try noteInputEnd(now)
                return
            }
        }
        if run.isAtLimit, run.held == 0, run.stopCause == nil { try lookBeyondLimit() }
    }

    /// At the limit only the end of the input can still finish the run.
    private func lookBeyondLimit() throws(SendError) {
        while true {
            switch try source.next() {
            case .record(let record):
                if try done.contains(record, file: source.file, source: source) { continue }
                if spool != nil, let bytes = record.bytes {
                    // Nobody will read it from the stream again.
                    rest.append(Array(source.bytes(bytes)), line: record.line.value)
                }
                source.uncountLast()
                return
            case .waits: return
            case .end: return try noteInputEnd(RunClock.now())
            }
        }
    }

    private func noteInputEnd(_ now: Moment) throws(SendError) {
        // Whoever stops a pipeline stops the program before us too: its end is no end of the
        // input then.
        takeSignals(now)
        guard run.stopCause == nil else { return }
        try done.checkEnd(of: source)
        run.noteInputEnd()
    }

    private func noteReading(_ record: Record) {
        readingLeft -= Int(clamping: record.length) + Self.rowBytes
    }

    private func watchInput() throws(SendError) {
        guard watchedInput != source.descriptor else { return }
        // The former one may have ended without a look at the poller.
        unwatchInput()
        try watch(source.descriptor, Token.input)
        watchedInput = source.descriptor
    }

    private func unwatchInput() {
        if let watchedInput { poller.remove(watchedInput) }
        watchedInput = nil
    }

    private func watch(_ descriptor: Int32, _ token: UInt64) throws(SendError) {
        do {
            try poller.add(descriptor, interest: .readable, token: token)
        } catch {
            throw .destination(error)
        }
    }

    /// What holding a record costs in memory, about: its request, and what is kept beside it.
    private func cost(of record: Record) -> Int {
        guard record.problem == nil else { return 0 }
        // Of a stream all bytes are kept, those of ignored members too.
        let original = spool == nil ? 0 : record.bytes?.count ?? 0
        return (record.eventType?.count ?? 0) + (record.payload?.count ?? 0) + original + 512
    }

    private func take(_ record: Record, now: Moment) throws(SendError) {
        let file = source.file
        if try done.contains(record, file: file, source: source) { return }
        let id = LineID(file: file, line: record.line.value)
        if record.problem != nil {
            run.noteInvalid()
            try recordInvalid(record, id)
            return
        }
        guard let appRange = record.appID, let typeRange = record.eventType else {
            preconditionFailure("a valid record has an application and an event type")
        }
        let appID = source.bytes(appRange)
        let eventType = source.bytes(typeRange)
        let payload = record.payload.map(source.bytes)
        switch run.admit(
            id, app: XXH64.hash(appID), bytes: cost(of: record), history: done.history(of: id),
            now: now)
        {
        case .finished(let outcome):
            try recordUnsent(record, id, outcome)
        case .held(let slot):
            while held.count <= slot { held.append(HeldRecord()) }
            held[slot].fill(
                record, appID: appID, eventType: eventType,
                original: spool == nil ? nil : record.bytes.map(source.bytes))
            if let own = record.idempotencyKey {
                destination.load(
                    Message(
                        appID: appID, eventType: eventType, payload: payload,
                        idempotencyKey: source.bytes(own)),
                    into: slot)
            } else {
                makeKey(id)
                key.withUnsafeBytes { key in
                    destination.load(
                        Message(
                            appID: appID, eventType: eventType, payload: payload,
                            idempotencyKey: key),
                        into: slot)
                }
            }
        }
    }

    /// `hb-<run id>-<file>-<line>`: the same on every attempt and after every resume.
    private func makeKey(_ id: LineID) {
        key.removeAll(keepingCapacity: true)
        key.append(contentsOf: keyPrefix)
        key.append(decimal: UInt64(id.file))
        key.append(UInt8(ascii: "-"))
        key.append(decimal: id.line)
    }

    private lazy var keyPrefix = Array("hb-\(runID)-".utf8)

    // MARK: Deciding

    private func decide(_ now: Moment) {
        while true {
            switch run.nextStep(now: now) {
            case .start(let slot):
                held[slot].startedAt = now.wall
                if recordsAttempts { journal.encoder.appendSent(run.id(slot: slot)) }
                toStart.append(slot)
            case .finish(let slot, let outcome):
                recordGivenUp(slot, outcome)
            case .none:
                if run.shouldAbort(now: now.instant) { abortAll(now, isRecorded: true) }
                return
            }
        }
    }

    /// Gives up everything in flight.
    private func abortAll(_ now: Moment, isRecorded: Bool) {
        guard !abortIsDone else { return }
        abortIsDone = true
        // Decided on, and not handed to the destination: the write before that has failed.
        let unstarted = Set(toStart)
        toStart.removeAll()
        for slot in 0..<run.slotCount where run.isInFlight(slot: slot) {
            let began = !unstarted.contains(slot) && destination.abort(slot: slot)
            guard isRecorded else { continue }
            let end = AttemptEnd(
                slot: slot, result: AttemptResult(requestBegan: began, failure: .aborted))
            settle(end, now)
        }
    }

    // MARK: Recording

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
        guard let syncer, !syncer.isBusy, let upTo = run.leaseWanted() else { return }
        journal.encoder.appendLease(upTo, synced: synced)
        try record()
        syncer.request(length: journal.size)
    }

    private func takeSync() throws(SendError) {
        guard let syncer, let completion = syncer.takeCompletion() else { return }
        switch completion {
        case .success(let length):
            synced = length
            run.leaseGranted()
        case .failure(let error):
            journal.fail(error)
            throw .file(error)
        }
    }

    // MARK: Waiting

    private func wait(from start: Moment) throws(SendError) {
        ready.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        let reason = run.waitReason
        var destinationFailure: DestinationError?
        do {
            // If there is more to take up, nothing is waited for.
            let canRead = run.wantsRecord && watchedInput == nil && waiting == nil
            try destination.wait(
                until: canRead ? start.instant : run.wake, ends: &ends, ready: &ready)
        } catch {
            destinationFailure = error
        }
        let now = RunClock.now()
        if reason != .nothing, reason != .concurrency {
            statistics.noteWait(
                reason, nanoseconds: now.instant.nanoseconds(since: start.instant))
        }
        for end in ends {
            settle(end, now)
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

    private func takeSignals(_ now: Moment) {
        while let number = signals.next() {
            signalsSeen += 1
            if signalsSeen == 1 {
                run.stop(.signal(number), now: now.instant)
                if run.inFlight > 0 {
                    Terminal.say(
                        "stopping: waiting for \(run.inFlight) requests in flight "
                            + "(once more to abort)")
                }
            } else {
                run.endGrace(now: now.instant)
            }
        }
    }
}

extension [UInt8] {
    /// Appends a number in decimal digits.
    mutating func append(decimal value: UInt64) {
        if value >= 10 { append(decimal: value / 10) }
        append(UInt8(ascii: "0") + UInt8(value % 10))
    }
}
