package import Delivery
package import Ledger
import Records
package import Time

/// The decisions of a run and the order of its effects, without any effect of its own.
///
/// Records, ends of attempts, completed syncs and times go in. `nextEffect` gives out what is to be
/// done, one effect at a time, in the order that keeps the promises: the bytes of records before
/// the rows that refer to them, all rows before the next sync or request. A write is acknowledged
/// before the next effect is given out, and after a failed write no request is. Used on one thread.
package final class SendCore {
    /// Something to be done.
    package enum Effect: Hashable, Sendable {
        /// Frees the destination's memory of a slot.
        case unload(slot: Int)
        /// Aborts the attempt of a slot; its end goes to `attemptEnded`.
        case abort(slot: Int)
        /// Writes the spool's buffer; acknowledged by `spoolWritten`.
        case writeSpool
        /// Writes `rows`; acknowledged by `rowsWritten`.
        case writeRows
        /// Syncs the first `length` bytes of the journal; the end goes to `syncCompleted`.
        case sync(length: UInt64)
        /// Starts an attempt of a slot; its request may leave.
        case start(slot: Int)
        /// Starts an attempt of a slot that waits for a connection; `connected` reports it.
        case connect(slot: Int)
        /// Lets the request of a connected attempt leave.
        case send(slot: Int)
    }

    // Properties that every message touches have no exclusivity checks: one thread uses them, and no
    // call during an access touches the same property.

    @exclusivity(unchecked) var run: Run
    @exclusivity(unchecked) var encoder: JournalEncoder
    @exclusivity(unchecked) package internal(set) var statistics = RunStatistics()
    @exclusivity(unchecked) var held: [HeldRecord] = []
    let resumeState: ResumeState
    /// Whether attempts are recorded before they start; not for an exactly-once destination.
    package let recordsAttempts: Bool
    /// Whether records start at the pace at which they were recorded.
    let isReplay: Bool
    /// The copies of a stream's records; nil for files.
    let spool: (any RecordSpool)?
    /// Whether the spool has records that are not written.
    var isSpoolDirty = false
    /// Unfinished records of a stream.
    var unfinished = UnfinishedRecords()
    /// The position after the last record.
    @exclusivity(unchecked) var nextPosition = ReportPosition(input: 1, record: 0)

    /// The attempts that were decided, as effects, and how many of them were given out.
    @exclusivity(unchecked) private var departures: [Effect] = []
    @exclusivity(unchecked) private var departedCount = 0
    /// The departures that are starts, and those of them with a connection.
    @exclusivity(unchecked) private var startCount = 0
    @exclusivity(unchecked) private var connectedStartCount = 0
    @exclusivity(unchecked) private var toAbort: [Int] = []
    @exclusivity(unchecked) private var toUnload: [Int] = []
    /// The time of the last `decide`.
    @exclusivity(unchecked) private var decidedAt = Instant(nanoseconds: 0)
    private var hasAborted = false

    /// Bytes of rows written to the journal.
    private var journalLength: UInt64
    /// Bytes of the journal that are known to be on disk.
    private var syncedLength: UInt64
    private let usesLeases: Bool
    /// Whether a lease row waits for its write, and whether a sync is in flight.
    private var isSyncRequested = false
    private var isSyncing = false

    /// Whether the journal has `checkpoint` rows, and after how many outcomes the next one is due.
    private let hasCheckpoints: Bool
    private let checkpointInterval: UInt64
    private var checkpointDue: UInt64

    /// The default number of outcomes from one `checkpoint` row to the next.
    ///
    /// A row has all lines of the window; a resume keeps as many isolated records in memory.
    package static let defaultCheckpointInterval: UInt64 = 16_384

    /// Whether a write or a sync has failed: no row can be recorded.
    @exclusivity(unchecked) package private(set) var hasStorageFailed = false
    /// The outcomes with written rows, which a resume will find.
    package private(set) var recorded: Counts
    /// Whether any byte of a request may have left this process.
    @exclusivity(unchecked) package internal(set) var hasSent = false

    /// - Parameters:
    ///   - journalLength: Bytes of the journal, all synced.
    ///   - usesLeases: Whether the journal is synced by leases.
    ///   - recordsAttempts: Whether `sent` rows are written before attempts.
    ///   - hasCheckpoints: Whether `checkpoint` rows are written.
    package init(
        run: consuming Run, encoder: consuming JournalEncoder, resumeState: ResumeState,
        spool: (any RecordSpool)?, journalLength: UInt64, usesLeases: Bool, recordsAttempts: Bool,
        hasCheckpoints: Bool = false, checkpointInterval: UInt64 = defaultCheckpointInterval
    ) {
        recorded = run.counts
        isReplay = run.options.recordedPace != nil
        self.run = run
        self.encoder = encoder
        self.resumeState = resumeState
        self.spool = spool
        self.journalLength = journalLength
        syncedLength = journalLength
        self.usesLeases = usesLeases
        self.recordsAttempts = recordsAttempts
        self.hasCheckpoints = hasCheckpoints
        self.checkpointInterval = checkpointInterval
        checkpointDue = recorded.total + checkpointInterval
    }

    // MARK: Decisions

    /// Decides what starts now, what is abandoned, and which lease is needed.
    ///
    /// - Parameter connections: How many starts have a connection at once. The others are recorded
    ///   as sent when they have one, so that a crash leaves only those in doubt that could leave.
    package func decide(now: ClockReading, connections: Int) {
        decidedAt = now.instant
        while true {
            switch run.nextStep(now: now) {
            case .start(let slot):
                held[slot].startedAt = now.wall
                startCount += 1
                if connectedStartCount < connections {
                    connectedStartCount += 1
                    if recordsAttempts { appendSent(slot) }
                    departures.append(.start(slot: slot))
                } else {
                    departures.append(.connect(slot: slot))
                }
            case .finish(let slot, let outcome):
                recordAbandoned(slot, outcome)
                toUnload.append(slot)
            case .none:
                if run.shouldAbort(now: now.instant) { abortAll(now: now) }
                if run.counts.total >= checkpointDue { appendCheckpoint() }
                requestLease()
                return
            }
        }
    }

    /// Records that the attempt of `slot`, which waited for a connection, has one.
    package func connected(slot: Int) {
        appendSent(slot)
        departures.append(.send(slot: slot))
    }

    private func appendSent(_ slot: Int) {
        encoder.appendSent(run.id(slot: slot), hash: held[slot].hash)
    }

    private func requestLease() {
        guard usesLeases, !isSyncing, toAbort.isEmpty, let line = run.requestLease() else {
            return
        }
        encoder.appendLease(line, synced: syncedLength)
        isSyncRequested = true
    }

    /// Appends which records have no outcome yet, of all that were read.
    ///
    /// A stopping run leaves lines without an outcome that are no longer in the window.
    @inline(never)
    private func appendCheckpoint() {
        guard hasCheckpoints, run.stopCause == nil else { return }
        checkpointDue = run.counts.total + checkpointInterval
        let open = (0..<run.slotCount).filter { run.isOccupied(slot: $0) }.map { slot in
            ReportPosition(input: run.id(slot: slot).file, record: held[slot].ordinal)
        }
        encoder.appendCheckpoint(nextPosition, open: open)
    }

    /// Aborts everything in flight that has not ended, once.
    private func abortAll(now: ClockReading) {
        guard !hasAborted else { return }
        hasAborted = true
        // Decided and not given out: no byte has left.
        let unstarted = Set(departures[departedCount...].compactMap(\.startedSlot))
        forgetDepartures()
        for slot in 0..<run.slotCount where run.isInFlight(slot: slot) {
            if !unstarted.contains(slot) {
                toAbort.append(slot)
            } else if !hasStorageFailed {
                let result = AttemptResult(requestBegan: false, failure: .aborted)
                if attemptEnded(slot: slot, result: result, now: now) != .retries {
                    toUnload.append(slot)
                }
            }
        }
    }

    // MARK: Effects

    /// Returns the next effect; nil when this turn has no more.
    package func nextEffect() -> Effect? {
        if let slot = toUnload.popLast() { return .unload(slot: slot) }
        if let slot = toAbort.popLast() { return .abort(slot: slot) }
        guard !hasStorageFailed else { return nil }
        if encoder.count > 0 { return isSpoolDirty ? .writeSpool : .writeRows }
        if isSyncRequested {
            isSyncRequested = false
            isSyncing = true
            return .sync(length: journalLength)
        }
        if departedCount < departures.count {
            departedCount += 1
            return departures[departedCount - 1]
        }
        statistics.noteStarts(startCount, at: decidedAt)
        forgetDepartures()
        return nil
    }

    private func forgetDepartures() {
        departures.removeAll(keepingCapacity: true)
        departedCount = 0
        startCount = 0
        connectedStartCount = 0
    }

    /// Acknowledges `.writeSpool`.
    package func spoolWritten() { isSpoolDirty = false }

    /// The rows to be written, valid until the next call.
    package var rows: UnsafeRawBufferPointer { encoder.rows() }

    /// Acknowledges `.writeRows`: all rows are in the file.
    package func rowsWritten() {
        journalLength += UInt64(encoder.count)
        encoder.removeAll(keepingCapacity: true)
        recorded = run.counts
    }

    /// Handles the end of `.sync`: bytes up to `length` are on disk.
    package func syncCompleted(length: UInt64) {
        isSyncing = false
        syncedLength = length
        run.grantLease()
    }

    /// Handles a failed write or sync: nothing is recorded or started any more.
    package func storageFailed() { hasStorageFailed = true }

    /// Stops the run after a failure outside of the core, and aborts everything in flight.
    package func fail(now: ClockReading) {
        run.stop(.storage, now: now.instant)
        abortAll(now: now)
    }

    /// The watermark: rows not yet written sort at or after it.
    ///
    /// Admitted records are in the window or have a row; records of earlier processes have a row
    /// from the start.
    package var watermark: ReportPosition {
        var first = nextPosition
        for slot in 0..<run.slotCount where run.isOccupied(slot: slot) {
            first = min(
                first, ReportPosition(input: run.id(slot: slot).file, record: held[slot].ordinal))
        }
        return first
    }
}

extension SendCore.Effect {
    /// The slot whose attempt the effect starts; nil for other effects.
    fileprivate var startedSlot: Int? {
        switch self {
        case .start(let slot), .connect(let slot): slot
        default: nil
        }
    }
}
