import Delivery
import HTTP
import Platform

/// The course of one exchange: the rest of the request out, the response in, the result.
extension APIDestination {
    /// Moves a connection along after an event, or after a send that failed.
    func advance(_ connection: APIConnection, slot: Int, readiness: Poller.Interest) {
        // Over TLS a send can take in bytes of the response, and an event of writing can be the end
        // of a receive.
        let isReadable = readiness.contains(.readable) || !isPlaintext
        let peerClosed = readiness.contains(.closed)
        if connection.isSending {
            // Received first: a response that is there now came before the end of the request.
            if isReadable {
                receive(connection, slot: slot, peerClosed: peerClosed)
                guard connection.state == .busy(slot: slot) else { return }
            }
            // The receive below reports a failure of the send.
            _ = connection.send(slots[slot])
            if isPlaintext && !connection.sendFailed { return }
        }
        if isReadable || connection.sendFailed {
            receive(connection, slot: slot, peerClosed: peerClosed)
        }
    }

    /// Receives until the response is complete or nothing more is there. Events are edges: what is
    /// left unread now would never be announced again.
    private func receive(_ connection: APIConnection, slot: Int, peerClosed: Bool) {
        while true {
            switch connection.receive(into: inbox) {
            case .bytes(let count):
                let bytes = UnsafeRawBufferPointer(rebasing: inbox[..<count])
                let (consumed, progress) = connection.parser.consume(bytes)
                // A short read of a bare socket means that it is empty (epoll(7)).
                let isEmpty = isPlaintext && count < inbox.count
                if !connection.isRequestWhole && connection.parser.head != nil {
                    connection.isResponseEarly = true
                }
                switch progress {
                case .needsMore:
                    if isEmpty && !peerClosed && !connection.sendFailed { return }
                case .complete:
                    complete(
                        connection, slot: slot, isReusable: consumed == count && !peerClosed,
                        isEmpty: isEmpty)
                    return
                case .failed(let error):
                    fail(connection, slot: slot, error)
                    return
                }
            case .again:
                // A peer that reads no more of the request will not respond.
                if connection.sendFailed { broken(connection, slot: slot) }
                return
            case .closed:
                switch connection.parser.endOfStream() {
                case .complete:
                    complete(connection, slot: slot, isReusable: false, isEmpty: true)
                case .needsMore, .failed(.endedEarly): broken(connection, slot: slot)
                case .failed(let error): fail(connection, slot: slot, error)
                }
                return
            case .failed, .pruned:
                // Not the end of a close-delimited body: that is reported as `.closed`.
                broken(connection, slot: slot)
                return
            }
        }
    }

    /// Ends an attempt with a complete response. `isEmpty`: no received bytes are left unread.
    private func complete(
        _ connection: APIConnection, slot: Int, isReusable: Bool, isEmpty: Bool
    ) {
        guard let head = connection.parser.head else {
            preconditionFailure("a complete response without a head")
        }
        if isEarlySuccess(connection) {
            endIncomplete(connection, slot: slot, .earlyResponse)
            return
        }
        if connection.isReused { pool.reuseSucceeded(connection.index) }
        let found = texts(ofResponseOn: connection, head: head, isComplete: true)
        let result = AttemptResult(
            requestBegan: true,
            response: response(head, isComplete: true, hasMessageID: found.hasMessageID))
        attempts.end(slot: slot)
        ended.append(
            AttemptEnd(
                slot: slot, result: result, messageID: found.messageID, detail: found.detail))

        // Bytes after a response would be taken for the next one. Over TLS they may be decrypted
        // inside libcurl, where the poller can't see them; on a socket `closeStaleIdle` sees those
        // that come later, unless the next request begins at once.
        if isReusable && head.keepsAlive && connection.isRequestWhole
            && (isEmpty && attempts.firstWaiting == nil
                || connection.receive(into: inbox) == .again)
            && now < connection.expiresAt && pool.mayKeep(connection.index, now: now)
        {
            // After a pause of the process the response may have waited since the last read.
            let arrival = min(now, max(connection.beganAt, readUntil))
            connection.park()
            pool.park(
                connection.index,
                until: min(
                    ConnectionPool.idleLimit(
                        keepAlive: head.keepAliveTimeoutSeconds, after: arrival),
                    connection.expiresAt))
            giveIdleConnections(now: now)
        } else {
            close(connection)
        }
    }

    /// Whether a success arrived before the whole request had left, so that it proves nothing.
    private func isEarlySuccess(_ connection: APIConnection) -> Bool {
        guard connection.isResponseEarly, let head = connection.parser.head else { return false }
        return (200...299).contains(head.status)
    }

    /// The texts of a response that may be shown. An ID that contains the key is not among them.
    private func texts(
        ofResponseOn connection: APIConnection, head: ResponseHead, isComplete: Bool
    ) -> (hasMessageID: Bool, messageID: TextRange?, detail: TextRange?) {
        let isSuccess = (200...299).contains(head.status)
        let isWhole = isComplete && !connection.parser.bodyWasCut
        return connection.parser.body { body in
            if isSuccess && isWhole {
                let id = responseText.withMessageID(in: body, decides: head.status != 201) { id in
                    id.map { texts.append($0) }
                }
                if let id { return (true, id, nil) }
                if head.status == 201 { return (false, nil, nil) }
            }
            let words = responseText.detail(of: body, status: head.status, isCut: !isWhole)
            return (false, nil, words?.withUnsafeBytes { texts.append($0) })
        }
    }

    private func response(
        _ head: ResponseHead, isComplete: Bool, hasMessageID: Bool = false
    ) -> AttemptResult.Response {
        AttemptResult.Response(
            status: head.status, isComplete: isComplete, hasMessageID: hasMessageID,
            retryAfterSeconds: head.retryAfterSeconds)
    }

    /// Ends an attempt whose response violates HTTP or a limit.
    private func fail(_ connection: APIConnection, slot: Int, _ error: ResponseError) {
        let failure: TransportFailure =
            switch error {
            case .framing(.headTooLarge), .framing(.bodyTooLarge): .responseTooLarge
            case .endedEarly: .connectionClosed
            default: .malformedResponse
            }
        endIncomplete(connection, slot: slot, failure, detail: texts.append(error.message))
    }

    /// Ends an attempt whose connection ended before its response.
    private func broken(_ connection: APIConnection, slot: Int) {
        if connection.isReused, !connection.parser.hasStarted,
            pool.reuseFailed(connection.index, now: now)
        {
            closeIdle()
        }
        let detail =
            connection.parser.hasStarted
            ? "the connection was closed during the response"
            : "the connection was closed before a response"
        endIncomplete(connection, slot: slot, .connectionClosed, detail: texts.append(detail))
    }

    /// Ends an attempt that is to be aborted; a response that has arrived decides.
    func abort(_ connection: APIConnection, slot: Int) -> AttemptEnd {
        // As if the peer had closed: everything is read, and the connection is not used again.
        if connection.requestBegan { receive(connection, slot: slot, peerClosed: true) }
        if attempts.state(of: slot) != .none { endIncomplete(connection, slot: slot, .aborted) }
        guard let end = ended.popLast(), end.slot == slot else {
            preconditionFailure("an attempt that was aborted has ended")
        }
        return end
    }

    /// Ends an attempt whose timeout elapsed.
    func expire(slot: Int) {
        switch attempts.state(of: slot) {
        case .none: preconditionFailure("a timeout without an attempt")
        case .waitsForOffer, .offered, .waitsForConnection:
            endUnsent(
                slot: slot, AttemptResult(requestBegan: false, failure: .connectTimeout),
                detail: "no connection was free in time")
        case .onConnection(let index):
            let connection = connections[index]
            let detail =
                connection.isSending
                ? "the server did not read the whole request in time"
                : connection.parser.hasStarted
                    ? "the response was incomplete at the timeout" : "no response in time"
            endIncomplete(connection, slot: slot, .timeout, detail: texts.append(detail))
        }
    }

    /// Ends an attempt without a complete response and closes its connection. A refusal has what
    /// arrived of its body as its detail.
    private func endIncomplete(
        _ connection: APIConnection, slot: Int, _ failure: TransportFailure,
        detail: TextRange? = nil
    ) {
        let head = connection.parser.head
        var (failure, detail) = (failure, detail)
        if isEarlySuccess(connection) {
            let sentence = "the server responded before it had the whole request"
            (failure, detail) = (.earlyResponse, texts.append(sentence))
        }
        let result = AttemptResult(
            requestBegan: connection.requestBegan,
            response: head.map { response($0, isComplete: false) }, failure: failure)
        if let head, Fate(result) == .refused {
            detail = texts(ofResponseOn: connection, head: head, isComplete: false).detail
        }
        attempts.end(slot: slot)
        ended.append(AttemptEnd(slot: slot, result: result, detail: detail))
        close(connection)
    }

    /// Ends an attempt of which no byte left.
    func endUnsent(slot: Int, _ result: AttemptResult, detail: String) {
        attempts.end(slot: slot)
        ended.append(
            AttemptEnd(slot: slot, result: result, detail: texts.append(detail)))
    }
}
