package import Delivery
package import Time

/// What the loop needs to know of the run.
extension SendCore {
    package var wantsRecord: Bool { run.wantsRecord }
    /// Bytes that may still be admitted.
    package var room: Int { run.room }
    package func hasRoom(forBytes bytes: Int) -> Bool { run.hasRoom(forBytes: bytes) }
    package var isAtLimit: Bool { run.isAtLimit }
    package var lineCount: Int { run.lineCount }
    package var inFlight: Int { run.inFlight }
    package var isDone: Bool { run.isDone }
    package var isFinished: Bool { run.isFinished }
    package var stopCause: StopCause? { run.stopCause }
    package var counts: Counts { run.counts }
    /// Those accepted without a request, because they had arrived.
    package var arrived: UInt64 { run.arrived }
    package var attempts: UInt64 { run.attempts }
    package var retries: UInt64 { run.retries }
    package var wake: Instant? { run.wake }
    package var waitReason: Run.WaitReason { run.waitReason }
    /// The longest wait for a server that was never reached, in nanoseconds; nil if none is awaited.
    package var startPatience: Int64? { run.awaitsServer ? run.options.startPatience : nil }
    /// How long an outage lasts before the run stops, in nanoseconds.
    package var outagePatience: Int64 { run.options.outagePatience }
    /// The automatic concurrency limit; nil if it is fixed.
    package var automaticConcurrency: Int? {
        run.options.isConcurrencyAutomatic ? run.concurrencyLimit : nil
    }

    /// Adds time in which nothing could start to the statistics.
    package func recordWait(_ reason: Run.WaitReason, nanoseconds: Int64) {
        statistics.noteWait(reason, nanoseconds: nanoseconds)
    }

    /// Keeps a copy of a stream's record for its slot.
    package func copyOriginal(_ bytes: UnsafeRawBufferPointer, slot: Int) {
        held[slot].copy(original: bytes)
    }

    /// Keeps a stream's record in the memory from which its payload is sent.
    package func keepOriginal(_ original: KeptOriginal, slot: Int) { held[slot].keep(original) }

    /// Keeps a stream's record that is left unfinished without a slot.
    package func leaveUnfinished(_ bytes: [UInt8], line: UInt64) {
        unfinished.append(bytes, line: line)
    }

    /// Records that the next record has no room in the window.
    package func recordNoRoom() { run.recordNoRoom() }
    /// The replay of this process; nil without one.
    package var replayed: (lateRecords: UInt64, firstOffset: Int64?)? { run.replayed }

    package func recordInputEnd() { run.recordInputEnd() }
    /// Sets the rate at an instant, not before the last start; nil: nothing starts until the next
    /// call.
    package func setRate(_ rate: Rate?, at instant: Instant) { run.setRate(rate, at: instant) }
    /// Whether the run waits for another key, and nothing is in flight.
    package var wantsKey: Bool { run.wantsKey }
    /// Ends the wait for another key; without one the run stops.
    package func renewKey(isNew: Bool, now: Instant) { run.renewKey(isNew: isNew, now: now) }
    package func stop(_ cause: StopCause, now: Instant) { run.stop(cause, now: now) }
    package func endGrace(now: Instant) { run.endGrace(now: now) }

    /// Returns the records of a stream that were admitted and have no outcome, in input order.
    ///
    /// - Parameter waiting: The bytes and line of a record that was read and not admitted.
    package func unfinishedRecords(waiting: (bytes: [UInt8], line: UInt64)?) -> [[UInt8]] {
        guard spool != nil else { return [] }
        var all = unfinished
        for slot in 0..<run.slotCount where run.isOccupied(slot: slot) {
            held[slot].takeBackOriginal { all.append(Array($0), line: run.id(slot: slot).line) }
        }
        if let waiting { all.append(waiting.bytes, line: waiting.line) }
        return all.inOrder
    }
}
