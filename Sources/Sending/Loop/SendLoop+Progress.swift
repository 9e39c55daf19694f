import Delivery
import Platform
import Time

/// The progress of the loop.
extension SendLoop {
    /// Reports by how much a resumed replay is shifted, once it continues.
    func reportShift(_ now: ClockReading) {
        guard let start = replayStart, let offset = core.replayed?.firstOffset else { return }
        replayStart = nil
        let elapsed = (now.wall - start).multipliedReportingOverflow(by: 1_000_000).partialValue
        observer.report(.replayShifted(by: max(0, elapsed - offset)))
    }

    func beginProgress() {
        let now = MonotonicClock.now
        observer.begin(progressStatus(at: now), at: now)
        signals.onStatusRequest = { [unowned self] in
            let now = MonotonicClock.now
            observer.tell(progressStatus(at: now), at: now)
        }
    }

    func endProgress() {
        signals.onStatusRequest = {}
        let now = MonotonicClock.now
        observer.conclude(progressStatus(at: now), at: now)
    }

    /// The next time at which the run, the progress or the rate is due.
    var wake: Instant? {
        var wake = core.wake
        if let due = observer.due { wake = wake.map { min($0, due) } ?? due }
        if let due = rateControl?.due { wake = wake.map { min($0, due) } ?? due }
        return wake
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
        case .key: return .init(reason: .key)
        case .paused: return pause
        case let reason:
            let left = core.wake.map { Duration.nanoseconds(max(0, $0.nanoseconds(since: now))) }
            return .init(reason: reason, left: left)
        }
    }
}
