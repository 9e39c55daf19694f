import Delivery
import Destinations
import Ledger
import Records
import Time

/// Writing ends of attempts and decisions as rows of the journal.
extension SendLoop {
    /// Handles the end of an attempt: decides its resolution and writes its row.
    func settle(_ end: AttemptEnd, _ now: ClockReading) {
        let slot = end.slot
        let latency = now.instant.nanoseconds(since: run.startedAt(slot: slot))
        let status = end.result.response?.status
        if end.result.response != nil { statistics.noteLatency(latency) }
        if end.result.requestBegan { hasSent = true }
        let resolution = run.attemptEnded(
            slot: slot, result: end.result, isUnknownApp: isUnknownApp(end), now: now)
        let id = run.id(slot: slot)
        let history = run.history(slot: slot)
        warnNoResponse(end, resolution)
        switch resolution {
        case .retries, .unfinished:
            journal.encoder.appendAttempt(
                id, attempt: history.attempts, fate: Fate(end.result), status: status,
                failure: end.result.failure,
                isCounted: run.isLastAttemptCounted(slot: slot),
                retryAt: history.retryAt)
            if resolution == .unfinished {
                held[slot].takeBackOriginal { rest.append(Array($0), line: id.line) }
                releaseSlot(slot)
            }
        case .finished(let outcome):
            var row = row(slot: slot, outcome)
            row.latencyNanoseconds = latency
            row.startedAtMilliseconds = held[slot].startedAt
            if outcome == .accepted {
                row.messageID = end.messageID.map(destination.text)
            } else {
                row.detail = end.detail.map(destination.text)
                row.error = errorCode(end.result, of: history)
            }
            append(row, slot: slot)
            releaseSlot(slot)
        }
    }

    /// Warns once that there is no response yet.
    private func warnNoResponse(_ end: AttemptEnd, _ resolution: Run.Resolution) {
        guard !hasWarnedNoResponse, end.result.response == nil, run.counts.accepted == 0,
            resolution == .retries
        else { return }
        hasWarnedNoResponse = true
        let why =
            end.detail.map { String(decoding: destination.text($0), as: UTF8.self) }
            ?? end.result.failure?.rawValue ?? "unknown reason"
        progress.say("no response yet (\(Escaping.escaped(why))); retrying")
    }

    /// Returns whether a response reports a missing or inactive application.
    private func isUnknownApp(_ end: AttemptEnd) -> Bool {
        guard let status = end.result.response?.status else { return false }
        if status == 404 { return true }
        guard status == 400, let detail = end.detail else { return false }
        return destination.text(detail).contains(ignoringCase: "inactive")
    }

    private func errorCode(_ result: AttemptResult, of history: LineHistory) -> ErrorCode {
        if let failure = result.failure { return .transport(failure) }
        return history.lastStatus.map { .status($0) } ?? .none
    }

    /// Records a line that is not sent because its application was abandoned.
    func recordGivenUp(_ slot: Int, _ outcome: Outcome) {
        var row = row(slot: slot, outcome)
        row.error = .fixed("app_given_up")
        held[slot].withText { appID, _ in
            statistics.noteGivenUp(String(decoding: appID, as: UTF8.self))
        }
        append(row, slot: slot)
        releaseSlot(slot)
    }

    /// Frees the memory of a line that has left the window.
    private func releaseSlot(_ slot: Int) {
        destination.unload(slot: slot)
        held[slot].forgetOriginal()
    }

    private func row(slot: Int, _ outcome: Outcome) -> OutcomeRow {
        let history = run.history(slot: slot)
        var row = OutcomeRow(
            line: run.id(slot: slot), outcome: outcome, record: held[slot].ordinal,
            offset: held[slot].offset, length: held[slot].length, hash: held[slot].hash)
        row.status = history.lastStatus
        row.attempts = history.attempts
        row.isPossibleDuplicate = history.isPossibleDuplicate
        return row
    }

    private func note(_ error: ErrorCode, of line: LineID) {
        switch error {
        case .none, .bytes: break
        case .status(let status): statistics.noteError("http_\(status)", line: line)
        case .transport(let failure): statistics.noteError(failure.rawValue, line: line)
        case .fixed(let code): statistics.noteError("\(code)", line: line)
        }
    }

    private func append(_ row: consuming OutcomeRow, slot: Int) {
        if row.outcome != .accepted {
            note(row.error, of: row.line)
            held[slot].takeBackOriginal { row.spool = keep($0) }
        }
        if row.isPossibleDuplicate { statistics.noteDuplicate() }
        held[slot].withText { appID, eventType in
            row.appID = appID
            row.eventType = eventType
            journal.encoder.append(row)
        }
    }

    /// Records a line that failed validation.
    func recordInvalid(_ record: Record, _ id: LineID) throws(SendError) {
        guard let problem = record.problem else { return }
        var row = OutcomeRow(record, id, .invalid)
        var code = problem.code.rawValue
        var sentence = source.describe(problem)
        statistics.noteError(code, line: id)
        sentence.withUTF8 { sentence in
            code.withUTF8 { code in
                row.detail = UnsafeRawBufferPointer(sentence)
                row.error = .bytes(UnsafeRawBufferPointer(code))
                appendUnheld(row, record)
            }
        }
    }

    /// Records a line that is finished without a request.
    func recordUnsent(_ record: Record, _ id: LineID, _ outcome: Outcome) throws(SendError) {
        let history = done.history(of: id)
        var row = OutcomeRow(record, id, outcome)
        row.status = history.lastStatus
        row.attempts = history.attempts
        row.isPossibleDuplicate = history.isPossibleDuplicate
        row.error = outcome == .notAttempted ? .fixed("app_given_up") : .fixed("interrupted")
        if outcome == .notAttempted, let appID = record.appID {
            statistics.noteGivenUp(String(decoding: source.bytes(appID), as: UTF8.self))
        }
        note(row.error, of: id)
        appendUnheld(row, record)
    }

    private func appendUnheld(_ row: consuming OutcomeRow, _ record: Record) {
        row.appID = record.appID.map(source.bytes)
        row.eventType = record.eventType.map(source.bytes)
        if let bytes = record.bytes { row.spool = keep(source.bytes(bytes)) }
        journal.encoder.append(row)
    }
}

extension OutcomeRow {
    /// Creates the row of the last record.
    init(_ record: Record, _ id: LineID, _ outcome: Outcome) {
        self.init(
            line: id, outcome: outcome, record: record.ordinal, offset: record.offset.value,
            length: record.length, hash: record.hash)
    }
}

extension UnsafeRawBufferPointer {
    /// Returns whether the bytes contain `word`, in lower-case ASCII.
    func contains(ignoringCase word: StaticString) -> Bool {
        let length = word.utf8CodeUnitCount
        guard count >= length else { return false }
        return (0...count - length).contains { start in
            (0..<length).allSatisfy { self[start + $0] | 0x20 == word.utf8Start[$0] }
        }
    }
}
