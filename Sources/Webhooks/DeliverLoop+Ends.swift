import Delivery
import Destinations
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
    }

    private func record(
        _ verdict: DeliverySchedule.Verdict, _ end: WebhookSender.End, _ attempt: Attempt,
        failures: Int, wall: Int64
    ) throws(DestinationError) {
        let status: DeliveryStatus
        var due = wall
        switch verdict {
        case .delivered:
            status = .delivered
            summary.delivered += 1
        case .retry(let at):
            status = .pending
            due = at
            attempt.lane.isExhausted = false
        case .failed, .gone:
            status = .failed
            summary.failed += 1
        }
        let text = String(decoding: end.text, as: UTF8.self)
        try store.record(
            StoreDeliveries.Result(
                status: status, failures: verdict == .delivered ? failures - 1 : failures,
                dueAt: RFC3339.text(milliseconds: due),
                responseStatus: end.result.response?.status,
                error: verdict == .delivered
                    ? nil
                    : end.isAddressRefused ? "address_not_public" : end.result.failure?.rawValue,
                response: text.isEmpty ? nil : text),
            of: attempt.delivery)
    }

    /// Follows how long an endpoint fails, and disables it.
    private func judge(
        _ lane: Lane, _ verdict: DeliverySchedule.Verdict, wall: Int64
    ) throws(DestinationError) {
        let id = lane.endpoint.id
        switch verdict {
        case .delivered:
            guard lane.endpoint.failingSince != nil else { return }
            lane.endpoint.failingSince = nil
            try store.setFailing(endpoint: id, since: nil)
        case .gone: try disable(lane, .gone)
        case .retry, .failed:
            guard let since = lane.endpoint.failingSince else {
                let since = RFC3339.text(milliseconds: wall)
                lane.endpoint.failingSince = since
                return try store.setFailing(endpoint: id, since: since)
            }
            let limit = RFC3339.text(milliseconds: wall - DeliverySchedule.maxFailingTime)
            if since <= limit { try disable(lane, .failing) }
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
