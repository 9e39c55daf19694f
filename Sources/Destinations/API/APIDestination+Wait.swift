import Delivery
import Platform
package import Time

/// The turns of the destination: work that needs no waiting, one wait, then its events.
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
        readClock()
        didCheckIdle = false
        for event in unhandled { handle(event, ready: &ready) }
        unhandled.removeAll(keepingCapacity: true)
        repeat {
            servicePending()
            closeStale()
            try openConnections()
            if connector.inFlight > 0 { try connect() }
            if attempts.hasUnoffered { offerConnections() }
            // Polls even if attempts have ended, so that the caller's descriptors are not starved.
            let isDone = !ended.isEmpty || attempts.hasOffers || ready.count > readyBefore
            let count = try pause(until: isDone ? now : deadline)
            let polledAt = now
            readClock()
            for place in 0..<count { handle(poller.event(place), ready: &ready) }
            if count < Poller.maxEvents { readUntil = polledAt }
            if attempts.firstExpired(at: now) != nil { try expireAttempts(ready: &ready) }
            if attempts.hasUnoffered { offerConnections() }
        } while ended.isEmpty && !attempts.hasOffers && ready.count == readyBefore
            && deadline.map({ now < $0 }) ?? true
    }

    private func connect() throws(DestinationError) {
        try connector.perform(now: now)
        try finishConnects()
    }

    /// The longest wait for responses, in nanoseconds.
    private static let maxWaitInFlight: Int64 = 250_000_000

    /// Reads the clock, and gives the attempts that a pause of the process delayed their time again.
    ///
    /// An attempt that started at the last reading, or whose request was sent since, may have done
    /// so at any time since. If much more than a wait is between the readings, the process was
    /// paused, and the timeout may have elapsed before the first byte left.
    private func readClock() {
        let before = now
        now = MonotonicClock.now
        if now.nanoseconds(since: before) <= 2 * Self.maxWaitInFlight { return }
        attempts.restart(startedSince: before, now: now)
        for connection in connections where connection.beganAt >= before {
            if case .busy(let slot) = connection.state { attempts.restart(slot: slot, now: now) }
        }
    }

    /// Waits until something happens, at most until `limit`; returns the number of events.
    private func pause(until limit: Instant?) throws(DestinationError) -> Int {
        var until = limit
        func limitTo(_ other: Instant) { until = until.map { min($0, other) } ?? other }
        if let deadline = attempts.nextDeadline {
            limitTo(deadline)
            // So that the age of an idle connection is known to this time.
            limitTo(now.advanced(byNanoseconds: Self.maxWaitInFlight))
        }
        if let deadline = connector.nextDeadline { limitTo(deadline) }
        let waiting = attempts.unconnectedCount
        if let end = pool.connectPauseEnd(waiting: waiting, now: now) { limitTo(end) }
        if !pending.isEmpty || pool.mayConnect(waiting: waiting, now: now) { limitTo(now) }
        if connector.inFlight == 0 {
            return try DestinationError.system(
                try poller.wait(nanoseconds: until.map { $0.nanoseconds(since: now) }))
        }
        // libcurl waits in milliseconds: round up, or it spins during the last one.
        let maxWait: Int64 = 1_000_000_000
        let nanoseconds = min(until.map { $0.nanoseconds(since: now) } ?? maxWait, maxWait)
        if nanoseconds > 0 {
            try connector.wait(
                besides: poller.descriptor, milliseconds: Int32((nanoseconds + 999_999) / 1_000_000)
            )
        }
        return try DestinationError.system(try poller.wait(nanoseconds: 0))
    }

    private func handle(_ event: Poller.Event, ready: inout [UInt64]) {
        if event.token & Poller.callerBit != 0 {
            if !ready.contains(event.token) { ready.append(event.token) }
            return
        }
        let index = APIConnection.index(ofToken: event.token)
        let connection = connections[index]
        // The event may belong to a connection that was closed in this turn.
        guard connection.token == event.token else { return }
        switch connection.state {
        case .busy(let slot): advance(connection, slot: slot, readiness: event.readiness)
        case .idle: checkIdle(connection, readiness: event.readiness)
        case .closed, .connecting: return
        }
    }

    private func servicePending() {
        while let index = pending.popLast() {
            let connection = connections[index]
            guard connection.sendFailed, case .busy(let slot) = connection.state else { continue }
            advance(connection, slot: slot, readiness: .readable)
        }
    }

    /// Ends the attempts whose timeout has elapsed, after everything that had arrived is read.
    ///
    /// After a pause of the process responses that came in time are waiting. The wait that the
    /// pause interrupted reports none of them.
    private func expireAttempts(ready: inout [UInt64]) throws(DestinationError) {
        if connector.inFlight > 0 { try connect() }
        var count = 0
        repeat {
            count = try DestinationError.system(try poller.wait(nanoseconds: 0))
            for place in 0..<count { handle(poller.event(place), ready: &ready) }
        } while count == Poller.maxEvents
        servicePending()
        while let slot = attempts.firstExpired(at: now) { expire(slot: slot) }
    }
}
