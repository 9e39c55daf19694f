import Delivery
import Destinations
import Glibc
import HTTP
import Platform
import Time

/// The life of connections: accept, interest, deadlines, close.
extension LocalServer {
    /// Maximum number of connections above the limit that get a 503 before they are closed.
    private static let overflow = 64
    /// Nanoseconds without accepting when no descriptor is left.
    private static let pause: Int64 = 100_000_000

    /// Accepts waiting connections, up to the limit of a turn.
    func acceptWaiting() {
        for _ in 0..<256 {
            guard let accepted = listener?.accept() else { return }
            switch accepted {
            case .none: return
            case .connection(let descriptor): admit(descriptor)
            case .noDescriptors(let number):
                reportDescriptors(number)
                guard let victim = table.oldestUnproven else { return pauseListening() }
                close(victim)
            }
        }
    }

    /// At the limit, closes the oldest connection without a valid key, so that idle strangers can't
    /// block clients. If all have shown the key, the new one gets a 503.
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

    private func reportDescriptors(_ number: Int32) {
        guard !hasReportedDescriptors else { return }
        hasReportedDescriptors = true
        acceptFailed(.system(call: "accept", errno: number))
    }

    private func pauseListening() {
        guard let descriptor = listener?.descriptor else { return }
        poller.remove(descriptor)
        let moment = time.instant.advanced(byNanoseconds: Self.pause)
        listensAgainAt = moment
        nextDeadline = min(nextDeadline, moment)
    }

    /// Ends a turn for a connection: sends, closes if due, and sets its interest.
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
                // Closing while the client still sends could discard the response: read and drop its
                // bytes until it closes its end (RFC 9112 §9.6).
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

    /// Processes expired deadlines.
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

    /// Closes a connection with a reset instead of an end of stream.
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
