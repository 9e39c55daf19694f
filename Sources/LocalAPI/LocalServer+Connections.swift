import Delivery
import Destinations
import Glibc
import HTTP
import Platform
import Time

/// How connections come, wait and go.
extension LocalServer {
    /// Connections above the limit that are told so before they are closed.
    private static let overflow = 64
    /// How long not to listen when there is no descriptor for another connection, in nanoseconds.
    private static let pause: Int64 = 100_000_000

    /// Takes the connections that wait, as many as a turn may handle.
    func acceptWaiting() {
        for _ in 0..<256 {
            guard let accepted = listener?.accept() else { return }
            switch accepted {
            case .none: return
            case .connection(let descriptor): admit(descriptor)
            case .noDescriptors:
                guard let victim = table.oldestUnproven else { return pauseListening() }
                close(victim)
            }
        }
    }

    /// At the limit the oldest connection that has not shown the key makes room, so that idle
    /// strangers keep nobody out; if all have, the new one is told to come later.
    private func admit(_ descriptor: Int32) {
        if table.count >= settings.maxConnections, let victim = table.oldestUnproven {
            close(victim)
        }
        guard table.count < settings.maxConnections + Self.overflow else {
            Glibc.close(descriptor)
            return
        }
        counts.connections += 1
        let connection = table.insert { token in
            Connection(
                descriptor: descriptor, token: token, serial: counts.connections,
                limits: settings.limits,
                deadline: time.instant.advanced(byNanoseconds: settings.idleTimeout))
        }
        nextDeadline = min(nextDeadline, connection.deadline)
        do {
            try poller.add(descriptor, interest: .readable, token: connection.token)
            connection.interest = .readable
        } catch {
            return close(connection)
        }
        if table.count > settings.maxConnections {
            refuse(connection, .tooManyConnections)
            touch(connection)
        }
    }

    private func pauseListening() {
        guard let descriptor = listener?.descriptor else { return }
        poller.remove(descriptor)
        let moment = time.instant.advanced(byNanoseconds: Self.pause)
        listensAgainAt = moment
        nextDeadline = min(nextDeadline, moment)
    }

    /// After a turn: sends what may go out, ends what is to end, and says what to wait for.
    func settle(_ connection: Connection) {
        if connection.resets, connection.heldUntil == nil { return reset(connection) }
        if isStopping, connection.isIdle, !connection.isLingering { return close(connection) }
        if connection.inputHasEnded, !connection.hasPending, connection.takesRequests {
            endInput(connection)
        }
        var sent = 0
        if connection.heldUntil == nil {
            guard let count = connection.send() else { return close(connection) }
            sent = count
            if connection.unsentBytes == 0, connection.closesAfterOutput, !connection.isLingering {
                // To close while the client still sends would take the response back: what it sends
                // is read, and dropped, until it closes its end (RFC 9112 §9.6).
                if connection.inputHasEnded { return close(connection) }
                shutdown(connection.descriptor, Int32(SHUT_WR))
                connection.isLingering = true
                connection.dropPending()
                connection.parser.reset()
            }
        }
        if connection.hasPending, connection.takesRequests { eager.append(connection) }
        let held = connection.heldBytes
        heldBytes += held - connection.countedBytes
        connection.countedBytes = held
        setDeadline(connection, sent: sent)
        setInterest(connection)
    }

    private func setInterest(_ connection: Connection) {
        var wanted: Poller.Interest = []
        let reads =
            !connection.inputHasEnded && connection.takesRequests && !connection.hasPending
        if connection.isLingering || reads { wanted.insert(.readable) }
        if connection.unsentBytes > 0, connection.heldUntil == nil { wanted.insert(.writable) }
        guard wanted != connection.interest else { return }
        do {
            try poller.modify(connection.descriptor, interest: wanted, token: connection.token)
            connection.interest = wanted
        } catch {
            close(connection)
        }
    }

    private func setDeadline(_ connection: Connection, sent: Int) {
        let waiting: Connection.Waiting
        let timeout: Int64
        if connection.heldUntil != nil {
            (waiting, timeout) = (.release, 0)
        } else if connection.isLingering {
            (waiting, timeout) = (.end, settings.lingerTimeout)
        } else if connection.unsentBytes > 0 {
            (waiting, timeout) = (.taking, settings.sendTimeout)
        } else if connection.parser.hasStarted {
            (waiting, timeout) = (.rest, settings.requestTimeout)
        } else {
            (waiting, timeout) = (.request, settings.idleTimeout)
        }
        let isNew = waiting != connection.waiting || connection.deadlineIsStale
        if isNew || waiting == .release || waiting == .taking && sent > 0 {
            connection.waiting = waiting
            connection.deadlineIsStale = false
            connection.deadline =
                connection.heldUntil ?? time.instant.advanced(byNanoseconds: timeout)
        }
        nextDeadline = min(nextDeadline, connection.deadline)
    }

    /// Sees to the deadlines that have come.
    func expireDeadlines() {
        let now = time.instant
        guard now >= nextDeadline else { return }
        nextDeadline = Instant(nanoseconds: .max)
        if let moment = stopsWaitingAt {
            if now >= moment { table.all.forEach(close) }
            nextDeadline = moment
        }
        if let moment = listensAgainAt { listenAgain(moment) }
        for connection in table.all {
            guard connection.deadline <= now else {
                nextDeadline = min(nextDeadline, connection.deadline)
                continue
            }
            switch connection.waiting {
            case .request, .end: close(connection)
            case .taking: reset(connection)
            case .release: connection.heldUntil = nil
            case .rest: refuse(connection, .timeout)
            }
            touch(connection)
        }
    }

    private func listenAgain(_ moment: Instant) {
        guard time.instant >= moment, let descriptor = listener?.descriptor else {
            nextDeadline = min(nextDeadline, moment)
            return
        }
        listensAgainAt = nil
        do {
            try poller.add(descriptor, interest: .readable, token: Token.listener)
        } catch {
            pauseListening()
        }
    }

    /// Ends a connection so that the client sees an error, not an end.
    private func reset(_ connection: Connection) {
        var now = linger(l_onoff: 1, l_linger: 0)
        setsockopt(
            connection.descriptor, SOL_SOCKET, SO_LINGER, &now,
            socklen_t(MemoryLayout<linger>.size))
        close(connection)
    }

    func close(_ connection: Connection) {
        guard !connection.isClosed else { return }
        poller.remove(connection.descriptor)
        Glibc.close(connection.descriptor)
        connection.isClosed = true
        heldBytes -= connection.countedBytes
        table.remove(connection)
    }
}
