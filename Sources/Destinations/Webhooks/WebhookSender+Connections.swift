import CCurl
import Delivery
import HTTP
import Platform
import Time

/// Connects, and what becomes of them.
extension WebhookSender {
    /// How long an idle connection is kept, in nanoseconds. Arbitrary: below what servers allow.
    private static let idleTime: Int64 = 15_000_000_000
    private static let maxTimesPruned = 3

    /// Opens a connection for a request.
    func connect(_ slot: Int) throws(DestinationError) {
        let index = try closedConnection()
        connecting[index] = slot
        origins[index] = exchanges[slot]?.origin
        try begin(connections[index])
    }

    /// The index of a connection that is closed; the idle one that waits longest is closed for it.
    private func closedConnection() throws(DestinationError) -> Int {
        if let closed = connections.first(where: { $0.state == .closed }) { return closed.index }
        if connections.count >= settings.maxConnections, let index = idle.first {
            close(connections[index])
            return index
        }
        let index = connections.count
        connections.append(try connector.makeConnection(index: index))
        guards.append(AddressGuard())
        origins.append(nil)
        return index
    }

    private func begin(_ connection: APIConnection) throws(DestinationError) {
        let index = connection.index
        guard let origin = origins[index] else { preconditionFailure("a connect to nothing") }
        // A name that is not this machine's may not lead to it, whatever it resolves to.
        let scope: AddressGuard.Scope =
            settings.allowsPrivateAddresses ? .all : origin.isLoopback ? .loopbackOnly : .publicOnly
        try connector.begin(connection, now: now) { [guards] easy in
            let code = hb_curl_setopt_string(easy, HB_CURLOPT_URL, origin.connectURL)
            return code == HB_CURLE_OK ? guards[index].apply(scope, to: easy) : code
        }
    }

    /// Moves connects along, and starts the requests of those that are established.
    func moveConnects() throws(DestinationError) {
        try connector.perform(now: now)
        while let (connection, outcome) = try connector.nextEnded({ connections[$0] }) {
            switch outcome {
            case .connected: try adopt(connection)
            case .pruned: try again(connection)
            case .failed(let failure): connectFailed(connection, failure)
            }
        }
        while let connection = connector.closeLate(now: now) {
            connectFailed(connection, ConnectFailure(lateThroughProxy: false))
        }
    }

    private func adopt(_ connection: APIConnection) throws(DestinationError) {
        // libcurl may drop a connection until the first send or receive on it.
        switch connection.receive(into: inbox) {
        case .again:
            if origins[connection.index]?.scheme == .http { connection.bypassLibcurl() }
        case .pruned:
            connector.close(connection)
            return try again(connection)
        case .bytes, .closed, .failed:
            connector.close(connection)
            return connectFailed(
                connection,
                ConnectFailure(.connectionClosed, "the server closed the new connection"))
        }
        try DestinationError.system(
            try poller.add(
                connection.descriptor, interest: [.readable, .writable, .closed, .edgeTriggered],
                token: connection.token))
        connection.isRegistered = true
        guard let slot = connecting.removeValue(forKey: connection.index) else {
            return close(connection)
        }
        if !begin(slot, on: connection) {
            close(connection)
            finish(slot, AttemptResult(requestBegan: false, failure: .connectionClosed))
        }
    }

    private func again(_ connection: APIConnection) throws(DestinationError) {
        connection.timesPruned += 1
        guard connection.timesPruned > Self.maxTimesPruned else { return try begin(connection) }
        connection.timesPruned = 0
        connectFailed(connection, ConnectFailure(.connect, "no connection"))
    }

    private func connectFailed(_ connection: APIConnection, _ failure: ConnectFailure) {
        guard let slot = connecting.removeValue(forKey: connection.index) else { return }
        let result = AttemptResult(
            requestBegan: false, failure: failure.failure, connectRefusal: failure.refusal)
        guard guards[connection.index].hasRefused else {
            return finish(slot, result, Array(failure.detail.utf8))
        }
        finish(
            slot, result, Array("the name resolves to an address that is not public".utf8),
            isAddressRefused: true)
    }

    func park(_ connection: APIConnection) {
        connection.park()
        connection.expiresAt = now.advanced(byNanoseconds: Self.idleTime)
        idle.append(connection.index)
    }

    func close(_ connection: APIConnection) {
        if connection.state == .closed { return }
        idle.removeAll { $0 == connection.index }
        if connection.isRegistered {
            poller.remove(connection.descriptor)
            connection.isRegistered = false
        }
        connector.close(connection)
    }
}
