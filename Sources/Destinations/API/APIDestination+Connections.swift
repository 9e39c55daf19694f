import Delivery
import HTTP
import Platform
import Time

/// The assignment of attempts to connections, and the opening of new ones.
extension APIDestination {
    /// With more, one turn of libcurl takes longer than 20 ms over TLS.
    private static let maxConnectsInFlight = 16
    /// Nanoseconds without new connects after one failed while others work. Arbitrary.
    private static let pauseAfterFailedConnect: Int64 = 250_000_000
    /// Nanoseconds. Servers close idle connections after 5 s or more; a request on a connection
    /// that is being closed would be uncertain.
    private static let idleLifetime: Int64 = 4_000_000_000
    /// How often libcurl may drop a connection before its first use.
    private static let maxTimesPruned = 3

    /// Number of open connections, busy or idle.
    var establishedCount: Int { connections.count - closed.count - connector.inFlight }

    /// Idle connections that no attempt waits for.
    package var connectionsReady: Int { max(0, idle.count - waiting.count - offeredCount) }

    /// Number of attempts without a connection.
    var unconnectedCount: Int { waiting.count + unoffered.count }

    /// Offers the idle connections that are left to attempts whose requests may not leave yet.
    func offerConnections() {
        while connectionsReady > 0, let slot = unoffered.first {
            renewDeadline(of: slot, now: now)
            unoffered.remove(slot)
            slots[slot].attempt = .offered
            offeredCount += 1
            offers.append(slot)
        }
    }

    /// Gives an attempt its time again that was paused with the process while it waited: no byte has
    /// left.
    private func renewDeadline(of slot: Int, now: Instant) {
        guard slots[slot].deadline <= now else { return }
        slots[slot].deadline = now.advanced(byNanoseconds: timeoutNanoseconds)
        inFlight.remove(slot)
        inFlight.append(slot)
    }

    /// Assigns idle connections to waiting attempts, the newest first.
    func giveIdleConnections(now: Instant) {
        while let slot = waiting.first, let index = idle.last {
            let connection = connections[index]
            // A turn that was paused has an old time.
            if connection.idleUntil > max(now, idleCheckedAt) {
                idle.removeLast()
                begin(slot: slot, on: connection, now: now)
            } else {
                close(connection)
            }
        }
    }

    /// Closes idle connections that the peer has closed, or has sent bytes on: a request on one
    /// would be uncertain, or get a response that is not its own.
    ///
    /// Polls once after each `wait` for all, since a check before each use costs a call a message.
    func closeStaleIdle() {
        if didCheckIdle || idle.isEmpty { return }
        didCheckIdle = true
        idleCheckedAt = MonotonicClock.now
        var count = 0
        repeat {
            // The next wait reports a failure.
            count = (try? poller.wait(nanoseconds: 0)) ?? 0
            for place in 0..<count {
                let event = poller.event(place)
                if let connection = idleConnection(of: event) {
                    checkIdle(connection, readiness: event.readiness)
                } else {
                    // An edge is reported only once.
                    unhandled.append(event)
                }
            }
        } while count == Poller.maxEvents
    }

    private func idleConnection(of event: Poller.Event) -> APIConnection? {
        guard event.token & Poller.callerBit == 0 else { return nil }
        let connection = connections[APIConnection.index(ofToken: event.token)]
        return connection.token == event.token && connection.state == .idle ? connection : nil
    }

    /// Closes an idle connection that became readable: the peer closed it, or sent a response
    /// without a request.
    func checkIdle(_ connection: APIConnection, readiness: Poller.Interest) {
        guard readiness.contains(.readable) else { return }
        // A TLS 1.3 session ticket makes it readable too, without bytes to receive.
        if readiness.contains(.closed) || connection.receive(into: inbox) != .again {
            close(connection)
        }
    }

    /// Starts the exchange of a waiting attempt. If the connection is closed before a byte left,
    /// the attempt stays first in the queue.
    func begin(slot: Int, on connection: APIConnection, now: Instant) {
        renewDeadline(of: slot, now: now)
        connection.beginExchange(slot: slot, now: now)
        let progress = connection.send(slots[slot])
        if !connection.requestBegan {
            close(connection)
            return
        }
        waiting.remove(slot)
        slots[slot].attempt = .onConnection(connection.index)
        // The poller may report no event for a failure during the send.
        if progress == .failed { pending.append(connection.index) }
    }

    /// Whether an attempt waits and one more connection may be opened for it now.
    var canOpenConnection: Bool {
        let limit = connectsInParallel ? Self.maxConnectsInFlight : 1
        return connector.inFlight < min(limit, unconnectedCount)
            && (now >= nextConnect || establishedCount == 0)
            && (!closed.isEmpty || connections.count < settings.maxConnections)
    }

    /// Opens connections for waiting attempts, within the limits.
    func openConnections() throws(DestinationError) {
        while canOpenConnection {
            if closed.isEmpty {
                let connection = try connector.makeConnection(index: connections.count)
                connections.append(connection)
                closed.append(connection.index)
            }
            // Removed from `closed` only after its connect has started.
            guard let index = closed.last else { return }
            try connector.begin(connections[index], now: now)
            closed.removeLast()
        }
    }

    /// Processes the connects that have ended.
    func finishConnects() throws(DestinationError) {
        while let (connection, outcome) = try connector.nextEnded({ connections[$0] }) {
            switch outcome {
            case .connected: try adopt(connection)
            case .pruned: try connectAgain(connection)
            case .failed(let failure):
                closed.append(connection.index)
                connectFailed(failure)
            }
        }
        while let connection = connector.closeLate(now: now) {
            closed.append(connection.index)
            connectFailed(ConnectFailure(.connectTimeout, "the connection took too long"))
        }
    }

    private func adopt(_ connection: APIConnection) throws(DestinationError) {
        // libcurl may drop a connection until the first send or receive on it.
        switch connection.receive(into: inbox) {
        case .again:
            if isPlaintext { connection.bypassLibcurl() }
        case .pruned:
            connector.close(connection)
            try connectAgain(connection)
            return
        case .bytes, .closed, .failed:
            close(connection)
            connectFailed(
                ConnectFailure(.connectionClosed, "the server closed the new connection"))
            return
        }
        try DestinationError.system(
            try poller.add(
                connection.descriptor, interest: [.readable, .writable, .closed, .edgeTriggered],
                token: connection.token))
        connection.isRegistered = true
        connectsInParallel = true
        nextConnect = Instant(nanoseconds: .min)
        // If it breaks, its first attempt gets no other connection: a server that closes every
        // new connection must not cause endless connects.
        if let slot = waiting.first {
            begin(slot: slot, on: connection, now: now)
            if waiting.contains(slot) {
                endUnsent(
                    slot: slot, AttemptResult(requestBegan: false, failure: .connectionClosed),
                    detail: "the server closed the new connection")
            }
        } else {
            park(connection, until: now.advanced(byNanoseconds: Self.idleLifetime))
            // At once: were it closed before its offer, connects would follow without end.
            offerConnections()
        }
    }

    /// Connects again after libcurl dropped the connection, which is not a failure.
    private func connectAgain(_ connection: APIConnection) throws(DestinationError) {
        connection.timesPruned += 1
        if connection.timesPruned > Self.maxTimesPruned {
            connection.timesPruned = 0
            closed.append(connection.index)
            connectFailed(ConnectFailure(.connect, "no connection"))
        } else {
            try connector.begin(connection, now: now)
        }
    }

    /// Ends the attempts that no other connection can serve.
    private func connectFailed(_ failure: ConnectFailure) {
        if establishedCount > 0 {
            // The open connections serve them later.
            nextConnect = now.advanced(byNanoseconds: Self.pauseAfterFailedConnect)
            return
        }
        connectsInParallel = false
        while unconnectedCount > connector.inFlight, let slot = waiting.first ?? unoffered.first {
            endUnsent(
                slot: slot, AttemptResult(requestBegan: false, failure: failure.failure),
                detail: failure.detail)
        }
    }

    /// Adds a connection to the idle ones.
    func park(_ connection: APIConnection, until: Instant) {
        connection.park(until: until)
        idle.append(connection.index)
    }

    /// The end of a connection's idle time after a response that arrived at `arrival` or later.
    func idleLimit(after head: ResponseHead, at arrival: Instant) -> Instant {
        guard let seconds = head.keepAliveTimeoutSeconds else {
            return arrival.advanced(byNanoseconds: Self.idleLifetime)
        }
        // A second before the server does it; of one second, half of it.
        let limit = Int64(clamping: seconds).multipliedReportingOverflow(by: 1_000_000_000)
        let nanoseconds = limit.overflow ? Int64.max : limit.partialValue
        return arrival.advanced(byNanoseconds: max(nanoseconds - 1_000_000_000, nanoseconds / 2))
    }

    /// Closes idle connections whose idle time has elapsed, the oldest first.
    func closeStale() {
        while let oldest = idle.first, connections[oldest].idleUntil <= now {
            close(connections[oldest])
        }
    }

    /// Closes all idle connections.
    func closeIdle() {
        while let index = idle.last { close(connections[index]) }
    }

    /// Closes a connection, or gives up its connect.
    func close(_ connection: APIConnection) {
        if connection.state == .closed { return }
        if connection.state == .idle, let place = idle.lastIndex(of: connection.index) {
            idle.remove(at: place)
        }
        if connection.isRegistered {
            poller.remove(connection.descriptor)
            connection.isRegistered = false
        }
        reuse.recordClose(of: connection.index)
        connector.close(connection)
        closed.append(connection.index)
    }
}
