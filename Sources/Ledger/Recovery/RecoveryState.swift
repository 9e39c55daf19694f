import Delivery

/// The state of a run after each row of its journal.
struct RecoveryState {
    private let currentBootID: String
    private let inode: UInt64?
    private(set) var synced: UInt64 = 0
    /// The lines that were started and have no outcome.
    private var open: [LineID: OpenLine] = [:]
    private var journal = RecoveredJournal(
        resumeState: ResumeState(inputCount: 0), isFinished: false, validLength: 0, length: 0,
        spoolEnd: 0)

    /// The owner before the last `start` row, until that process has its own row.
    private var formerOwner: JournalOwner?
    /// The inputs whose records are named by their numbers.
    private var numberedInputs: Set<Int> = []

    private struct OpenLine {
        var history: LineHistory
        /// Whether an attempt was started whose end is not recorded.
        var isInFlight = false
        /// The hash of the record, if a request of it could leave.
        var hash: UInt64?
    }

    /// - Parameter inode: that of the journal's file; nil if it is unknown.
    init(currentBootID: String, inode: UInt64?) {
        self.currentBootID = currentBootID
        self.inode = inode
    }

    /// Whether the machine was reset since the start of the last process.
    var wasReset: Bool {
        guard let lastBootID = journal.lastBootID else { return false }
        return lastBootID != currentBootID
    }

    /// Applies the row whose checksum covers `body`.
    ///
    /// - Parameter end: The byte after the row's line feed.
    mutating func apply(_ body: UnsafeRawBufferPointer, at offset: UInt64, end: UInt64) {
        guard journal.damage == nil else { return }
        let row = RowKind(of: body)
        if let reason = apply(row) {
            journal.damage = JournalDamage(offset: offset, reason: reason)
        } else {
            journal.validLength = end
            if case .outcome(let fields, let location) = row {
                measure(fields, in: body)
                journal.errors.add(fields, in: body, input: location.input)
                if fields.isPossibleDuplicate { journal.possibleDuplicates += 1 }
            }
        }
    }

    /// Sets the damage: the row at `offset` is corrupt, and no crash explains it.
    mutating func refuse(rowAt offset: UInt64) {
        guard journal.damage == nil else { return }
        journal.damage = JournalDamage(offset: offset, reason: .unreadableRow)
    }

    private mutating func apply(_ row: RowKind) -> JournalDamage.Reason? {
        switch row {
        case .newerRun(let version): return .unknownVersion(version)
        case .unknown: return .unknownKind
        case .malformed: return .malformedRow
        case .run(let header):
            guard journal.header == nil else { return .misplacedRun }
            journal.header = header
            journal.resumeState = ResumeState(inputCount: header.inputs.count)
            numberedInputs = header.numberedInputs
            return nil
        default: break
        }
        guard let header = journal.header else { return .misplacedRun }
        guard !journal.isFinished else { return .rowAfterEnd }
        if let input = row.input, input < 1 || input > header.inputs.count {
            return .unknownInput(input)
        }
        switch row {
        case .start(let bootID, let pid, let at):
            startProcess(bootID)
            journal.lastPID = pid
            formerOwner = journal.lastOwner
            journal.lastOwner = nil
            journal.startedAt = journal.startedAt ?? at
            noteStart(at)
        case .owner(let owner):
            if formerOwner?.wroteOtherFile(than: owner.inode) == true { extendUncertainty() }
            formerOwner = nil
            journal.lastOwner = owner
        case .checkpoint(let position, let records): fill(before: position, except: records)
        case .lease(let line, let synced):
            journal.lastLease = max(journal.lastLease ?? line, line)
            self.synced = max(self.synced, synced)
        case .sent(let file, let lines):
            guard lines.haveHashes == header.hasSentHashes else { return .malformedRow }
            for entry in lines {
                startAttempt(LineID(file: file, line: entry.line), hash: entry.hash)
            }
        case .attempt(let attempt): endAttempt(attempt)
        case .outcome(let fields, let location): return endRecord(fields, location)
        case .finished: journal.isFinished = true
        case .run, .newerRun, .unknown, .malformed: break
        }
        return nil
    }

    /// Marks all records before a checkpoint as done, so that isolated ones need no memory.
    private mutating func fill(before watermark: ReportPosition, except open: [ReportPosition]) {
        for input in 1...watermark.input {
            let gaps = open.filter { $0.input == input }.map(\.record)
            // The records of an earlier input are read to its end.
            let last =
                input == watermark.input
                ? watermark.record - 1
                : max(journal.resumeState.done[input - 1].max ?? 0, gaps.max() ?? 0)
            journal.resumeState.done[input - 1].fill(through: last, except: gaps)
        }
    }

    private mutating func startProcess(_ bootID: String) {
        if let last = journal.lastBootID, last != bootID { extendUncertainty() }
        abandonInFlight()
        journal.lastBootID = bootID
        journal.starts += 1
    }

    private mutating func noteStart(_ time: String) {
        journal.startTimes.append(time)
        if journal.startTimes.count > RecoveredJournal.maxStartTimes {
            journal.startTimes.removeFirst()
        }
    }

    /// Makes all leased lines uncertain: their `sent` rows may be lost after a reset, or be in
    /// another file.
    private mutating func extendUncertainty() {
        guard let lease = journal.lastLease else { return }
        let through = journal.resumeState.uncertainThrough ?? lease
        journal.resumeState.uncertainThrough = max(through, lease)
    }

    /// Makes lines in flight uncertain: their process ended before it recorded a result.
    private mutating func abandonInFlight() {
        for (line, var open) in open where open.isInFlight {
            open.isInFlight = false
            open.history.isUncertain = true
            self.open[line] = open
        }
    }

    private mutating func measure(_ fields: OutcomeFields, in row: UnsafeRawBufferPointer) {
        if let latency = fields.latency.flatMap({ RowLatency.tenths(row[$0]) }) {
            journal.latencies.add(latency)
        }
        if let lag = fields.lag.flatMap({ RowLatency.tenths(row[$0]) }) { journal.lags.add(lag) }
    }

    private func line(_ line: LineID) -> OpenLine {
        guard var known = open[line] else {
            return OpenLine(history: journal.resumeState.history(of: line))
        }
        if let through = journal.resumeState.uncertainThrough, line <= through {
            known.history.isUncertain = true
        }
        return known
    }

    private mutating func startAttempt(_ id: LineID, hash: UInt64?) {
        var line = line(id)
        // Another process has sent it too: only one end will be recorded.
        if line.isInFlight { line.history.isUncertain = true }
        line.history.begin()
        line.isInFlight = true
        line.hash = hash
        open[id] = line
    }

    private mutating func endAttempt(_ attempt: RowKind.AttemptRow) {
        var line = line(attempt.line)
        // An attempt without a connection has no `sent` row, nor has one into a store.
        if !line.isInFlight { line.history.begin() }
        line.isInFlight = false
        line.history.attempts = attempt.attempt
        if attempt.isCounted { line.history.countedAttempts += 1 }
        if attempt.fate == .uncertain { line.history.isUncertain = true }
        line.history.lastStatus = attempt.status ?? line.history.lastStatus
        line.history.lastFailure = attempt.failure
        line.history.retryAt = attempt.retryAt.map { Int64($0) }
        open[attempt.line] = line
    }

    private mutating func endRecord(
        _ fields: OutcomeFields, _ location: RecordLocation
    ) -> JournalDamage.Reason? {
        guard journal.resumeState.done[location.input - 1].insert(location.record) else {
            return .secondOutcome(input: location.input, record: location.record)
        }
        open[LineID(fields, location, numberedInputs: numberedInputs)] = nil
        journal.resumeState.counts[fields.outcome] += 1
        if fields.hasArrivedBefore { journal.resumeState.arrived += 1 }
        if let spool = location.spool {
            journal.spoolEnd = max(journal.spoolEnd, spool + location.length)
        }
        return nil
    }

    /// Returns the state at the end of a journal of `length` bytes.
    consuming func finish(length: UInt64) -> RecoveredJournal {
        journal.isOtherFile = journal.lastOwner?.wroteOtherFile(than: inode) ?? false
        if wasReset || journal.isOtherFile { extendUncertainty() }
        abandonInFlight()
        journal.resumeState.histories = open.mapValues(\.history)
        journal.resumeState.hashes = open.compactMapValues(\.hash)
        journal.length = length
        return journal
    }
}

extension RowKind {
    /// The number of the row's input, from 1; nil if it has none.
    fileprivate var input: Int? {
        switch self {
        case .lease(let line, _): line.file
        case .checkpoint(let position, _): position.input
        case .sent(let file, _): file
        case .attempt(let attempt): attempt.line.file
        case .outcome(_, let location): location.input
        default: nil
        }
    }
}
