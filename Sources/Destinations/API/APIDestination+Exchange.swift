import Delivery
import HTTP
import Platform

/// The course of one exchange: the rest of the request out, the response in, the result.
extension APIDestination {
    /// Moves a connection along after an event, or after a send that failed.
    func advance(_ connection: APIConnection, slot: Int, readiness: Poller.Interest) {
        if connection.isSending {
            // What went wrong shows again when the response is looked for.
            _ = connection.send(slots[slot])
        }
        // Over TLS a send can take in bytes of the response, and an event of writing can be the end
        // of a receive.
        if readiness.contains(.readable) || !isPlaintext || connection.sendFailed {
            receive(connection, slot: slot, peerClosed: readiness.contains(.closed))
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
                switch progress {
                case .needsMore:
                    // A short read of a bare socket means that it is empty (epoll(7)).
                    let isEmpty = isPlaintext && count < inbox.count
                    if isEmpty && !peerClosed && !connection.sendFailed { return }
                case .complete:
                    complete(
                        connection, slot: slot, isReusable: consumed == count && !peerClosed)
                    return
                case .failed(let error):
                    fail(connection, slot: slot, error)
                    return
                }
            case .again:
                // Nothing can be expected of a peer that takes no more of the request.
                if connection.sendFailed { broken(connection, slot: slot) }
                return
            case .closed:
                switch connection.parser.endOfStream() {
                case .complete: complete(connection, slot: slot, isReusable: false)
                case .needsMore, .failed(.endedEarly): broken(connection, slot: slot)
                case .failed(let error): fail(connection, slot: slot, error)
                }
                return
            case .failed, .pruned:
                // Not the end of a body that lasts until the close: that one is announced.
                broken(connection, slot: slot)
                return
            }
        }
    }

    private func complete(_ connection: APIConnection, slot: Int, isReusable: Bool) {
        guard let head = connection.parser.head else {
            preconditionFailure("a complete answer without a head")
        }
        let (id, detail) = texts(ofResponseOn: connection, head: head)
        let result = AttemptResult(
            requestBegan: true, answer: answer(head, isComplete: true, hasMessageID: id != nil))
        endAttempt(slot: slot)
        ended.append(AttemptEnd(slot: slot, result: result, messageID: id, detail: detail))

        if isReusable && head.keepsAlive && !connection.isSending && !connection.sendFailed
            && isDrained(connection)
        {
            park(connection, until: idleLimit(after: head))
            giveIdleConnections(now: now)
        } else {
            close(connection)
        }
    }

    /// Whether nothing has come after the response. Over TLS it may lie decrypted inside libcurl,
    /// where no poll sees it.
    private func isDrained(_ connection: APIConnection) -> Bool {
        isPlaintext || connection.receive(into: inbox) == .again
    }

    private func texts(
        ofResponseOn connection: APIConnection, head: ResponseHead
    ) -> (id: TextRange?, detail: TextRange?) {
        let isSuccess = (200...299).contains(head.status)
        let isWhole = !connection.parser.bodyWasCut
        return connection.parser.body { body in
            if isSuccess && isWhole {
                let id = answerText.withMessageID(in: body, decides: head.status != 201) {
                    texts.append($0)
                }
                if id != nil || head.status == 201 { return (id, nil) }
            }
            guard let words = answerText.detail(of: body) else { return (nil, nil) }
            return (nil, words.withUnsafeBytes { texts.append($0) })
        }
    }

    private func answer(
        _ head: ResponseHead, isComplete: Bool, hasMessageID: Bool = false
    ) -> AttemptResult.Answer {
        AttemptResult.Answer(
            status: head.status, isComplete: isComplete, hasMessageID: hasMessageID,
            retryAfterSeconds: head.retryAfterSeconds)
    }

    /// The response is not to be trusted, or too large.
    private func fail(_ connection: APIConnection, slot: Int, _ error: ResponseError) {
        let failure: TransportFailure =
            switch error {
            case .framing(.headTooLarge), .framing(.bodyTooLarge): .answerTooLarge
            case .endedEarly: .connectionClosed
            default: .malformedAnswer
            }
        let sentence = Array(error.message.utf8).withUnsafeBytes { texts.append($0) }
        cutShort(connection, slot: slot, failure, detail: sentence)
    }

    /// The connection ended before the response did.
    private func broken(_ connection: APIConnection, slot: Int) {
        let detail: StaticText =
            connection.parser.hasStarted
            ? "the connection was closed in the middle of the answer"
            : "the connection was closed before an answer"
        cutShort(connection, slot: slot, .connectionClosed, detail: texts.append(detail.bytes))
    }

    /// The attempt's time is over.
    func expire(slot: Int) {
        switch slots[slot].attempt {
        case .none: preconditionFailure("a timeout without an attempt")
        case .waitsForConnection:
            finish(
                slot: slot, AttemptResult(requestBegan: false, failure: .connectTimeout),
                detail: "no connection was free in time")
        case .onConnection(let index):
            let connection = connections[index]
            let detail: StaticText =
                connection.isSending
                ? "the server did not take the whole request in time"
                : connection.parser.hasStarted
                    ? "the answer was not complete in time" : "no answer in time"
            cutShort(connection, slot: slot, .timeout, detail: texts.append(detail.bytes))
        }
    }

    /// Ends an attempt whose request has begun and whose response is not complete.
    private func cutShort(
        _ connection: APIConnection, slot: Int, _ failure: TransportFailure, detail: TextRange
    ) {
        let head = connection.parser.head
        let result = AttemptResult(
            requestBegan: connection.requestBegan,
            answer: head.map { answer($0, isComplete: false) }, failure: failure)
        endAttempt(slot: slot)
        ended.append(AttemptEnd(slot: slot, result: result, detail: detail))
        close(connection)
    }

    /// Ends an attempt that never had a connection.
    func finish(slot: Int, _ result: AttemptResult, detail: StaticText) {
        endAttempt(slot: slot)
        ended.append(
            AttemptEnd(slot: slot, result: result, detail: texts.append(detail.bytes)))
    }
}
