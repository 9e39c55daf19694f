import Delivery
import Platform
import Time

/// How far the loop is, for whoever watches.
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

    /// When to come back if nothing happens: for the run, or to show how far it is.
    var wake: Instant? {
        guard let due = progress.due else { return run.wake }
        return run.wake.map { min($0, due) } ?? due
    }

    /// What is said at the first signal to stop, if something is in flight.
    var stoppingText: String {
        let count = UInt64(run.inFlight)
        // The store says what it has taken, also of what is given up.
        guard recordsAttempts else {
            return "stopping: waiting for the store to write "
                + "\(WholeNumber.shown(count, "message")), at most 10 s (signal again to abort the "
                + "messages not started)"
        }
        return "stopping: waiting for \(WholeNumber.shown(count, "request")) in flight "
            + "(signal again to abort them; they may have arrived)"
    }

    func progressStatus(at now: Instant) -> ProgressStatus {
        var status = ProgressStatus(
            phase: run.stopCause == nil ? .sending : .stopping, lines: run.counts.total)
        // What was read and is not done yet is not counted, line by line of middling length.
        let read = source.recordsRead
        if read > 0 {
            let share = Double(min(status.lines, read)) / Double(read)
            status.bytes = UInt64(Double(source.bytesTaken) * share)
        }
        status.bytesTotal = source.bytesTotal
        status.counts = run.counts
        status.inFlight = run.inFlight
        status.concurrency = run.options.isConcurrencyAutomatic ? run.concurrencyLimit : nil
        status.retries = run.retries
        if status.phase == .sending { status.wait = wait(at: now) }
        return status
    }

    private func wait(at now: Instant) -> ProgressStatus.Wait? {
        switch run.waitReason {
        case .concurrency: return nil
        case .nothing:
            return watchedInput != nil && run.inFlight == 0 ? .init(reason: .nothing) : nil
        // An event ends it, not a time.
        case .lease: return .init(reason: .lease)
        case let reason:
            let left = run.wake.map { Duration.nanoseconds(max(0, $0.nanoseconds(since: now))) }
            return .init(reason: reason, left: left)
        }
    }
}
