/// The messages of one transaction and the store's answers, in reused memory.
///
/// Used by one thread at a time. The messages' bytes must not move from `add` to `clear`.
final class StoreBatch {
    struct End {
        var slot: Int
        var answer: Store.Answer
        /// For `text(_:)`; nil if the message was refused.
        var messageID: TextRange?
    }

    // Properties that every message touches have no exclusivity checks: no call during an access
    // touches them.

    /// The slots of the messages, in order.
    @exclusivity(unchecked) private(set) var slots: [Int] = []
    @exclusivity(unchecked) private var messages: [Message] = []
    /// The ends in the order of the messages; fewer if the transaction failed.
    @exclusivity(unchecked) private(set) var ends: [End] = []
    @exclusivity(unchecked) private var texts = TextStorage()

    var count: Int { slots.count }

    func add(_ message: Message, slot: Int) {
        slots.append(slot)
        messages.append(message)
    }

    /// Stores the messages in one transaction.
    ///
    /// - Parameter now: milliseconds since 1970, which become the messages' times.
    /// - Throws: `.sqlite`; then nothing is stored.
    func submit(to store: Store, now: Int64) throws(DestinationError) {
        for index in messages.indices {
            let answer = try store.submit(messages[index], now: now)
            let isStored = answer == .created || answer == .replayed
            let messageID = isStored ? texts.append(store.messageID) : nil
            ends.append(End(slot: slots[index], answer: answer, messageID: messageID))
        }
        try store.commit()
    }

    /// The bytes of an end's message id, valid until `clear`.
    func text(_ range: TextRange) -> UnsafeRawBufferPointer { texts[range] }

    func clear() {
        slots.removeAll(keepingCapacity: true)
        messages.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        texts.truncate(to: 0)
    }
}
