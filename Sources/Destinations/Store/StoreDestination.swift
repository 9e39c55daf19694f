import Delivery
package import Platform
package import Time

/// The local store as a destination.
///
/// Transactions run on the store's own thread; messages that start during one go into the next.
/// All methods are called on one thread, that of the loop. An end is reported only after its
/// commit. If a transaction fails, `wait` throws and reports none of its ends; its messages stay
/// started, and the next `wait` tries them again.
package final class StoreDestination: Destination {
    /// Maximum number of messages in a transaction. While one is in flight, as many should be
    /// started, so that the store never waits for the next one.
    package static let batchLimit = 2048

    private let thread: StoreThread
    private let poller: Poller
    private let wallClock: () -> Int64
    private let details: Details
    /// Batches that are not on the thread.
    private var spares = [StoreBatch(), StoreBatch()]
    private var isClosed = false

    // Properties that every message touches have no exclusivity checks: one thread uses them, and no
    // call during an access touches the same property.

    @exclusivity(unchecked) private var slots: [StoreSlot] = []
    /// Started slots that are not on the thread yet, in the order of their starts.
    @exclusivity(unchecked) private var queue = SlotList()
    /// Known ends that were not reported yet.
    @exclusivity(unchecked) private var ended: [AttemptEnd] = []
    @exclusivity(unchecked) private var text = TextStorage()

    /// The ranges of the refusals' sentences, at the beginning of `text` for all batches.
    private struct Details {
        let inactive: TextRange
        let unknownApplication: TextRange
        let tooLarge: TextRange
        let keyConflict: TextRange
        let end: Int
    }

    /// - Parameters:
    ///   - store: moves to a thread of its own.
    ///   - poller: the poller of `wait`, with the caller's descriptors.
    ///   - wallClock: milliseconds since 1970; called once a batch.
    /// - Throws: `.system` if no thread can be started.
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
        // The thread may read the slots.
        endThread()
        for index in slots.indices { slots[index].release() }
    }

    package func load(_ message: Message, into slot: Int) {
        precondition(slot >= 0, "a slot below 0")
        while slots.count <= slot { slots.append(StoreSlot()) }
        queue.grow(to: slots.count)
        precondition(slots[slot].state == .empty, "the slot already has a message")
        slots[slot].load(message)
    }

    package func start(slot: Int, now: Instant) {
        precondition(slots[slot].state == .loaded, "an attempt began without a message or twice")
        slots[slot].state = .queued
        queue.append(slot)
    }

    /// Ends the attempt; if its transaction is in flight, waits for the result.
    package func abort(slot: Int) -> AttemptEnd {
        if slots[slot].state == .inFlight {
            // The cause of a failure is irrelevant now: nothing is stored then.
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
        case .empty, .loaded, .inFlight:
            preconditionFailure("an attempt was aborted before its start")
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
            // Known ends are reported without waiting.
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
            // Before the ends are processed, so that the thread does not wait for that.
            handOver()
            note(completion.batch)
        } while ended.isEmpty && ready.count == readyBefore
            && deadline.map({ MonotonicClock.now < $0 }) ?? true
        report(to: &ends)
    }

    package func text(_ range: TextRange) -> UnsafeRawBufferPointer { text[range] }

    /// Closes the store. Each reported end was committed, so nothing is lost.
    package func close() throws(DestinationError) {
        precondition(
            queue.isEmpty && !thread.isBusy, "the store was closed with attempts in flight")
        endThread()
    }

    private func endThread() {
        if isClosed { return }
        isClosed = true
        poller.remove(thread.completionDescriptor)
        thread.end()
    }

    /// Gives the queued messages to the thread if it is idle.
    private func handOver() {
        guard !thread.isBusy, !queue.isEmpty, let batch = spares.popLast() else { return }
        while batch.count < Self.batchLimit, let slot = queue.first {
            queue.remove(slot)
            slots[slot].state = .inFlight
            batch.add(slots[slot].message, slot: slot)
        }
        thread.submit(batch, now: wallClock())
    }

    /// Puts the messages of a failed transaction back at the head of the queue.
    private func queueAgain(_ batch: StoreBatch) {
        for slot in batch.slots.reversed() {
            slots[slot].state = .queued
            queue.prepend(slot)
        }
        spare(batch)
    }

    /// Records the ends of a committed batch.
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
            // The others were aborted, and `abort` returned their ends.
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
