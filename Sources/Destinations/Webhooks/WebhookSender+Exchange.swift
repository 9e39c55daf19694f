import Delivery
import HTTP
import Platform
import Time

/// One request out, its response in.
extension WebhookSender {
    /// Sends on an idle or a new connection; false if no byte can have left.
    func begin(_ slot: Int, on connection: APIConnection) -> Bool {
        guard let request = exchanges[slot]?.request else {
            preconditionFailure("a request that is not in flight")
        }
        connection.beginExchange(slot: slot, now: now)
        let progress = connection.send(request)
        guard connection.requestBegan else { return false }
        // The poller may report no event for a failure during the send.
        if progress == .failed { receive(connection, slot, peerClosed: true) }
        return true
    }

    func advance(_ connection: APIConnection, _ slot: Int, _ readiness: Poller.Interest) {
        guard let request = exchanges[slot]?.request else { return close(connection) }
        let peerClosed = readiness.contains(.closed)
        // Received first: a response that is there now came before the end of the request.
        receive(connection, slot, peerClosed: peerClosed)
        guard connection.state == .busy(slot: slot), connection.isSending else { return }
        _ = connection.send(request)
        receive(connection, slot, peerClosed: peerClosed)
    }

    private func receive(_ connection: APIConnection, _ slot: Int, peerClosed: Bool) {
        while true {
            switch connection.receive(into: inbox) {
            case .bytes(let count):
                let bytes = UnsafeRawBufferPointer(rebasing: inbox[..<count])
                let (consumed, progress) = connection.parser.consume(bytes)
                if !connection.isRequestWhole && connection.parser.head != nil {
                    connection.isResponseEarly = true
                }
                switch progress {
                case .needsMore: continue
                case .complete:
                    return complete(connection, slot, isReusable: consumed == count && !peerClosed)
                case .failed(.framing(.headTooLarge)), .failed(.framing(.bodyTooLarge)):
                    return end(
                        connection, slot, failure: .responseTooLarge, "the response is too large")
                case .failed:
                    return end(
                        connection, slot, failure: .malformedResponse, "the response is not HTTP")
                }
            case .again:
                if connection.sendFailed { broken(connection, slot) }
                return
            case .closed:
                if case .complete = connection.parser.endOfStream() {
                    return complete(connection, slot, isReusable: false)
                }
                return broken(connection, slot)
            case .failed, .pruned: return broken(connection, slot)
            }
        }
    }

    /// Ends a request with its complete response.
    private func complete(_ connection: APIConnection, _ slot: Int, isReusable: Bool) {
        let (result, text) = self.result(of: connection, failure: nil)
        let keepsAlive = connection.parser.head?.keepsAlive == true
        finish(slot, result, text)
        // Bytes after a response would be taken for the next one.
        if isReusable, keepsAlive, connection.isRequestWhole,
            connection.receive(into: inbox) == .again
        {
            park(connection)
        } else {
            close(connection)
        }
    }

    /// Ends a request whose connection broke. One that was idle before and gave no byte of a
    /// response was probably closed before the request: the request gets a new one.
    private func broken(_ connection: APIConnection, _ slot: Int) {
        if exchanges[slot]?.usedIdle == true, !connection.parser.hasStarted {
            close(connection)
            exchanges[slot]?.usedIdle = false
            exchanges[slot]?.isRepeated = true
            // An error to connect ends it as any other break does.
            if (try? connect(slot)) != nil { return }
        }
        end(connection, slot, failure: .connectionClosed, "the connection was closed")
    }

    /// Ends a request without a complete response, and closes its connection.
    func end(
        _ connection: APIConnection, _ slot: Int, failure: TransportFailure, _ words: String
    ) {
        var (result, text) = result(of: connection, failure: failure)
        if result.response == nil || text.isEmpty { text = Array(words.utf8) }
        close(connection)
        finish(slot, result, text)
    }

    /// What a connection has received: a complete head counts, whatever becomes of the body.
    private func result(
        of connection: APIConnection, failure: TransportFailure?
    ) -> (AttemptResult, [UInt8]) {
        var result = AttemptResult(requestBegan: connection.requestBegan, failure: failure)
        var text: [UInt8] = []
        if let head = connection.parser.head {
            result.response = .init(
                status: head.status, isComplete: failure == nil,
                retryAfterSeconds: head.retryAfterSeconds)
            text = connection.parser.body { Array($0.prefix(Self.maxTextBytes)) }
            if connection.isResponseEarly, (200...299).contains(head.status) {
                result.failure = .earlyResponse
            }
        }
        return (result, text)
    }

    func finish(
        _ slot: Int, _ result: AttemptResult, _ text: [UInt8] = [], isAddressRefused: Bool = false
    ) {
        guard var exchange = exchanges.removeValue(forKey: slot) else {
            preconditionFailure("the end of a request that is not in flight")
        }
        exchange.request.release()
        ended.append(
            End(
                slot: slot, result: result, text: text, isAddressRefused: isAddressRefused,
                isRepeated: exchange.isRepeated,
                nanoseconds: now.nanoseconds(since: exchange.startedAt)))
    }
}
