import Delivery
package import Destinations
import Glibc
package import Ledger
package import Platform
import Records
import Time

/// The loop of a run: it reads records, waits for responses, and performs the effects of `SendCore`.
///
/// The core makes all decisions and orders the effects; the loop adds none and leaves none out.
package final class SendLoop {
    enum Token {
        static let signals = Poller.callerBit | 1
        static let input = Poller.callerBit | 2
        static let syncer = Poller.callerBit | 3
        static let key = Poller.callerBit | 4
    }

    // Properties in the path of every message skip the runtime's exclusivity checks: one thread uses
    // them, and no call during an access touches the same property.

    package let core: SendCore
    package let source: RecordSource
    let journal: Journal
    package let reporter: Reporter<RowTally>
    let destination: any Destination
    let poller: Poller
    let signals: Signals
    let observer: any RunObserver
    private let syncer: Syncer?
    /// The comparison of a resumed stream; nil otherwise.
    let comparison: StreamComparison?
    let spool: Spool?
    /// The timetable or the file of the rate; nil if one rate applies to the whole run.
    @exclusivity(unchecked) var rateControl: RateControl?

    /// The source of another key; nil without one.
    let keyRenewal: KeyRenewal?

    /// The lines that are accepted without being sent; nil for none.
    let arrived: ArrivedLines?

    /// Whether the last record waits for room in the window.
    var isRecordWaiting = false
    @exclusivity(unchecked) private var ends: [AttemptEnd] = []
    private var ready: [UInt64] = []
    /// The watched descriptor of a stream.
    var watchedInput: Int32?
    /// Whether the incomplete record exceeds the room.
    var needsRoom = false
    /// The approximate bytes left to read in this turn.
    @exclusivity(unchecked) package var readingLeft = 0
    private var signalsSeen = 0
    /// The current key, and the prefix of all keys.
    @exclusivity(unchecked) package var key: [UInt8] = []
    let keyPrefix: [UInt8]
    /// Whether the missing response was reported.
    var hasWarnedNoResponse = false
    /// Whether an outage was reported.
    var hasReportedOutage = false
    /// Whether slow retries were reported.
    var hasWarnedSlowRetries = false
    /// The result of the last attempt that is tried again; nil before one.
    @exclusivity(unchecked) var lastRetried: AttemptResult?
    /// When this process began to send.
    let beganAt = MonotonicClock.now
    /// The time of the last turn; nil before the first one.
    var lastTurn: ClockReading?
    /// The start of a resumed replay, in milliseconds since 1970, until its shift is reported.
    var replayStart: Int64?
    /// The failure that ended the run, if any.
    package private(set) var failure: SendError?

    package init(
        core: SendCore, source: RecordSource, journal: Journal, spool: Spool?, syncer: Syncer?,
        reporter: Reporter<RowTally>,
        destination: any Destination, poller: Poller, signals: Signals, observer: any RunObserver,
        comparison: StreamComparison?, runID: RunID, rateControl: RateControl? = nil,
        replayStart: Int64? = nil, keyRenewal: KeyRenewal? = nil, arrived: ArrivedLines? = nil
    ) {
        self.core = core
        self.source = source
        self.journal = journal
        self.spool = spool
        self.syncer = syncer
        self.reporter = reporter
        self.destination = destination
        self.poller = poller
        self.signals = signals
        self.observer = observer
        self.comparison = comparison
        self.rateControl = rateControl
        self.replayStart = replayStart
        self.keyRenewal = keyRenewal
        self.arrived = arrived
        keyPrefix = Array("hb-\(runID)-".utf8)
    }

    /// Runs until every line has its outcome or the run has stopped. All results are in the journal
    /// on return, unless writing failed.
    package func runToEnd() {
        beginProgress()
        defer { endProgress() }
        do {
            try watch(signals.descriptor, Token.signals)
            if let syncer { try watch(syncer.completionDescriptor, Token.syncer) }
            if let keyRenewal { try watch(keyRenewal.descriptor, Token.key) }
            source.mayEnd = { [unowned self] in
                takeSignals(ClockReading.now())
                return core.stopCause == nil
            }
            while !core.isDone { try turn() }
            try performEffects(MonotonicClock.now)
            // Writes the draft while the destination is closed.
            if core.isFinished { reporter.advance(to: .end) }
        } catch {
            failure = error
            let now = ClockReading.now()
            core.fail(now: now)
            // Received responses are recorded as long as the journal can be written.
            try? performEffects(now.instant)
        }
    }

    /// Returns the records of a stream without an outcome, in input order. For use after
    /// `runToEnd`.
    func unfinishedRecords() -> [[UInt8]] {
        var waiting: (bytes: [UInt8], line: UInt64)?
        if isRecordWaiting, let bytes = source.record.bytes {
            waiting = (Array(source.bytes(bytes)), source.id.line)
        }
        return core.unfinishedRecords(waiting: waiting)
    }

    private func turn() throws(SendError) {
        let now = ClockReading.now()
        if journal.fence != nil { try checkOwnerAfterPause(now) }
        do {
            try readRecords(now)
        } catch {
            failure = error
            core.stop(.input, now: now.instant)
        }
        if rateControl != nil { updateRate(now) }
        core.decide(now: now, connections: destination.connectionsReady)
        if replayStart != nil { reportShift(now) }
        try performEffects(now.instant)
        if core.isDone { return }
        if core.wantsKey { try renewKey() }
        try wait(from: now)
    }

    /// Performs the effects of the core in its order.
    private func performEffects(_ now: Instant) throws(SendError) {
        while let effect = core.nextEffect() {
            switch effect {
            case .unload(let slot): destination.unload(slot: slot)
            case .abort(let slot):
                let end = destination.abort(slot: slot)
                if !core.hasStorageFailed { complete(end, ClockReading.now()) }
            case .writeSpool:
                do { try spool?.flush() } catch { throw .file(error) }
                core.spoolWritten()
            case .writeRows:
                do { try journal.write(core.rows) } catch { throw storageFailed(error) }
                core.rowsWritten()
                if reporter.isDue { reporter.advance(to: core.watermark) }
            case .sync(let length):
                precondition(length == journal.size, "a sync of all rows")
                syncer?.request(length: length)
            case .start(let slot): destination.start(slot: slot, now: now)
            case .connect(let slot): destination.connect(slot: slot, now: now)
            case .send(let slot): destination.send(slot: slot, now: now)
            }
        }
    }

    private func storageFailed(_ error: SystemError) -> SendError {
        core.storageFailed()
        // A file that another process has replaced may no longer be written on its server.
        if case .failure(.lost(let path, let host)) = ownership {
            return .ledger(.lost(path: path, host: host))
        }
        return .file(error)
    }

    private func takeSync() throws(SendError) {
        guard let syncer, let completion = syncer.takeCompletion() else { return }
        do {
            let length = try completion.get()
            try journal.checkRows()
            core.syncCompleted(length: length)
        } catch .system(let error) {
            journal.fail(error)
            throw storageFailed(error)
        } catch {
            // Nothing more is written to the journal.
            core.storageFailed()
            throw .ledger(error)
        }
    }

    private func wait(from start: ClockReading) throws(SendError) {
        ready.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        let reason = core.waitReason
        var destinationFailure: DestinationError?
        do {
            // Does not wait if there is more to read.
            let canRead =
                core.wantsRecord && watchedInput == nil && !isRecordWaiting && !needsRoom
            try destination.wait(
                until: canRead ? start.instant : wake, ends: &ends, ready: &ready)
        } catch {
            destinationFailure = error
        }
        let now = ClockReading.now()
        if reason != .nothing, reason != .concurrency {
            recordWait(reason, from: start.instant, to: now.instant)
        }
        for end in ends {
            complete(end, now)
        }
        if observer.isDue(at: now.instant) {
            observer.show(progressStatus(at: now.instant), at: now.instant)
        }
        // Attempts that ended before the failure have rows.
        if let destinationFailure { throw .destination(destinationFailure) }
        while let slot = destination.nextConnected() { core.connected(slot: slot) }
        for token in ready {
            switch token {
            case Token.signals: takeSignals(now)
            case Token.syncer: try takeSync()
            case Token.input: unwatchInput()
            case Token.key: takeKey(now.instant)
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
                core.stop(.signal(number), now: now.instant)
                if core.inFlight > 0 {
                    observer.report(
                        .stopping(inFlight: core.inFlight, isStore: !core.recordsAttempts))
                }
            } else {
                core.endGrace(now: now.instant)
            }
        }
    }
}
