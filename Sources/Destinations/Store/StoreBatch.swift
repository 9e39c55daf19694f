/// The messages of one transaction, and what the store answered them. Its memory is used again for
/// a later one.
///
/// Used by one thread at a time. The messages' bytes must lie still from `add` to `clear`.
final class StoreBatch {
    struct End {
        var slot: Int
        var answer: Store.Answer
        /// For `text(_:)`; nil if the message was refused.
        var messageID: TextRange?
    }

    // What every message touches goes without the runtime's exclusivity checks: no call during an
    // access comes back here.

    /// Of the messages, in their order.
    @exclusivity(unchecked) private(set) var slots: [Int] = []
    @exclusivity(unchecked) private var messages: [Message] = []
    /// In the order of the messages; fewer than these if the transaction failed.
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
    /// - Throws: `.sqlite`. Nothing is stored then.
    func submit(to store: Store, now: Int64) throws(DestinationError) {
        for index in messages.indices {
            let answer = try store.submit(messages[index], now: now)
            let isStored = answer == .created || answer == .replayed
            let messageID = isStored ? texts.append(store.messageID) : nil
            ends.append(End(slot: slots[index], answer: answer, messageID: messageID))
        }
        try store.commit()
    }

    /// The bytes of an end's message id, good until `clear`.
    func text(_ range: TextRange) -> UnsafeRawBufferPointer { texts[range] }

    func clear() {
        slots.removeAll(keepingCapacity: true)
        messages.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        texts.truncate(to: 0)
    }
}
