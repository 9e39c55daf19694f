import Delivery
import Destinations
import Ledger
import Platform
import Time

/// What follows from the ends of attempts.
extension DeliverLoop {
    /// Records the attempts that ended, in the transaction that the next claims join.
    func recordEnds() throws(DestinationError) {
        let wall = wall
        for end in ends {
            guard let attempt = slots[end.slot] else {
                preconditionFailure("the end of an attempt that is not in flight")
            }
            slots[end.slot] = nil
            attempt.lane.inFlight.remove(attempt.delivery.message)
            let failures = attempt.delivery.failures + 1
            let verdict = settings.schedule.verdict(
                end.result, failures: failures, now: wall, random: &random)
            try record(verdict, end, attempt, failures: failures, wall: wall)
            try judge(attempt.lane, verdict, wall: wall)
            let status = end.result.response?.status
            attempt.lane.responds = status != nil
            let isAlive = verdict == .delivered || status.map { $0 < 500 } ?? false
            attempt.lane.circuit.recordEnd(
                of: attempt.line, isAlive: isAlive, result: end.result, now: MonotonicClock.now,
                random: &random)
            if attempt.lane.circuit.isOpen {
                say(.down(endpoint: attempt.lane.endpoint.id))
                // The next run tries it again; a watching one sends a probe now and then.
                if !settings.isWatching { attempt.lane.isAbandoned = true }
            }
        }
        ends.removeAll(keepingCapacity: true)
        do throws(SystemError) {
            try report?.flush()
        } catch {
            // The store keeps what ended, though the report lacks it.
            try store.commit()
            throw .report(error)
        }
    }

    /// The row of an attempt.
    ///
    /// A response decides. Without one, the webhook may have arrived if its request began.
    private func row(
        _ verdict: DeliverySchedule.Verdict, _ end: WebhookSender.End, _ attempt: Attempt,
        error: String?
    ) -> ReportedAttempt {
        let status = end.result.response?.status
        let outcome: Outcome =
            switch verdict {
            case .delivered: .accepted
            case .gone: .rejected
            case .retry, .failed: status == nil && end.result.requestBegan ? .unknown : .failed
            }
        return ReportedAttempt(
            application: attempt.lane.endpoint.application, endpoint: attempt.delivery.endpoint,
            message: attempt.delivery.message, eventType: attempt.eventType, outcome: outcome,
            status: status, number: attempt.delivery.attempts + 1,
            isRepeated: end.isRepeated, startedAt: attempt.startedAt,
            nanoseconds: end.nanoseconds,
            error: error ?? (verdict == .delivered ? nil : status.map { "http_\($0)" }),
            detail: verdict == .delivered ? [] : end.text)
    }

    private func record(
        _ verdict: DeliverySchedule.Verdict, _ end: WebhookSender.End, _ attempt: Attempt,
        failures: Int, wall: Int64
    ) throws(DestinationError) {
        let status: DeliveryStatus
        var due = wall
        switch verdict {
        case .delivered: status = .delivered
        case .retry(let at):
            status = .pending
            due = at
        case .failed, .gone: status = .failed
        }
        let text = String(decoding: end.text, as: UTF8.self)
        let error =
            verdict == .delivered
            ? nil : end.isAddressRefused ? "address_not_public" : end.result.failure?.rawValue
        report?.append(row(verdict, end, attempt, error: error))
        let isCurrent = try store.record(
            StoreDeliveries.Result(
                status: status, failures: verdict == .delivered ? failures - 1 : failures,
                dueAt: RFC3339.text(milliseconds: due),
                responseStatus: end.result.response?.status,
                error: error,
                response: text.isEmpty ? nil : text),
            of: attempt.delivery)
        switch isCurrent ? status : .pending {
        case .delivered: summary.delivered += 1
        case .failed: summary.failed += 1
        case .pending:
            attempt.lane.isExhausted = false
            // Later messages wait for this one.
            if settings.isOrdered { attempt.lane.queue.removeAll() }
        }
    }

    /// Follows how long an endpoint fails, and disables it.
    private func judge(
        _ lane: Lane, _ verdict: DeliverySchedule.Verdict, wall: Int64
    ) throws(DestinationError) {
        let id = lane.endpoint.id
        switch lane.endpoint.health.record(verdict, now: wall) {
        case .none: break
        case .failingSince(let since):
            try store.setFailing(
                endpoint: id, since: since.map { RFC3339.text(milliseconds: $0) })
        case .gone: try disable(lane, .gone)
        case .failedForTooLong: try disable(lane, .failing)
        }
    }

    private func disable(_ lane: Lane, _ reason: DisabledReason) throws(DestinationError) {
        guard !lane.isDisabled else { return }
        lane.isDisabled = true
        try store.disable(endpoint: lane.endpoint.id, reason: reason)
        say(.disabled(endpoint: lane.endpoint.id, reason))
    }

    /// Counts what is left.
    func count() throws(DestinationError) {
        (summary.pending, summary.waitingForDisabled) = try store.pendingCounts()
        guard summary.pending > 0 else { return }
        let now = RFC3339.text(milliseconds: wall)
        for endpoint in try store.endpoints(now: now) {
            guard let due = try store.nextDue(endpoint: endpoint.id) else { continue }
            summary.nextDue = min(summary.nextDue ?? due, due)
        }
    }
}
