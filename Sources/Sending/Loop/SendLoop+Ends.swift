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

    /// Adds a wait of the turn that began at `start`. Tells once of an outage, and warns once if retries
    /// make the run slow.
    func recordWait(_ reason: Run.WaitReason, from start: Instant, to end: Instant) {
        core.recordWait(reason, nanoseconds: end.nanoseconds(since: start))
        reportOutage(reason)
        guard reason == .retryBudget, !hasWarnedSlowRetries, let lastRetried,
            let waited = core.statistics.waited[reason], waited >= Self.slowRetriesWait,
            // Of a long run, a quarter of the time.
            waited >= end.nanoseconds(since: beganAt) / 4
        else { return }
        hasWarnedSlowRetries = true
        observer.report(.slowRetries(failure: Self.code(of: lastRetried)))
    }

    /// Tells once that the API does not respond any more. A short outage needs no person.
    private func reportOutage(_ reason: Run.WaitReason) {
        guard reason == .outage, !hasReportedOutage, let lastRetried,
            // Else there was no response yet, which was told.
            core.counts.accepted > core.arrived,
            let waited = core.statistics.waited[.outage], waited >= Self.outageWait
        else { return }
        hasReportedOutage = true
        observer.report(
            .outage(
                failure: Self.code(of: lastRetried),
                patience: .nanoseconds(core.outagePatience)))
    }

    private static func code(of result: AttemptResult) -> String {
        result.errorFailure?.rawValue ?? result.response.map { "http_\($0.status)" }
            ?? "unknown reason"
    }

    /// How long a run has waited for the server when it tells so, in nanoseconds: a judgement.
    private static var outageWait: Int64 { 10_000_000_000 }

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
