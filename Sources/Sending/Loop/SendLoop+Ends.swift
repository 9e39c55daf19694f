import Delivery
import Destinations
import Time

/// The ends of attempts.
extension SendLoop {
    /// Passes the end of an attempt to the core.
    func complete(_ end: AttemptEnd, _ now: ClockReading) {
        let resolution = core.attemptEnded(
            slot: end.slot, result: end.result, messageID: destination.text(end.messageID),
            detail: destination.text(end.detail), isUnknownApp: isUnknownApp(end), now: now)
        if resolution == .retries {
            warnNoResponse(end)
            lastRetried = end.result
        }
        if resolution != .retries { destination.unload(slot: end.slot) }
    }

    /// Warns once that there is no valid response yet.
    private func warnNoResponse(_ end: AttemptEnd) {
        guard !hasWarnedNoResponse, end.result.response == nil, core.counts.accepted == core.arrived
        else { return }
        hasWarnedNoResponse = true
        let why =
            end.detail.map { String(decoding: destination.text($0), as: UTF8.self) }
            ?? end.result.failure?.rawValue ?? "unknown reason"
        observer.report(
            .noResponse(
                reason: why, patience: core.startPatience.map { Duration.nanoseconds($0) }))
    }

    /// Adds a wait of the turn that began at `start`, and warns once if retries make the run slow.
    func recordWait(_ reason: Run.WaitReason, from start: Instant, to end: Instant) {
        core.recordWait(reason, nanoseconds: end.nanoseconds(since: start))
        guard reason == .retryBudget, !hasWarnedSlowRetries, let lastRetried,
            let waited = core.statistics.waited[reason], waited >= Self.slowRetriesWait,
            // Of a long run, a quarter of the time.
            waited >= end.nanoseconds(since: beganAt) / 4
        else { return }
        hasWarnedSlowRetries = true
        let failure =
            lastRetried.errorFailure?.rawValue
            ?? lastRetried.response.map { "http_\($0.status)" } ?? "unknown reason"
        observer.report(
            .slowRetries(failure: failure))
    }

    /// How long a run has waited for its retry budget when it warns, in nanoseconds: a judgement.
    private static var slowRetriesWait: Int64 { 10_000_000_000 }

    /// Returns whether a response reports a missing or inactive application.
    private func isUnknownApp(_ end: AttemptEnd) -> Bool {
        guard let status = end.result.response?.status else { return false }
        if status == 404 { return true }
        guard status == 400, let detail = end.detail else { return false }
        return destination.text(detail).contains(ignoringCase: "inactive")
    }
}

extension UnsafeRawBufferPointer {
    /// Returns whether the bytes contain `word`, in lower-case ASCII.
    func contains(ignoringCase word: StaticString) -> Bool {
        let length = word.utf8CodeUnitCount
        guard count >= length else { return false }
        return (0...count - length).contains { start in
            (0..<length).allSatisfy { self[start + $0] | 0x20 == word.utf8Start[$0] }
        }
    }
}
