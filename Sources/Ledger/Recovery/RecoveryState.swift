import Delivery

/// What the rows of a journal amount to, one after the other.
struct RecoveryState {
    private let currentBootID: String
    private(set) var synced: UInt64 = 0
    /// The lines that were begun and have no outcome.
    private var open: [LineID: OpenLine] = [:]
    private var journal = RecoveredJournal(
        owed: Owed(inputCount: 0), isFinished: false, validLength: 0, length: 0, spoolEnd: 0)

    private struct OpenLine {
        var history: LineHistory
        /// Whether an attempt was begun whose end is not recorded.
        var isInFlight = false
    }

    init(currentBootID: String) { self.currentBootID = currentBootID }

    /// Whether the machine was reset since the last process of the run began.
    var wasReset: Bool {
        guard let lastBootID = journal.lastBootID else { return false }
        return lastBootID != currentBootID
    }

    /// Takes the row whose checksum covers `body`; with its line feed it reaches to `end`.
    mutating func take(_ body: UnsafeRawBufferPointer, at offset: UInt64, end: UInt64) {
        guard journal.damage == nil else { return }
        if let reason = take(RowKind(of: body)) {
            journal.damage = JournalDamage(offset: offset, reason: reason)
        } else {
            journal.validLength = end
        }
    }

    /// Notes that the row at `offset` can't be read and is not to be cut off.
    mutating func refuse(rowAt offset: UInt64) {
        guard journal.damage == nil else { return }
        journal.damage = JournalDamage(offset: offset, reason: .unreadableRow)
    }

    private mutating func take(_ row: RowKind) -> JournalDamage.Reason? {
        switch row {
        case .newerRun(let version): return .unknownVersion(version)
        case .unknown: return .unknownKind
        case .malformed: return .malformedRow
        case .run(let header):
            guard journal.header == nil else { return .misplacedRun }
            journal.header = header
            journal.owed = Owed(inputCount: header.inputs.count)
            return nil
        default: break
        }
        guard let header = journal.header else { return .misplacedRun }
        guard !journal.isFinished else { return .rowAfterEnd }
        if let input = row.input, input < 1 || input > header.inputs.count {
            return .unknownInput(input)
        }
        switch row {
        case .start(let bootID, let at):
            start(bootID)
            journal.startedAt = journal.startedAt ?? at
        case .lease(let line, let synced):
            journal.lastLease = max(journal.lastLease ?? line, line)
            self.synced = max(self.synced, synced)
        case .sent(let file, let lines):
            for line in lines { begin(LineID(file: file, line: line)) }
        case .attempt(let attempt): end(attempt)
        case .outcome(let fields, let place): return end(fields, place)
        case .finished: journal.isFinished = true
        case .run, .newerRun, .unknown, .malformed: break
        }
        return nil
    }

    private mutating func start(_ bootID: String) {
        if let last = journal.lastBootID, last != bootID { extendUncertainty() }
        loseInFlight()
        journal.lastBootID = bootID
        journal.starts += 1
    }

    /// After a reset every line that might have been started may have been.
    private mutating func extendUncertainty() {
        guard let lease = journal.lastLease else { return }
        journal.owed.uncertainThrough = max(journal.owed.uncertainThrough ?? lease, lease)
    }

    /// The process that began these attempts is gone, and nobody knows how they ended.
    private mutating func loseInFlight() {
        for (line, var open) in open where open.isInFlight {
            open.isInFlight = false
            open.history.isUncertain = true
            self.open[line] = open
        }
    }

    private func line(_ line: LineID) -> OpenLine {
        guard var known = open[line] else {
            return OpenLine(history: journal.owed.history(of: line))
        }
        if let through = journal.owed.uncertainThrough, line <= through {
            known.history.isUncertain = true
        }
        return known
    }

    private mutating func begin(_ id: LineID) {
        var line = line(id)
        line.history.begin()
        line.isInFlight = true
        open[id] = line
    }

    private mutating func end(_ attempt: RowKind.AttemptRow) {
        var line = line(attempt.line)
        // A destination that needs no `sent` rows has none.
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

    private mutating func end(
        _ fields: OutcomeFields, _ place: OutcomeFields.Place
    ) -> JournalDamage.Reason? {
        guard journal.owed.done[place.input - 1].insert(place.record) else {
            return .secondOutcome(input: place.input, record: place.record)
        }
        open[LineID(file: place.input, line: fields.line)] = nil
        journal.owed.counts[fields.outcome] += 1
        if let spool = place.spool {
            let (end, overflow) = spool.addingReportingOverflow(place.length)
            guard !overflow else { return .malformedRow }
            journal.spoolEnd = max(journal.spoolEnd, end)
        }
        return nil
    }

    /// The journal of `length` bytes ends here.
    consuming func finish(length: UInt64) -> RecoveredJournal {
        if wasReset { extendUncertainty() }
        loseInFlight()
        journal.owed.histories = open.mapValues(\.history)
        journal.length = length
        return journal
    }
}

extension RowKind {
    /// The input that the row is of, from 1; nil if it is of none.
    fileprivate var input: Int? {
        switch self {
        case .lease(let line, _): line.file
        case .sent(let file, _): file
        case .attempt(let attempt): attempt.line.file
        case .outcome(_, let place): place.input
        default: nil
        }
    }
}
