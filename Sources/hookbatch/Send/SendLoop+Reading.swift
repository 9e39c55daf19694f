import Delivery
import Destinations
import Ledger
import Platform
import Records
import Time

/// Reading records and admitting them to the window.
extension SendLoop {
    /// Maximum bytes of records and their rows to read in one turn.
    ///
    /// Invalid and finished records use no window, so without a limit a turn might not end.
    private static let readingPerTurn = 4 << 20
    /// The approximate size of a row.
    private static let rowBytes = 512
    /// Minimum size of a payload that is sent from the reader's buffer instead of a copy, in bytes.
    ///
    /// A new buffer for the reader costs about as much as a copy of a few hundred KiB.
    private static let largePayload = 1 << 20
    /// Maximum bytes after a record in a kept buffer.
    private static let maxBytesAfterRecord = 256 << 10

    func readRecords(_ now: ClockReading) throws(SendError) {
        readingLeft = Self.readingPerTurn
        needsRoom = false
        while run.wantsRecord, isRecordWaiting || readingLeft > 0 {
            if isRecordWaiting {
                let record = source.record
                guard run.hasRoom(forBytes: cost(of: record)) else { return }
                isRecordWaiting = false
                try take(record, now: now)
                continue
            }
            switch try source.next(room: run.room) {
            case .record:
                let record = source.record
                noteReading(record)
                guard run.hasRoom(forBytes: cost(of: record)) else {
                    // Its bytes stay in the reader's buffer until the next record is read.
                    isRecordWaiting = true
                    return
                }
                try take(record, now: now)
            case .nothingYet:
                return
            case .waits:
                try watchInput()
                return
            case .needsRoom:
                needsRoom = true
                return
            case .end:
                try noteInputEnd(now)
                return
            }
        }
        if run.isAtLimit, run.lineCount == 0, run.stopCause == nil { try readPastLimit() }
    }

    /// Looks for the end of the input after `--limit`, which would finish the run.
    private func readPastLimit() throws(SendError) {
        while true {
            switch try source.next() {
            case .record:
                let record = source.record
                if try done.contains(record, file: source.file, source: source) { continue }
                if spool != nil, let bytes = record.bytes {
                    // The stream can't be read again.
                    rest.append(Array(source.bytes(bytes)), line: record.line.value)
                }
                source.uncountLast()
                return
            case .nothingYet:
                takeSignals(ClockReading.now())
                if run.stopCause != nil { return }
            case .waits, .needsRoom: return
            case .end: return try noteInputEnd(ClockReading.now())
            }
        }
    }

    private func noteInputEnd(_ now: ClockReading) throws(SendError) {
        // EOF after a stop signal is not the end of input: the signal may have stopped the whole
        // pipeline.
        takeSignals(now)
        guard run.stopCause == nil else { return }
        try done.checkEnd(of: source)
        run.recordInputEnd()
    }

    private func noteReading(_ record: Record) {
        readingLeft -= Int(clamping: record.length) + Self.rowBytes
    }

    private func watchInput() throws(SendError) {
        guard watchedInput != source.descriptor else { return }
        // The previous stream may have ended without an event of the poller.
        unwatchInput()
        try watch(source.descriptor, Token.input)
        watchedInput = source.descriptor
    }

    func unwatchInput() {
        if let watchedInput { poller.remove(watchedInput) }
        watchedInput = nil
    }

    /// Returns the approximate memory of a record in the window.
    private func cost(of record: Record) -> Int {
        guard record.problem == nil else { return 0 }
        let small = (record.eventType?.count ?? 0) + 512
        let payload = source.preparedCount
        // All bytes of a stream's record are kept, including ignored members.
        let original = spool == nil ? 0 : Int(clamping: record.length)
        guard keepsMemory(of: record) else { return small + payload + original }
        let isDecoded = (record.payload?.start ?? 0) < 0
        // A text is longer as a JSON string.
        let added = max(0, payload - (record.payload?.count ?? 0))
        let kept = isDecoded ? payload + original : Int(clamping: record.length) + added
        return small + kept + Self.maxBytesAfterRecord
    }

    /// Returns whether to keep the memory of a record instead of copies: if most of it is needed.
    private func keepsMemory(of record: Record) -> Bool {
        guard let payload = record.payload?.count, payload >= Self.largePayload else {
            return false
        }
        return UInt64(payload) >= record.length / 2
    }

    private func take(_ record: Record, now: ClockReading) throws(SendError) {
        let file = source.file
        nextPosition = ReportPosition(input: file, record: record.ordinal + 1)
        if try done.contains(record, file: file, source: source) { return }
        let id = LineID(file: file, line: record.line.value)
        if record.problem != nil {
            run.recordInvalid()
            try recordInvalid(record, id)
            return
        }
        guard let appRange = record.appID, let typeRange = record.eventType else {
            preconditionFailure("a valid record has an application and an event type")
        }
        let app = XXH64.hash(source.bytes(appRange))
        switch run.admit(
            id, app: app, bytes: cost(of: record), history: done.history(of: id), now: now)
        {
        case .finished(let outcome):
            try recordUnsent(record, id, outcome)
        case .admitted(let slot):
            while held.count <= slot { held.append(HeldRecord()) }
            held[slot].fill(
                record, appID: source.bytes(appRange), eventType: source.bytes(typeRange))
            hold(record, id, in: slot)
        }
    }

    /// Loads the last record's message into the destination, and keeps a stream's original.
    private func hold(_ unprepared: Record, _ id: LineID, in slot: Int) {
        let keepsMemory = keepsMemory(of: unprepared)
        if spool != nil, !keepsMemory, let original = unprepared.bytes {
            held[slot].copy(original: source.bytes(original))
        }
        let change = source.preparePayload()
        let record = source.record
        guard let appID = record.appID.map(source.bytes),
            let eventType = record.eventType.map(source.bytes)
        else { preconditionFailure("preparing a payload leaves the other fields") }
        let payload = record.payload.map(source.bytes)
        let ownKey = record.idempotencyKey.map(source.bytes)
        if ownKey == nil { makeKey(id) }
        let original = spool == nil ? nil : record.bytes.map(source.bytes)
        let memory = keepsMemory ? source.giveAway() : nil
        if let original, let memory {
            held[slot].keep(KeptOriginal(original, changedBy: change, in: memory.input))
        }
        // Nothing else may keep the memory of the fields.
        withExtendedLifetime(memory) {
            key.withUnsafeBytes { key in
                let message = Message(
                    appID: appID, eventType: eventType, payload: payload,
                    idempotencyKey: ownKey ?? key,
                    payloadMemory: memory.flatMap { record.payload?.memory(in: $0) })
                destination.load(message, into: slot)
            }
        }
    }

    /// Makes `hb-<run id>-<file>-<line>`, the same on every attempt and after every resume.
    private func makeKey(_ id: LineID) {
        key.removeAll(keepingCapacity: true)
        key.append(contentsOf: keyPrefix)
        key.append(decimal: UInt64(id.file))
        key.append(UInt8(ascii: "-"))
        key.append(decimal: id.line)
    }
}

extension [UInt8] {
    /// Appends a number in decimal digits.
    mutating func append(decimal value: UInt64) {
        if value >= 10 { append(decimal: value / 10) }
        append(UInt8(ascii: "0") + UInt8(value % 10))
    }
}
