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
        while core.wantsRecord, isRecordWaiting || readingLeft > 0 {
            if isRecordWaiting {
                let record = source.record
                guard core.hasRoom(forBytes: cost(of: record)) else {
                    core.recordNoRoom()
                    return
                }
                isRecordWaiting = false
                try admit(record, now: now)
                continue
            }
            switch try source.next(room: core.room) {
            case .record:
                let record = source.record
                noteReading(record)
                guard core.hasRoom(forBytes: cost(of: record)) else {
                    // Its bytes stay in the reader's buffer until the next record is read.
                    isRecordWaiting = true
                    core.recordNoRoom()
                    return
                }
                try admit(record, now: now)
            case .nothingYet:
                return
            case .waits:
                try watchInput()
                return
            case .needsRoom:
                needsRoom = true
                core.recordNoRoom()
                return
            case .end:
                try noteInputEnd(now)
                return
            }
        }
        if core.isAtLimit, core.lineCount == 0, core.stopCause == nil { try readPastLimit() }
    }

    /// Looks for the end of the input after `--limit`, which would finish the core.
    private func readPastLimit() throws(SendError) {
        while true {
            switch try source.next() {
            case .record:
                let record = source.record
                let isDone = core.isDone(record.ordinal, of: source.file)
                try comparison?.compare(record, isDone: isDone, source: source)
                if isDone { continue }
                if spool != nil, let bytes = record.bytes {
                    // The stream can't be read again.
                    core.leaveUnfinished(Array(source.bytes(bytes)), line: source.id.line)
                }
                source.uncountLast()
                return
            case .nothingYet:
                takeSignals(ClockReading.now())
                if core.stopCause != nil { return }
            case .waits, .needsRoom: return
            case .end: return try noteInputEnd(ClockReading.now())
            }
        }
    }

    private func noteInputEnd(_ now: ClockReading) throws(SendError) {
        // EOF after a stop signal is not the end of input: the signal may have stopped the whole
        // pipeline.
        takeSignals(now)
        guard core.stopCause == nil else { return }
        try comparison?.checkEnd(of: source)
        core.recordInputEnd()
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

    private func admit(_ record: Record, now: ClockReading) throws(SendError) {
        let file = source.file
        core.advance(past: record.ordinal, of: file)
        let isDone = core.isDone(record.ordinal, of: file)
        try comparison?.compare(record, isDone: isDone, source: source)
        if isDone {
            if let time = source.time { core.pass(time) }
            return
        }
        var view = source.view
        let origin = try source.takeOrigin(into: &view)
        if let problem = record.problem {
            core.recordInvalid(
                view, code: problem.code.rawValue, sentence: source.describe(problem),
                isText: problem.code == .notJSON)
            return
        }
        guard let appID = view.appID else {
            preconditionFailure("a valid record has an application")
        }
        if view.mayHaveArrived, let arrived, arrived.contain(lastOf: source, origin) {
            core.recordArrived(view)
            return
        }
        let slot = core.admit(
            view, app: XXH64.hash(appID), bytes: cost(of: record), now: now)
        if let slot {
            let key = origin.flatMap { $0.keepsKey ? $0.key : nil }
            load(record, view.id, key: key, into: slot)
        }
    }

    /// Loads the last record's message into the destination, and keeps a stream's original.
    ///
    /// - Parameter earlierKey: The idempotency key of an earlier run; nil for a new one.
    private func load(
        _ unprepared: Record, _ id: LineID, key earlierKey: [UInt8]?, into slot: Int
    ) {
        let keepsMemory = keepsMemory(of: unprepared)
        if spool != nil, !keepsMemory, let original = unprepared.bytes {
            core.copyOriginal(source.bytes(original), slot: slot)
        }
        let change = source.preparePayload()
        let record = source.record
        guard let appID = source.bytes(record.appID),
            let eventType = source.bytes(record.eventType)
        else { preconditionFailure("preparing a payload leaves the other fields") }
        let payload = source.bytes(record.payload)
        let ownKey = source.bytes(record.idempotencyKey)
        if ownKey == nil { if let earlierKey { key = earlierKey } else { makeKey(id) } }
        let original = spool == nil ? nil : source.bytes(record.bytes)
        let memory = keepsMemory ? source.giveAway() : nil
        if let original, let memory {
            core.keepOriginal(
                KeptOriginal(original, changedBy: change, in: memory.input), slot: slot)
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
