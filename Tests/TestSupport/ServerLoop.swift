import Glibc

/// The loop of a loopback server's thread: accept, read, call the script, write.
struct ServerLoop {
    /// The listening socket; nil while connections are refused.
    private var listener: Int32?
    private let host: UInt8
    private let placeholder: Int32
    private let presence: Monitor<ServerPresence>
    let wake: Pipe
    let log: Monitor<ServerLog>
    let early: LoopbackServer.EarlyScript?
    let script: LoopbackServer.Script
    private var connections: [ServerConnection] = []
    private var accepted = 0

    init(
        host: UInt8, listener: Int32, placeholder: Int32, presence: Monitor<ServerPresence>,
        wake: Pipe,
        log: Monitor<ServerLog>, early: LoopbackServer.EarlyScript?,
        script: @escaping LoopbackServer.Script
    ) {
        self.host = host
        self.listener = listener
        self.placeholder = placeholder
        self.presence = presence
        self.wake = wake
        self.log = log
        self.early = early
        self.script = script
        Socket.makeNonBlocking(listener)
    }

    /// Serves until a poke of the pipe tells it to stop, then closes everything.
    mutating func run() {
        var polled: [pollfd] = []
        while true {
            polled.removeAll(keepingCapacity: true)
            polled.append(pollfd(fd: wake.readEnd, events: Int16(POLLIN), revents: 0))
            // A negative descriptor is ignored by poll.
            polled.append(pollfd(fd: listener ?? -1, events: Int16(POLLIN), revents: 0))
            var wakeUp = Int64.max
            for connection in connections {
                polled.append(
                    pollfd(fd: connection.descriptor, events: connection.events, revents: 0))
                wakeUp = min(wakeUp, connection.resumesAt ?? .max)
            }
            poll(&polled, nfds_t(polled.count), Self.milliseconds(until: wakeUp))
            if polled[0].revents != 0 {
                wake.takePoke()
                if !obey() { break }
                continue
            }
            var closedOne = false
            for (index, connection) in connections.enumerated() {
                serve(connection, ready: polled[index + 2].revents)
                closedOne = closedOne || connection.isClosed
            }
            if closedOne { connections.removeAll(where: \.isClosed) }
            if polled[1].revents != 0 { acceptAll() }
        }
        closeAll()
        close(placeholder)
    }

    /// Enters the wanted state; false if that is to stop.
    private mutating func obey() -> Bool {
        let wanted = presence.read(\.wanted)
        switch wanted {
        case .stopped: return false
        case .refusing: closeAll()
        case .listening:
            guard listener == nil else { break }
            listener = try? Socket.listener(port: Socket.port(of: placeholder), host: host)
            guard let listener else { preconditionFailure("the placeholder keeps the port free") }
            Socket.makeNonBlocking(listener)
        }
        presence.update { $0.actual = wanted }
        return true
    }

    private mutating func closeAll() {
        for connection in connections { connection.closeNow() }
        connections.removeAll()
        if let listener { close(listener) }
        listener = nil
    }

    private static func milliseconds(until time: Int64) -> Int32 {
        guard time != .max else { return -1 }
        let left = (time - monotonicNanoseconds() + 999_999) / 1_000_000
        return Int32(clamping: max(0, left))
    }

    private mutating func acceptAll() {
        while let listener, let descriptor = Socket.accepted(from: listener) {
            Socket.disableDelay(descriptor)
            let connection = ServerConnection(descriptor: descriptor, number: accepted)
            accepted += 1
            connections.append(connection)
            log.update { $0.connections += 1 }
            serve(connection, ready: Int16(POLLIN))
        }
    }

    private func serve(_ connection: ServerConnection, ready: Int16) {
        if ready != 0 { connection.read() }
        if ready & Int16(POLLERR | POLLHUP | POLLNVAL) != 0 {
            // Both directions are closed; polling until the end of a pause would spin.
            connection.closeNow()
        }
        connection.advance()
        while connection.isReadyForRequest, let taken = connection.takeRequest(early: early != nil)
        {
            let request = numbered(taken.request)
            let reply = taken.wasShown ? nil : early?(request)?.thenClose
            if let reply = reply ?? (taken.isWhole ? script(request) : nil) {
                log.update { $0.note(request, accepted: reply.accepts) }
                connection.start(reply.steps)
                connection.advance()
            }
        }
    }

    /// Numbers a request by the count, which only this thread changes.
    private func numbered(_ request: Request) -> Request {
        var request = request
        request.number = log.read(\.count)
        return request
    }
}
