import Delivery
import Platform
package import Time

/// The turns of the loop: what may be done without waiting, then a wait, then what it brought.
extension APIDestination {
    package func wait(
        until deadline: Instant?, ends: inout [AttemptEnd], ready: inout [UInt64]
    ) throws(DestinationError) {
        texts.truncate(to: 0)
        defer {
            ends.append(contentsOf: ended)
            ended.removeAll(keepingCapacity: true)
        }
        let readyBefore = ready.count
        now = MonotonicClock.now
        idleAreLookedAt = false
        for event in unhandled { take(event, ready: &ready) }
        unhandled.removeAll(keepingCapacity: true)
        repeat {
            attendUnattended()
            closeStale()
            try openConnections()
            if connector.underWay > 0 { try connect() }
            // Whatever ended already, the caller's descriptors must have their turn.
            let isDone = !ended.isEmpty || ready.count > readyBefore
            let count = try pause(until: isDone ? now : deadline)
            now = MonotonicClock.now
            for place in 0..<count { take(poller.event(place), ready: &ready) }
            // Only now: after a long pause of the process, responses that came in time are waiting.
            if count < Poller.maxEvents { expireAttempts() }
        } while ended.isEmpty && ready.count == readyBefore
            && deadline.map({ now < $0 }) ?? true
    }

    private func connect() throws(DestinationError) {
        try connector.perform()
        try takeEndedConnects()
    }

    /// Waits until something happens, at most until `limit`; returns the number of events.
    private func pause(until limit: Instant?) throws(DestinationError) -> Int {
        var until = limit
        func sooner(_ other: Instant) { until = until.map { min($0, other) } ?? other }
        if let oldest = underWay.first { sooner(slots[oldest].deadline) }
        if !waiting.isEmpty && nextConnect > now { sooner(nextConnect) }
        if !unattended.isEmpty || canOpenConnection { sooner(now) }
        if connector.underWay == 0 {
            return try DestinationError.system(
                try poller.wait(nanoseconds: until.map { $0.nanoseconds(since: now) }))
        }
        // libcurl waits in milliseconds: rounded up, or it would spin through the last one.
        let longest: Int64 = 1_000_000_000
        let nanoseconds = min(until.map { $0.nanoseconds(since: now) } ?? longest, longest)
        if nanoseconds > 0 {
            try connector.wait(
                besides: poller.descriptor, milliseconds: Int32((nanoseconds + 999_999) / 1_000_000)
            )
        }
        return try DestinationError.system(try poller.wait(nanoseconds: 0))
    }

    private func take(_ event: Poller.Event, ready: inout [UInt64]) {
        if event.token & Poller.callerBit != 0 {
            ready.append(event.token)
            return
        }
        let index = APIConnection.index(ofToken: event.token)
        let connection = connections[index]
        // The event may be of a connection that was closed in this very turn.
        guard connection.token == event.token else { return }
        switch connection.state {
        case .busy(let slot): advance(connection, slot: slot, readiness: event.readiness)
        case .idle: look(at: connection, readiness: event.readiness)
        case .closed, .connecting: return
        }
    }

    private func attendUnattended() {
        while let index = unattended.popLast() {
            let connection = connections[index]
            guard connection.sendFailed, case .busy(let slot) = connection.state else { continue }
            advance(connection, slot: slot, readiness: .readable)
        }
    }

    private func expireAttempts() {
        while let slot = underWay.first, slots[slot].deadline <= now { expire(slot: slot) }
    }
}
