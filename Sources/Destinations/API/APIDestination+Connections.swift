import Delivery
import HTTP
import Platform
import Time

/// The assignment of attempts to connections, and the opening of new ones.
extension APIDestination {
    /// How often libcurl may drop a connection before its first use.
    private static let maxTimesPruned = 3

    /// Idle connections that no attempt waits for.
    package var connectionsReady: Int { max(0, pool.idleCount - attempts.claimCount) }

    /// Offers the idle connections that are left to attempts whose requests may not leave yet.
    func offerConnections() {
        while connectionsReady > 0, attempts.offer(now: now) {}
    }

    /// Assigns idle connections to waiting attempts, the newest first.
    func giveIdleConnections(now: Instant) {
        while let slot = attempts.firstWaiting {
            // A turn that was paused has an old time.
            switch pool.takeIdle(now: max(now, idleCheckedAt)) {
            case .use(let index): begin(slot: slot, on: connections[index], now: now)
            case .close(let index): close(connections[index])
            case nil: return
            }
        }
    }

    /// Closes idle connections that the peer has closed, or has sent bytes on: a request on one
    /// would be uncertain, or get a response that is not its own.
    ///
    /// Polls once after each `wait` for all, since a check before each use costs a call a message.
    func closeStaleIdle() {
        if didCheckIdle || pool.idleCount == 0 { return }
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
        attempts.renewDeadline(of: slot, now: now)
        connection.beginExchange(slot: slot, now: now)
        let progress = connection.send(slots[slot])
        if !connection.requestBegan {
            close(connection)
            return
        }
        attempts.begin(slot: slot, on: connection.index)
        // The poller may report no event for a failure during the send.
        if progress == .failed { pending.append(connection.index) }
    }

    /// Opens connections for waiting attempts, within the limits.
    func openConnections() throws(DestinationError) {
        while let index = pool.startConnect(waiting: attempts.unconnectedCount, now: now) {
            if index == connections.count {
                connections.append(try connector.makeConnection(index: index))
            }
            try connector.begin(connections[index], now: now)
        }
    }

    /// Processes the connects that have ended.
    func finishConnects() throws(DestinationError) {
        while let (connection, outcome) = try connector.nextEnded({ connections[$0] }) {
            switch outcome {
            case .connected: try adopt(connection)
            case .pruned: try connectAgain(connection)
            case .failed(let failure): connectFailed(connection, failure)
            }
        }
        while let connection = connector.closeLate(now: now) {
            connectFailed(
                connection, ConnectFailure(lateThroughProxy: connector.usesProxy))
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
            connector.close(connection)
            connectFailed(
                connection,
                ConnectFailure(.connectionClosed, "the server closed the new connection"))
            return
        }
        try DestinationError.system(
            try poller.add(
                connection.descriptor, interest: [.readable, .writable, .closed, .edgeTriggered],
                token: connection.token))
        connection.isRegistered = true
        connection.expiresAt = newExpiry()
        pool.connected()
        // If it breaks, its first attempt gets no other connection: a server that closes every
        // new connection must not cause endless connects.
        if let slot = attempts.firstWaiting {
            begin(slot: slot, on: connection, now: now)
            if attempts.state(of: slot) == .waitsForConnection {
                endUnsent(
                    slot: slot, AttemptResult(requestBegan: false, failure: .connectionClosed),
                    detail: "the server closed the new connection")
            }
        } else {
            connection.park()
            pool.park(
                connection.index,
                until: min(
                    ConnectionPool.idleLimit(keepAlive: nil, after: now), connection.expiresAt))
            // At once: were it closed before its offer, connects would follow without end.
            offerConnections()
        }
    }

    /// When a connection that begins now is too old.
    ///
    /// 80 to 120 % of the flag, so that connections that began together do not end together.
    private func newExpiry() -> Instant {
        let age = settings.maxConnectionAge.wholeNanoseconds
        guard age > 0 else { return Instant(nanoseconds: .max) }
        let fifth = age / 5
        return now.advanced(
            byNanoseconds: age - fifth + Int64(random.next(upTo: UInt64(2 * fifth))))
    }

    /// Connects again after libcurl dropped the connection, which is not a failure.
    private func connectAgain(_ connection: APIConnection) throws(DestinationError) {
        connection.timesPruned += 1
        if connection.timesPruned > Self.maxTimesPruned {
            connection.timesPruned = 0
            connectFailed(connection, ConnectFailure(.connect, "no connection"))
        } else {
            try connector.begin(connection, now: now)
        }
    }

    /// Ends the attempts that no other connection can serve.
    private func connectFailed(_ connection: APIConnection, _ failure: ConnectFailure) {
        let next = pool.connectFailed(
            connection.index, waiting: attempts.unconnectedCount, now: now)
        lastConnectFailure = failure
        guard case .endWaiting(let count) = next else { return }
        for _ in 0..<count {
            guard let slot = attempts.firstUnconnected else { return }
            endUnsent(
                slot: slot,
                AttemptResult(
                    requestBegan: false, failure: failure.failure,
                    connectRefusal: failure.refusal),
                detail: failure.detail)
        }
    }

    /// Closes idle connections whose idle time has elapsed, the oldest first.
    func closeStale() {
        while let oldest = pool.firstStale(now: now) { close(connections[oldest]) }
    }

    /// Closes all idle connections.
    func closeIdle() {
        while let index = pool.anyIdle { close(connections[index]) }
    }

    /// Closes a connection, or gives up its connect.
    func close(_ connection: APIConnection) {
        if connection.state == .closed { return }
        if connection.isRegistered {
            poller.remove(connection.descriptor)
            connection.isRegistered = false
        }
        connector.close(connection)
        pool.connectionClosed(connection.index)
    }
}
