package import Delivery

/// The local store as a destination: what is started between two waits becomes one transaction.
///
/// An end is reported only after its commit. If a transaction fails, `wait` throws and reports
/// nothing; what was started stays so, and a further `wait` tries it again.
package final class StoreDestination: Destination {
    /// Looks whether descriptors of the caller's are ready, waiting at most so many milliseconds
    /// (0: not at all; -1: until one is), and appends their tokens.
    package typealias PollCaller =
        (_ timeoutMilliseconds: Int32, _ ready: inout [UInt64]) throws(DestinationError) -> Void

    /// nil once closed.
    private var store: Store?
    private let wallClock: () -> Int64
    private let pollCaller: PollCaller?
    private var slots: [StoreSlot] = []
    /// The slots that were started and have not ended, in the order of their starts.
    private var queue: [Int] = []
    private var text = TextStorage()
    private let details: Details

    /// The sentences of the refusals stand at the beginning of `text`, once for all batches.
    private struct Details {
        let inactive: TextRange
        let unknownApplication: TextRange
        let tooLarge: TextRange
        let keyConflict: TextRange
        let end: Int
    }

    /// - Parameters:
    ///   - wallClock: milliseconds since 1970; asked once a batch.
    ///   - pollCaller: nil if the caller has no descriptors; `wait` then returns at once when
    ///     nothing was started.
    package init(
        store: Store,
        wallClock: @escaping () -> Int64 = { WallClock.nanoseconds / 1_000_000 },
        pollCaller: PollCaller? = nil
    ) {
        self.store = store
        self.wallClock = wallClock
        self.pollCaller = pollCaller
        var text = TextStorage()
        details = Details(
            inactive: text.append("the application is inactive"),
            unknownApplication: text.append("the application is not known"),
            tooLarge: text.append("the message is larger than the store takes"),
            keyConflict: text.append("the idempotency key was used before with another body"),
            end: text.count)
        self.text = text
    }

    deinit {
        for index in slots.indices { slots[index].release() }
    }

    package func load(_ message: Message, into slot: Int) {
        precondition(slot >= 0, "a slot below 0")
        while slots.count <= slot { slots.append(StoreSlot()) }
        precondition(slots[slot].state == .empty, "a message was loaded over another")
        slots[slot].load(message)
    }

    package func start(slot: Int, now: Instant) {
        precondition(slots[slot].state == .loaded, "an attempt began without a message or twice")
        slots[slot].state = .queued
        queue.append(slot)
    }

    package func abort(slot: Int) -> AttemptEnd {
        precondition(slots[slot].state == .queued, "an attempt was given up that had not begun")
        slots[slot].state = .loaded
        queue.removeAll { $0 == slot }
        return AttemptEnd(
            slot: slot, result: AttemptResult(requestBegan: false, failure: .aborted))
    }

    package func unload(slot: Int) {
        precondition(slots[slot].state == .loaded, "a message was unloaded too early or twice")
        slots[slot].unload()
    }

    package func wait(
        until deadline: Instant?, ends: inout [AttemptEnd], ready: inout [UInt64]
    ) throws(DestinationError) {
        text.truncate(to: details.end)
        guard !queue.isEmpty else {
            try pollCaller?(Self.milliseconds(until: deadline), &ready)
            return
        }
        let reported = ends.count
        do throws(DestinationError) {
            try submitQueue(into: &ends)
        } catch {
            ends.removeSubrange(reported...)
            throw error
        }
        for slot in queue { slots[slot].state = .loaded }
        queue.removeAll(keepingCapacity: true)
        try pollCaller?(0, &ready)
    }

    package func text(_ range: TextRange) -> UnsafeRawBufferPointer { text[range] }

    /// Every end reported has been committed before, so that closing can lose nothing.
    package func close() throws(DestinationError) {
        precondition(queue.isEmpty, "the store was closed with attempts under way")
        store = nil
    }

    private func submitQueue(into ends: inout [AttemptEnd]) throws(DestinationError) {
        guard let store else { preconditionFailure("an attempt after the store was closed") }
        let now = wallClock()
        for slot in queue {
            let answer = try store.submit(slots[slot].message, now: now)
            ends.append(end(of: slot, answer, id: store.messageID))
        }
        try store.commit()
    }

    private func end(
        of slot: Int, _ answer: Store.Answer, id: UnsafeRawBufferPointer
    ) -> AttemptEnd {
        switch answer {
        case .created, .replayed:
            let result = AttemptResult(
                requestBegan: true, answer: .init(status: 201, hasMessageID: true))
            return AttemptEnd(slot: slot, result: result, messageID: text.append(id))
        case .inactive: return refusal(of: slot, 400, details.inactive)
        case .unknownApplication: return refusal(of: slot, 404, details.unknownApplication)
        case .tooLarge: return refusal(of: slot, 413, details.tooLarge)
        case .keyConflict: return refusal(of: slot, 422, details.keyConflict)
        }
    }

    private func refusal(of slot: Int, _ status: Int, _ detail: TextRange) -> AttemptEnd {
        let result = AttemptResult(requestBegan: true, answer: .init(status: status))
        return AttemptEnd(slot: slot, result: result, detail: detail)
    }

    /// Rounded up, so that the deadline is past when the poll returns; -1 without a deadline.
    private static func milliseconds(until deadline: Instant?) -> Int32 {
        guard let deadline else { return -1 }
        let now = MonotonicClock.now
        guard deadline > now else { return 0 }
        let left = deadline.nanoseconds(since: now)
        return Int32(clamping: left / 1_000_000 + (left % 1_000_000 == 0 ? 0 : 1))
    }
}
