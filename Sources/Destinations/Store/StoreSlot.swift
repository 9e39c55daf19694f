import Records

/// A message that the store destination holds for its caller, copied into memory that the next
/// message of the slot uses again.
struct StoreSlot {
    enum State: Equatable {
        case empty
        case loaded
        /// Started.
        case queued
        /// In the transaction under way, whose thread reads the bytes.
        case underWay
        /// The end is known, and is the one at this place of those that were not reported yet.
        case ended(at: Int)
    }

    /// Memory above this is given back when its message is unloaded, so that a few large messages
    /// do not leave every slot large. The figure is arbitrary: well above a usual message, and little
    /// enough for thousands of slots.
    private static let keptBytes = 2048

    var state = State.empty
    private var memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    private var appIDCount = 0
    private var eventTypeCount = 0
    private var keyCount = 0
    private var payloadCount: Int?
    /// The payload, if it is not copied, and what keeps it.
    private var payload: UnsafeRawBufferPointer?
    private var payloadMemory: RecordMemory?

    /// Good until the slot is loaded or unloaded.
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

    /// Gives the memory back.
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
