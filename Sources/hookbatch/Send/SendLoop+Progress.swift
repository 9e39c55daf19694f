import Delivery
import Platform
import Sending
import Time

/// The progress of the loop.
extension SendLoop {
    func beginProgress() {
        let now = ClockReading.now().instant
        progress.begin(progressStatus(at: now), at: now)
        signals.onStatusRequest = { [unowned self] in
            let now = ClockReading.now().instant
            progress.tell(progressStatus(at: now), at: now)
        }
    }

    func endProgress() {
        signals.onStatusRequest = {}
        let now = ClockReading.now().instant
        progress.conclude(progressStatus(at: now), at: now)
    }

    /// The next time at which the run or the progress is due.
    var wake: Instant? {
        guard let due = progress.due else { return core.wake }
        return core.wake.map { min($0, due) } ?? due
    }

    /// The message at the first stop signal, if requests are in flight.
    var stoppingText: String {
        let count = UInt64(core.inFlight)
        // The store reports which messages it stored, also after an abort.
        guard core.recordsAttempts else {
            return "stopping: waiting for the store to write "
                + "\(WholeNumber.shown(count, "message")), at most 10 s (signal again to abort the "
                + "messages not started)"
        }
        return "stopping: waiting for \(WholeNumber.shown(count, "request")) in flight "
            + "(signal again to abort them; they may have arrived)"
    }

    func progressStatus(at now: Instant) -> ProgressStatus {
        var status = ProgressStatus(
            phase: core.stopCause == nil ? .sending : .stopping, lines: core.counts.total)
        // Subtracts unfinished lines, assuming an average length.
        let read = source.recordsRead
        if read > 0 {
            let share = Double(min(status.lines, read)) / Double(read)
            status.bytes = UInt64(Double(source.bytesTaken) * share)
        }
        status.bytesTotal = source.bytesTotal
        status.counts = core.counts
        status.inFlight = core.inFlight
        status.concurrency = core.automaticConcurrency
        status.retries = core.retries
        if status.phase == .sending { status.wait = wait(at: now) }
        return status
    }

    private func wait(at now: Instant) -> ProgressStatus.Wait? {
        switch core.waitReason {
        case .concurrency: return nil
        case .nothing:
            return watchedInput != nil && core.inFlight == 0 ? .init(reason: .nothing) : nil
        // An event ends the wait, not a time.
        case .lease: return .init(reason: .lease)
        case let reason:
            let left = core.wake.map { Duration.nanoseconds(max(0, $0.nanoseconds(since: now))) }
            return .init(reason: reason, left: left)
        }
    }
}
