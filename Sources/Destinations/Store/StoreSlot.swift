import Records

/// A loaded message of the store destination, in memory that its slot reuses.
struct StoreSlot {
    enum State: Equatable {
        case empty
        case loaded
        /// Started.
        case queued
        /// In the transaction in flight, whose thread reads the bytes.
        case inFlight
        /// Ended; the end is at this index of the unreported ones.
        case ended(at: Int)
    }

    /// The largest memory that an empty slot keeps, so that large messages do not leave every slot
    /// large. Arbitrary: above a usual message, and small enough for thousands of slots.
    private static let keptBytes = 2048

    var state = State.empty
    private var memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    private var appIDCount = 0
    private var eventTypeCount = 0
    private var keyCount = 0
    private var payloadCount: Int?
    /// The payload, if it is not copied, and its owner.
    private var payload: UnsafeRawBufferPointer?
    private var payloadMemory: RecordMemory?

    /// Valid until the slot is loaded or unloaded.
    var message: Message {
        let eventTypeStart = appIDCount
        let keyStart = eventTypeStart + eventTypeCount
        let payloadStart = keyStart + keyCount
        return Message(
            appID: bytes(0, appIDCount), eventType: bytes(eventTypeStart, eventTypeCount),
            payload: payload ?? payloadCount.map { bytes(payloadStart, $0) },
            idempotencyKey: bytes(keyStart, keyCount))
    }

    mutating func load(_ message: Message) {
        appIDCount = message.appID.count
        eventTypeCount = message.eventType.count
        keyCount = message.idempotencyKey.count
        payloadMemory = message.payloadMemory
        payload = payloadMemory == nil ? nil : message.payload
        payloadCount = payload == nil ? message.payload?.count : nil
        let needed = appIDCount + eventTypeCount + keyCount + (payloadCount ?? 0)
        if memory.count < needed {
            memory.deallocate()
            memory = .allocate(byteCount: max(512, needed), alignment: 1)
        }
        var position = 0
        copy(message.appID, at: &position)
        copy(message.eventType, at: &position)
        copy(message.idempotencyKey, at: &position)
        if let copied = message.payload, payload == nil { copy(copied, at: &position) }
        state = .loaded
    }

    mutating func unload() {
        state = .empty
        payload = nil
        payloadMemory = nil
        if memory.count > Self.keptBytes { release() }
    }

    /// Frees the memory.
    mutating func release() {
        memory.deallocate()
        memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    }

    private func bytes(_ start: Int, _ count: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(memory)[start..<start + count])
    }

    private func copy(_ source: UnsafeRawBufferPointer, at position: inout Int) {
        UnsafeMutableRawBufferPointer(rebasing: memory[position...]).copyBytes(from: source)
        position += source.count
    }
}
