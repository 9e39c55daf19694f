import Delivery
package import Platform
package import Time

/// The local store as a destination: what is started while one transaction is under way becomes
/// the next.
///
/// The transactions run on a thread of the store's own; whatever is called here is called on one
/// thread, that of the loop. An end is reported only after its commit. If a transaction fails,
/// `wait` throws and reports nothing of it; what was started stays so, and a further `wait` tries
/// it again.
package final class StoreDestination: Destination {
    /// Messages in one transaction at most. While so many are under way, as many again should be
    /// started, so that the store never waits for the next transaction.
    package static let batchLimit = 2048

    private let thread: StoreThread
    private let poller: Poller
    private let wallClock: () -> Int64
    private let details: Details
    /// Batches that the thread does not have.
    private var spares = [StoreBatch(), StoreBatch()]
    private var isClosed = false

    // What every message touches goes without the runtime's exclusivity checks: one thread uses it,
    // and nothing that is called during an access touches the same property.

    @exclusivity(unchecked) private var slots: [StoreSlot] = []
    /// The slots that were started and not yet handed to the thread, in the order of their starts.
    @exclusivity(unchecked) private var queue = SlotQueue()
    /// Ends that are known and were not yet reported.
    @exclusivity(unchecked) private var ended: [AttemptEnd] = []
    @exclusivity(unchecked) private var text = TextStorage()

    /// The sentences of the refusals stand at the beginning of `text`, once for all batches.
    private struct Details {
        let inactive: TextRange
        let unknownApplication: TextRange
        let tooLarge: TextRange
        let keyConflict: TextRange
        let end: Int
    }

    /// - Parameters:
    ///   - store: to be used by nobody else from now on; a thread of its own has it.
    ///   - poller: where `wait` waits, besides for the caller's descriptors.
    ///   - wallClock: milliseconds since 1970; asked once a batch.
    /// - Throws: `.system` if there can't be a thread more.
    package init(
        store: sending Store, poller: Poller,
        wallClock: @escaping () -> Int64 = { WallClock.nanoseconds / 1_000_000 }
    ) throws(DestinationError) {
        thread = try StoreThread(store: store)
        self.poller = poller
        self.wallClock = wallClock
        var text = TextStorage()
        details = Details(
            inactive: text.append("the application is inactive"),
            unknownApplication: text.append("the application is not known"),
            tooLarge: text.append("the message is larger than the store takes"),
            keyConflict: text.append("the idempotency key was used before with another body"),
            end: text.count)
        self.text = text
        try DestinationError.system(
            try poller.add(thread.completionDescriptor, interest: .readable, token: 0))
    }

    deinit {
        // The thread may be reading the slots.
        endThread()
        for index in slots.indices { slots[index].release() }
    }

    package func load(_ message: Message, into slot: Int) {
        precondition(slot >= 0, "a slot below 0")
        while slots.count <= slot { slots.append(StoreSlot()) }
        queue.grow(to: slots.count)
        precondition(slots[slot].state == .empty, "a message was loaded over another")
        slots[slot].load(message)
    }

    package func start(slot: Int, now: Instant) {
        precondition(slots[slot].state == .loaded, "an attempt began without a message or twice")
        slots[slot].state = .queued
        queue.append(slot)
    }

    /// If the message is in a transaction under way, waits for its end, and returns that.
    package func abort(slot: Int) -> AttemptEnd {
        if slots[slot].state == .underWay {
            // Why it failed, if it did, matters no more: nothing of it is stored then.
            let completion = thread.waitForCompletion()
            if completion.failure == nil {
                note(completion.batch)
            } else {
                queueAgain(completion.batch)
            }
        }
        defer { slots[slot].state = .loaded }
        switch slots[slot].state {
        case .queued:
            queue.remove(slot)
            return AttemptEnd(
                slot: slot, result: AttemptResult(requestBegan: false, failure: .aborted))
        case .ended(let place):
            return ended[place]
        case .empty, .loaded, .underWay:
            preconditionFailure("an attempt was given up that had not begun")
        }
    }

    package func unload(slot: Int) {
        precondition(slots[slot].state == .loaded, "a message was unloaded too early or twice")
        slots[slot].unload()
    }

    package func wait(
        until deadline: Instant?, ends: inout [AttemptEnd], ready: inout [UInt64]
    ) throws(DestinationError) {
        if ended.isEmpty { text.truncate(to: details.end) }
        let readyBefore = ready.count
        handOver()
        repeat {
            // What is known already is not kept back.
            let count = try DestinationError.system(
                ended.isEmpty
                    ? try poller.wait(until: deadline) : try poller.wait(nanoseconds: 0))
            for place in 0..<count {
                let token = poller.event(place).token
                if token & Poller.callerBit != 0 { ready.append(token) }
            }
            guard let completion = thread.takeCompletion() else { continue }
            if let failure = completion.failure {
                queueAgain(completion.batch)
                throw failure
            }
            // Before the ends are looked at: the thread should not wait for that.
            handOver()
            note(completion.batch)
        } while ended.isEmpty && ready.count == readyBefore
            && deadline.map({ MonotonicClock.now < $0 }) ?? true
        report(to: &ends)
    }

    package func text(_ range: TextRange) -> UnsafeRawBufferPointer { text[range] }

    /// Every end reported has been committed before, so that closing can lose nothing.
    package func close() throws(DestinationError) {
        precondition(
            queue.isEmpty && !thread.isBusy, "the store was closed with attempts under way")
        endThread()
    }

    private func endThread() {
        if isClosed { return }
        isClosed = true
        poller.remove(thread.completionDescriptor)
        thread.end()
    }

    /// Gives the thread what is queued, if it has nothing.
    private func handOver() {
        guard !thread.isBusy, !queue.isEmpty, let batch = spares.popLast() else { return }
        while batch.count < Self.batchLimit, let slot = queue.first {
            queue.remove(slot)
            slots[slot].state = .underWay
            batch.add(slots[slot].message, slot: slot)
        }
        thread.submit(batch, now: wallClock())
    }

    /// Puts what a transaction that failed was to store before all that was started later.
    private func queueAgain(_ batch: StoreBatch) {
        for slot in batch.slots.reversed() {
            slots[slot].state = .queued
            queue.prepend(slot)
        }
        spare(batch)
    }

    /// Notes the ends of a batch that was committed.
    private func note(_ batch: StoreBatch) {
        for end in batch.ends {
            slots[end.slot].state = .ended(at: ended.count)
            ended.append(attemptEnd(end, of: batch))
        }
        spare(batch)
    }

    private func spare(_ batch: StoreBatch) {
        batch.clear()
        spares.append(batch)
    }

    private func report(to ends: inout [AttemptEnd]) {
        for place in ended.indices {
            let slot = ended[place].slot
            // Others were given up meanwhile, and their ends returned then.
            guard slots[slot].state == .ended(at: place) else { continue }
            slots[slot].state = .loaded
            ends.append(ended[place])
        }
        ended.removeAll(keepingCapacity: true)
    }

    private func attemptEnd(_ end: StoreBatch.End, of batch: StoreBatch) -> AttemptEnd {
        switch end.answer {
        case .created, .replayed:
            let result = AttemptResult(
                requestBegan: true, answer: .init(status: 201, hasMessageID: true))
            return AttemptEnd(
                slot: end.slot, result: result,
                messageID: end.messageID.map { text.append(batch.text($0)) })
        case .inactive: return refusal(of: end.slot, 400, details.inactive)
        case .unknownApplication: return refusal(of: end.slot, 404, details.unknownApplication)
        case .tooLarge: return refusal(of: end.slot, 413, details.tooLarge)
        case .keyConflict: return refusal(of: end.slot, 422, details.keyConflict)
        }
    }

    private func refusal(of slot: Int, _ status: Int, _ detail: TextRange) -> AttemptEnd {
        let result = AttemptResult(requestBegan: true, answer: .init(status: status))
        return AttemptEnd(slot: slot, result: result, detail: detail)
    }
}
