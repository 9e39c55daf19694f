import Delivery
import HTTP
import Platform
import Time

/// Which connection carries which attempt, and when to open another.
extension APIDestination {
    /// More at once would make one turn of libcurl last longer than 20 ms over TLS.
    private static let maxConnectsInFlight = 16
    /// How long to make do with the connections there are after one more was not to be had.
    /// Arbitrary.
    private static let pauseAfterFailedConnect: Int64 = 250_000_000
    /// Servers close idle connections after 5 s and more; one that is about to be closed would
    /// turn a request into an uncertain one.
    private static let idleLifetime: Int64 = 4_000_000_000
    /// How often libcurl may give away a connection before its first use.
    private static let maxTimesPruned = 3

    /// Connections that are there, working or idle.
    var establishedCount: Int { connections.count - closed.count - connector.underWay }

    /// Gives waiting attempts the idle connections, the newest first.
    func giveIdleConnections(now: Instant) {
        while let slot = waiting.first, let index = idle.last {
            let connection = connections[index]
            if connection.idleUntil > now {
                idle.removeLast()
                begin(slot: slot, on: connection)
            } else {
                close(connection)
            }
        }
    }

    /// Looks once after each `wait` which idle connections the peer has closed since: a request on
    /// one of these would be uncertain. One call for all, where a look at each before it is used
    /// would cost a call for each message.
    func closeStaleIdle() {
        if idleAreLookedAt || idle.isEmpty { return }
        idleAreLookedAt = true
        // What fails here fails in the next wait.
        guard let count = try? poller.wait(nanoseconds: 0) else { return }
        for place in 0..<count {
            let event = poller.event(place)
            if let connection = idleConnection(of: event) {
                look(at: connection, readiness: event.readiness)
            } else {
                // Edges are not announced again.
                unhandled.append(event)
            }
        }
    }

    private func idleConnection(of event: Poller.Event) -> APIConnection? {
        guard event.token & Poller.callerBit == 0 else { return nil }
        let connection = connections[APIConnection.index(ofToken: event.token)]
        return connection.token == event.token && connection.state == .idle ? connection : nil
    }

    /// An idle connection has something to say: that it is closed, most likely.
    func look(at connection: APIConnection, readiness: Poller.Interest) {
        guard readiness.contains(.readable) else { return }
        // A ticket of TLS 1.3 makes it readable too, without anything to receive.
        if readiness.contains(.closed) || connection.receive(into: inbox) != .again {
            close(connection)
        }
    }

    /// Begins the exchange of a waiting attempt. If the connection turns out closed before
    /// anything left, the attempt goes on waiting, as the first.
    func begin(slot: Int, on connection: APIConnection) {
        connection.beginExchange(slot: slot)
        let progress = connection.send(slots[slot])
        if !connection.requestBegan {
            close(connection)
            return
        }
        waiting.remove(slot)
        slots[slot].attempt = .onConnection(connection.index)
        // No event need come for what broke during the send.
        if progress == .failed { unattended.append(connection.index) }
    }

    /// Whether an attempt waits for which another connection may be opened now.
    var canOpenConnection: Bool {
        let limit = connectsInParallel ? Self.maxConnectsInFlight : 1
        return connector.underWay < min(limit, waiting.count)
            && (now >= nextConnect || establishedCount == 0)
            && (!closed.isEmpty || connections.count < settings.maxConnections)
    }

    /// Opens connections for attempts that wait, as many as may be.
    func openConnections() throws(DestinationError) {
        while canOpenConnection {
            if closed.isEmpty {
                let connection = try connector.makeConnection(index: connections.count)
                connections.append(connection)
                closed.append(connection.index)
            }
            // Taken out of the closed ones only once its connect has begun.
            guard let index = closed.last else { return }
            try connector.begin(connections[index])
            closed.removeLast()
        }
    }

    /// Takes the connects that have ended.
    func takeEndedConnects() throws(DestinationError) {
        while let (connection, outcome) = try connector.nextEnded({ connections[$0] }) {
            switch outcome {
            case .connected: try takeConnected(connection)
            case .pruned: try connectAgain(connection)
            case .failed(let failure):
                closed.append(connection.index)
                connectFailed(failure)
            }
        }
    }

    private func takeConnected(_ connection: APIConnection) throws(DestinationError) {
        // libcurl may give a connection away until something was sent or received on it.
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
        // Its first attempt is not given a replacement if it breaks: a server that closes every
        // connection at once must not be called for ever.
        if let slot = waiting.first {
            begin(slot: slot, on: connection)
            if waiting.contains(slot) {
                finish(
                    slot: slot, AttemptResult(requestBegan: false, failure: .connectionClosed),
                    detail: "the server closed the new connection")
            }
        } else {
            park(connection, until: now.advanced(byNanoseconds: Self.idleLifetime))
        }
    }

    /// Connects again after libcurl gave the connection away, which is nobody's failure.
    private func connectAgain(_ connection: APIConnection) throws(DestinationError) {
        connection.timesPruned += 1
        if connection.timesPruned > Self.maxTimesPruned {
            connection.timesPruned = 0
            closed.append(connection.index)
            connectFailed(ConnectFailure(.connect, "no connection"))
        } else {
            try connector.begin(connection)
        }
    }

    /// Ends the attempts that have nothing left to wait for.
    private func connectFailed(_ failure: ConnectFailure) {
        if establishedCount > 0 {
            // The others will serve them in turn.
            nextConnect = now.advanced(byNanoseconds: Self.pauseAfterFailedConnect)
            return
        }
        connectsInParallel = false
        while waiting.count > connector.underWay, let slot = waiting.first {
            finish(
                slot: slot, AttemptResult(requestBegan: false, failure: failure.failure),
                detail: failure.detail)
        }
    }

    /// Puts a connection among the idle ones.
    func park(_ connection: APIConnection, until: Instant) {
        connection.park(until: until)
        idle.append(connection.index)
    }

    /// Until when a connection may idle after a response.
    func idleLimit(after head: ResponseHead) -> Instant {
        guard let seconds = head.keepAliveTimeoutSeconds else {
            return now.advanced(byNanoseconds: Self.idleLifetime)
        }
        // A second before the server does it; of one second, half of it.
        let limit = Int64(clamping: seconds).multipliedReportingOverflow(by: 1_000_000_000)
        let nanoseconds = limit.overflow ? Int64.max : limit.partialValue
        return now.advanced(byNanoseconds: max(nanoseconds - 1_000_000_000, nanoseconds / 2))
    }

    /// Closes the oldest of the idle connections that nobody needed.
    func closeStale() {
        while let oldest = idle.first, connections[oldest].idleUntil <= now {
            close(connections[oldest])
        }
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
        connector.close(connection)
        closed.append(connection.index)
    }
}
