import Delivery
import Ledger
package import Time

/// Records: done, admitted to the window, or finished at once.
extension SendCore {
    /// Returns whether an earlier process has finished the record.
    package func isDone(_ ordinal: UInt64, of file: Int) -> Bool {
        resumeState.done[file - 1].contains(ordinal)
    }

    /// Moves past a record, which is done or admitted next.
    package func advance(past ordinal: UInt64, of file: Int) {
        nextPosition = ReportPosition(input: file, record: ordinal + 1)
    }

    /// Lets a record that is done take its place in a replay.
    package func pass(_ time: Int64) { run.pass(time) }

    /// Admits a valid record to the window, or records its outcome.
    ///
    /// - Parameters:
    ///   - app: A hash of its application.
    ///   - bytes: The approximate memory that it needs.
    /// - Returns: Its slot; nil if it has an outcome.
    package func admit(
        _ record: RecordView, app: UInt64, bytes: Int, now: ClockReading
    ) -> Int? {
        var history = resumeState.history(of: record.id)
        // The user has asked for it, after an earlier run; this run has not sent it.
        let mayRepeat = record.mayHaveArrived && !history.isUncertain
        if record.mayHaveArrived {
            history.isPossibleDuplicate = history.isPossibleDuplicate || history.attempts > 0
            history.isUncertain = true
        }
        switch run.admit(
            record.id, app: app, bytes: bytes, history: history, mayRepeat: mayRepeat,
            time: record.time, now: now)
        {
        case .finished(let outcome):
            recordUnsent(record, outcome, history)
            return nil
        case .admitted(let slot):
            while held.count <= slot { held.append(HeldRecord()) }
            held[slot].fill(record)
            return slot
        }
    }

    /// Records a record that failed validation.
    ///
    /// - Parameters:
    ///   - code: The stable error code.
    ///   - sentence: The problem in plain words.
    ///   - isText: Whether it is a line of text among lines of JSON.
    package func recordInvalid(
        _ record: RecordView, code: String, sentence: String, isText: Bool = false
    ) {
        run.recordInvalid(isText: isText)
        var row = OutcomeRow(record, .invalid)
        var code = code
        var sentence = sentence
        statistics.noteError(
            code, .invalid, line: LineID(file: record.fileName, line: record.line),
            detail: sentence)
        sentence.withUTF8 { sentence in
            code.withUTF8 { code in
                row.detail = UnsafeRawBufferPointer(sentence)
                row.error = .bytes(UnsafeRawBufferPointer(code))
                append(row, of: record)
            }
        }
    }

    /// Records a line that arrived in an earlier run, as the user knows, and is not sent.
    package func recordArrived(_ record: RecordView) {
        let history = resumeState.history(of: record.id)
        run.recordArrived(record.time)
        var row = OutcomeRow(record, .accepted)
        row.attempts = history.attempts
        // This run may have sent it too, before it was resumed.
        row.isPossibleDuplicate = history.isUncertain || history.isPossibleDuplicate
        if row.isPossibleDuplicate { statistics.noteDuplicate() }
        Array("not sent: it had arrived (--arrived)".utf8).withUnsafeBytes { text in
            row.detail = text
            append(row, of: record)
        }
    }

    /// Records a line that is finished without a request.
    private func recordUnsent(_ record: RecordView, _ outcome: Outcome, _ history: LineHistory) {
        var row = OutcomeRow(record, outcome)
        row.status = history.lastStatus
        row.attempts = history.attempts
        row.isPossibleDuplicate = history.isPossibleDuplicate
        row.error = outcome == .notAttempted ? .fixed("app_given_up") : .fixed("interrupted")
        if outcome == .notAttempted, let appID = record.appID {
            statistics.noteGivenUp(String(decoding: appID, as: UTF8.self))
        }
        note(row, of: LineID(file: record.fileName, line: record.line))
        append(row, of: record)
    }

    private func append(_ row: consuming OutcomeRow, of record: RecordView) {
        row.appID = record.appID
        row.eventType = record.eventType
        if let original = record.original { row.spool = keep(original) }
        append(row)
    }

    /// Appends a complete row.
    @inline(__always)
    func append(_ row: borrowing OutcomeRow) {
        let isOfOrigin = row.fileName != row.line.file
        if let offset = row.shownOffset, isOfOrigin {
            append(row, at: offset)
        } else if let offset = row.shownOffset, row.outcome != .invalid {
            append(row, at: offset)
        } else {
            encoder.append(row)
        }
    }

    /// Appends the row of a JSON input's record with its offset, as a line does not identify it.
    ///
    /// The sentence about an invalid record has an offset of its own, which is not that of its origin.
    @inline(never)
    private func append(_ row: borrowing OutcomeRow, at offset: UInt64) {
        var row = copy row
        var text = Array("at byte \(offset)".utf8)
        if let detail = row.detail {
            text += Array(": ".utf8)
            text += detail
        }
        text.withUnsafeBytes { text in
            row.detail = text
            encoder.append(row)
        }
    }

    /// Appends the bytes of a stream's record to the spool. Returns their offset; nil without a
    /// spool.
    func keep(_ bytes: UnsafeRawBufferPointer) -> UInt64? {
        guard let spool else { return nil }
        isSpoolDirty = true
        return spool.keep(bytes)
    }
}

extension OutcomeRow {
    /// Creates the row of a record that is not in the window.
    fileprivate init(_ record: RecordView, _ outcome: Outcome) {
        self.init(
            line: record.id, outcome: outcome, record: record.ordinal, offset: record.offset,
            length: record.length, hash: record.hash)
        fileName = record.fileName
        physicalLine = record.line
        shownOffset = record.shownOffset
    }
}
