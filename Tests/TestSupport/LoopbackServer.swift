import Glibc

/// A scripted HTTP/1.1 server on 127.0.0.1 that records its requests.
///
/// One thread serves all connections from one `poll`. The script runs on it and must not block:
/// a slow response is a `Reply.delay`.
package final class LoopbackServer: Sendable {
    /// Decides the reply to a complete request.
    package typealias Script = @Sendable (Request) -> Reply
    /// Decides the reply to a head, before the body is read; nil leaves it to the script.
    ///
    /// The request has those bytes of the body that have already arrived.
    package typealias EarlyScript = @Sendable (Request) -> Reply?

    /// The port of 127.0.0.1 that it listens on.
    package let port: UInt16
    private let log: Monitor<ServerLog>
    private let presence: Monitor<ServerPresence>
    private let wake: Pipe
    private let thread: JoinableThread
    private let isStopped = Monitor(false)

    /// - Parameters:
    ///   - keeping: how many of the first requests are kept whole; counts and the acceptance log
    ///     include all of them.
    ///   - script: the reply to each request; it comes first, so that it can be a trailing closure.
    ///   - host: the last part of its address.
    ///   - port: of its address; a free one for 0.
    ///   - early: if given, it is called before the script; its reply closes the connection.
    package init(
        keeping: Int = 200_000, host: UInt8 = 1, port wanted: UInt16 = 0,
        _ script: @escaping Script = Reply.created,
        onHead early: EarlyScript? = nil
    ) throws(SystemFailure) {
        let listener = try Socket.listener(port: wanted, host: host)
        port = Socket.port(of: listener)
        let placeholder = try Socket.placeholder(port: port, host: host)
        let log = Monitor(ServerLog(limit: keeping))
        let presence = Monitor(ServerPresence())
        let wake = try Pipe()
        self.log = log
        self.presence = presence
        self.wake = wake
        thread = JoinableThread {
            var loop = ServerLoop(
                host: host, listener: listener, placeholder: placeholder, presence: presence,
                wake: wake,
                log: log, early: early, script: script)
            loop.run()
        }
    }

    deinit { stop() }

    /// Closes everything and joins the thread. A second call does nothing.
    package func stop() {
        let isFirst = isStopped.update { stopped in
            defer { stopped = true }
            return !stopped
        }
        guard isFirst else { return }
        presence.update { $0.wanted = .stopped }
        wake.poke()
        thread.join()
    }

    /// Closes every connection and refuses new ones until `comeBack`, then returns.
    ///
    /// The port stays reserved.
    package func goDown() { become(.refusing) }

    /// Listens again after `goDown`, then returns.
    package func comeBack() { become(.listening) }

    private func become(_ state: ServerPresence.State) {
        presence.update { $0.wanted = state }
        wake.poke()
        let isDone = presence.wait { $0.actual == state }
        precondition(isDone, "a server that runs obeys")
    }

    /// The API's base URL on this server.
    package var baseURL: String { "http://127.0.0.1:\(port)/v1" }

    /// The requests kept so far, in order of arrival.
    package var requests: [Request] { log.read(\.requests) }

    /// The number of complete requests so far.
    package var requestCount: Int { log.read(\.count) }

    /// The number of accepted connections so far.
    package var connectionCount: Int { log.read(\.connections) }

    /// How often each key was accepted, recorded before the response is written.
    package var acceptances: [String: Int] { log.read(\.acceptances) }

    /// The number of requests with each key, for any response.
    package var requestsByKey: [String: Int] { log.read(\.requestsByKey) }

    /// Waits until `count` requests were complete; false if `timeout` passes first.
    package func waitForRequests(_ count: Int, timeout: Duration = .patience) -> Bool {
        log.wait(timeout: timeout) { $0.count >= count }
    }

    /// Waits until `count` requests were accepted; false if `timeout` passes first.
    package func waitForAcceptances(_ count: Int, timeout: Duration = .patience) -> Bool {
        log.wait(timeout: timeout) { $0.accepted >= count }
    }

    /// Waits until `count` connections were accepted; false if `timeout` passes first.
    package func waitForConnections(_ count: Int, timeout: Duration = .patience) -> Bool {
        log.wait(timeout: timeout) { $0.connections >= count }
    }
}

/// A server's state: the wanted and the actual one.
struct ServerPresence: Sendable {
    enum State: Sendable { case listening, refusing, stopped }

    var wanted = State.listening
    var actual = State.listening
}

/// A server's log of requests and connections.
struct ServerLog: Sendable {
    var limit: Int
    var requests: [Request] = []
    var count = 0
    var accepted = 0
    var connections = 0
    var acceptances: [String: Int] = [:]
    var requestsByKey: [String: Int] = [:]

    init(limit: Int) { self.limit = limit }

    mutating func note(_ request: Request, accepted isAccepted: Bool) {
        count += 1
        if requests.count < limit { requests.append(request) }
        if isAccepted { accepted += 1 }
        guard let key = request.idempotencyKey else { return }
        requestsByKey[key, default: 0] += 1
        if isAccepted { acceptances[key, default: 0] += 1 }
    }
}
