import Delivery
import Destinations
import Glibc
import HTTP
import Time

/// From received bytes to responses that wait for the commit.
extension LocalServer {
    /// Larger bodies of refused requests are not read.
    private static let smallBodyBytes: Int64 = 64 * 1024

    /// Reads once from a connection; the rest follows in the next turn, after other connections.
    func receive(_ connection: Connection) {
        var count: Int
        repeat {
            count = recv(connection.descriptor, inbox.baseAddress, inbox.count, 0)
        } while count < 0 && errno == EINTR
        guard count >= 0 else {
            if errno != EAGAIN { close(connection) }
            return
        }
        if connection.isLingering {
            if count == 0 { close(connection) }
            return
        }
        if count == 0 {
            connection.inputHasEnded = true
            return
        }
        let bytes = UnsafeRawBufferPointer(rebasing: inbox[..<count])
        let used = read(connection, bytes)
        if used < count, !connection.closesAfterOutput, !connection.resets {
            connection.keep(UnsafeRawBufferPointer(rebasing: bytes[used...]))
        }
    }

    /// Parses bytes that connections kept from former turns.
    func readEager() {
        var list: [Connection] = []
        swap(&list, &eager)
        for connection in list where !connection.isClosed {
            connection.takePending { read(connection, $0) }
            if connection.closesAfterOutput || connection.resets { connection.dropPending() }
            touch(connection)
        }
    }

    /// Answers the requests in `bytes` while there is room for responses; returns the number of
    /// consumed bytes.
    private func read(_ connection: Connection, _ bytes: UnsafeRawBufferPointer) -> Int {
        var position = 0
        while connection.takesRequests, position < bytes.count {
            let (consumed, progress) = connection.parser.consume(
                UnsafeRawBufferPointer(rebasing: bytes[position...]))
            switch progress {
            case .needsMore:
                position = bytes.count
                lookAtHead(connection)
            case .complete:
                position += consumed
                answer(connection)
            case .failed(let error):
                position = bytes.count
                refuse(connection, error)
            }
        }
        return position
    }

    /// Answers a complete request and prepares for the next.
    private func answer(_ connection: Connection) {
        counts.requests += 1
        if !connection.isProven, let head = connection.parser.head {
            connection.isProven = responder.isAuthorized(head)
        }
        let start = connection.output.count
        let disposition: Responder.Disposition
        do {
            disposition = try responder.answer(
                connection.parser, keepsAlive: !isStopping, at: time, to: &connection.output)
        } catch {
            awaitCommit(connection, from: start)
            return failUncommitted(error)
        }
        if disposition.needsCommit { awaitCommit(connection, from: start) }
        if disposition.created { uncommittedMessages += 1 }
        if disposition.delay > 0 {
            connection.heldUntil = time.instant.advanced(byNanoseconds: disposition.delay)
        }
        if disposition.resets { connection.resets = true }
        if !disposition.keepsAlive { connection.closesAfterOutput = true }
        connection.parser.reset()
        connection.headWasSeen = false
        connection.deadlineIsStale = true
    }

    private func awaitCommit(_ connection: Connection, from start: Int) {
        guard connection.firstUncommitted == nil else { return }
        connection.firstUncommitted = start
        uncommitted.append(connection)
    }

    /// Checks a request whose body is incomplete: it may be refused by its head, its client may
    /// expect a 100, or it may exceed the memory.
    private func lookAtHead(_ connection: Connection) {
        guard let head = connection.parser.head else { return }
        if !connection.headWasSeen {
            connection.headWasSeen = true
            if responder.isAuthorized(head) { connection.isProven = true }
            let isSmall = head.contentLength.map { $0 <= Self.smallBodyBytes } ?? false
            if !isSmall || head.expectsContinue,
                responder.answerEarly(head, at: time, to: &connection.output)
            {
                counts.requests += 1
                connection.closesAfterOutput = true
                return
            }
            if connection.parser.awaitsContinue {
                ResponseWriter.appendContinue(to: &connection.output)
            }
        }
        if heldBytes > settings.maxHeldBytes,
            connection.parser.body(\.count) > Int(Self.smallBodyBytes)
        {
            refuse(connection, .overloaded)
        }
    }

    /// Handles the client's end of stream: drops a partial request, keeps pending responses.
    func endInput(_ connection: Connection) {
        if connection.parser.hasStarted, case .failed(let error) = connection.parser.endOfStream() {
            refuse(connection, error)
        }
        connection.closesAfterOutput = true
    }

    private func refuse(_ connection: Connection, _ error: RequestError) {
        counts.requests += 1
        responder.append(error, at: time, to: &connection.output)
        connection.closesAfterOutput = true
    }

    /// Refuses without reading the request, and closes the connection.
    func refuse(_ connection: Connection, _ refusal: Refusal) {
        responder.append(
            refusal, for: nil, keepsAlive: false, at: time, to: &connection.output)
        connection.closesAfterOutput = true
    }

    /// Commits the turn's messages, so that their responses may be sent.
    func commit() {
        guard !uncommitted.isEmpty else { return }
        do {
            try responder.commit()
        } catch {
            return failUncommitted(error)
        }
        counts.messages += uncommittedMessages
        if uncommittedMessages > 0 { committed() }
        uncommittedMessages = 0
        reportedFailure = nil
        for connection in uncommitted { connection.firstUncommitted = nil }
        uncommitted.removeAll(keepingCapacity: true)
    }

    /// Handles a lost transaction: each response that waited for it becomes a 500, and its
    /// connection is closed, because later responses on it are lost too.
    private func failUncommitted(_ error: DestinationError) {
        if reportedFailure != error {
            commitFailed(error)
            reportedFailure = error
        }
        uncommittedMessages = 0
        for connection in uncommitted where !connection.isClosed {
            guard let start = connection.firstUncommitted else { continue }
            connection.firstUncommitted = nil
            connection.truncateOutput(to: start)
            connection.heldUntil = nil
            connection.resets = false
            refuse(connection, responder.commitFailure)
            touch(connection)
        }
        uncommitted.removeAll(keepingCapacity: true)
    }
}
