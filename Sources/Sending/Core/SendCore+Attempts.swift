package import Delivery
import Ledger
package import Time

/// Ends of attempts, and the rows of lines in the window.
extension SendCore {
    /// Decides what the end of an attempt means, and appends its row.
    ///
    /// - Parameters:
    ///   - messageID: The destination's id of an accepted message; plain text.
    ///   - detail: The destination's message about any other end; plain text.
    ///   - isUnknownApp: Whether the response reports a missing or inactive application.
    /// - Returns: The resolution. Unless it is `.retries`, the slot is free and must be unloaded.
    package func attemptEnded(
        slot: Int, result: AttemptResult, messageID: UnsafeRawBufferPointer? = nil,
        detail: UnsafeRawBufferPointer? = nil, isUnknownApp: Bool = false, now: ClockReading
    ) -> Run.Resolution {
        let latency = now.instant.nanoseconds(since: run.startedAt(slot: slot))
        let status = result.response?.status
        if result.requestBegan { hasSent = true }
        let resolution = run.attemptEnded(
            slot: slot, result: result, isUnknownApp: isUnknownApp, now: now)
        let id = run.id(slot: slot)
        let history = run.history(slot: slot)
        switch resolution {
        case .retries, .unfinished:
            encoder.appendAttempt(
                id, attempt: history.attempts, fate: Fate(result), status: status,
                failure: result.errorFailure, isCounted: run.isLastAttemptCounted(slot: slot),
                retryAt: history.retryAt)
            if resolution == .unfinished {
                held[slot].takeBackOriginal { unfinished.append(Array($0), line: id.line) }
                releaseSlot(slot)
            }
        case .finished(let outcome):
            statistics.noteLatency(latency)
            var row = row(slot: slot, outcome)
            row.latencyNanoseconds = latency
            row.startedAtMilliseconds = held[slot].startedAt
            if outcome == .accepted {
                row.messageID = messageID
            } else {
                row.detail = detail
                row.error = errorCode(result, of: history)
            }
            if outcome == .unknown, Fate(result) != .uncertain {
                appendUnknown(row, Fate(result), slot: slot)
            } else {
                append(row, slot: slot)
            }
            releaseSlot(slot)
        }
        return resolution
    }

    /// Appends the row of a line whose last attempt certainly did not arrive, but an earlier one
    /// may have: its detail says so.
    @inline(never)
    private func appendUnknown(_ row: OutcomeRow, _ fate: Fate, slot: Int) {
        var row = row
        var text = Array("an earlier attempt may have arrived; the last one ".utf8)
        text += (fate == .refused ? "was rejected" : "did not arrive").utf8
        if let detail = row.detail, detail.count > 0 {
            text += ": ".utf8
            text += detail
        }
        text.withUnsafeBytes { text in
            row.detail = text
            append(row, slot: slot)
        }
    }

    private func errorCode(_ result: AttemptResult, of history: LineHistory) -> ErrorCode {
        if let failure = result.errorFailure { return .transport(failure) }
        return history.lastStatus.map { .status($0) } ?? .none
    }

    /// Records a line that is not sent because its application was abandoned.
    func recordAbandoned(_ slot: Int, _ outcome: Outcome) {
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
        held[slot].forgetOriginal()
    }

    private func row(slot: Int, _ outcome: Outcome) -> OutcomeRow {
        let history = run.history(slot: slot)
        var row = OutcomeRow(
            line: run.id(slot: slot), outcome: outcome, record: held[slot].ordinal,
            offset: held[slot].offset, length: held[slot].length, hash: held[slot].hash)
        row.fileName = held[slot].fileName
        row.physicalLine = held[slot].line
        row.shownOffset = held[slot].shownOffset
        row.status = history.lastStatus
        row.attempts = history.attempts
        row.isPossibleDuplicate = history.isPossibleDuplicate
        if isReplay { addSchedule(slot, to: &row) }
        return row
    }

    @inline(never)
    private func addSchedule(_ slot: Int, to row: inout OutcomeRow) {
        guard let start = run.scheduledStart(slot: slot) else { return }
        row.scheduledAtMilliseconds = start.dueAt
        row.lagNanoseconds = start.lag
        statistics.noteLag(start.lag)
    }

    /// Counts the error of a row.
    func note(_ row: borrowing OutcomeRow, of line: LineID) {
        let code: String
        switch row.error {
        case .none, .bytes: return
        case .status(let status): code = "http_\(status)"
        case .transport(let failure): code = failure.rawValue
        case .fixed(let text): code = "\(text)"
        }
        let detail = row.detail
        statistics.noteError(
            code, row.outcome, line: line,
            detail: detail.map { String(decoding: $0, as: UTF8.self) })
    }

    private func append(_ row: consuming OutcomeRow, slot: Int) {
        if row.outcome != .accepted {
            note(row, of: LineID(file: row.fileName, line: row.physicalLine))
            held[slot].takeBackOriginal { original in
                if !original.isEmpty { row.spool = keep(original) }
            }
        }
        if row.isPossibleDuplicate { statistics.noteDuplicate() }
        held[slot].withText { appID, eventType in
            row.appID = appID
            row.eventType = eventType
            append(row)
        }
    }
}
