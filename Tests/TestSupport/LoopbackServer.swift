import Glibc

/// An HTTP/1.1 server on 127.0.0.1 that does what a script says, and remembers what it was asked.
///
/// One thread serves all connections from one `poll`. The script runs on it, so it must not block:
/// a slow answer is a `Reply.delay`.
package final class LoopbackServer: Sendable {
    /// Decides what becomes of a complete request.
    package typealias Script = @Sendable (Request) -> Reply
    /// Decides on a head alone, before the body is read; nil leaves it to the script. The request
    /// that it sees has the body's bytes that happen to be there, and none of them is waited for.
    package typealias EarlyScript = @Sendable (Request) -> Reply?

    /// Which port of 127.0.0.1 it listens on.
    package let port: UInt16
    private let log: Monitor<ServerLog>
    private let presence: Monitor<ServerPresence>
    private let wake: Pipe
    private let thread: JoinableThread
    private let isStopped = Monitor(false)

    /// - Parameters:
    ///   - keeping: how many requests are kept whole, the first ones; counts and the acceptance log
    ///     know all of them.
    ///   - script: what becomes of each request; it stands first, so that a trailing closure is it.
    ///   - early: if given, it is asked before the script; what it answers closes the connection.
    package init(
        keeping: Int = 200_000, _ script: @escaping Script = Reply.created,
        onHead early: EarlyScript? = nil
    ) throws(SystemFailure) {
        let listener = try Socket.listener()
        port = Socket.port(of: listener)
        let placeholder = try Socket.placeholder(port: port)
        let log = Monitor(ServerLog(limit: keeping))
        let presence = Monitor(ServerPresence())
        let wake = try Pipe()
        self.log = log
        self.presence = presence
        self.wake = wake
        thread = JoinableThread {
            var loop = ServerLoop(
                listener: listener, placeholder: placeholder, presence: presence, wake: wake,
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

    /// Closes every connection and refuses new ones, on a port that stays its own, until
    /// `comeBack`. Returns when it is so.
    package func goDown() { become(.refusing) }

    /// Listens again after `goDown`. Returns when it does.
    package func comeBack() { become(.listening) }

    private func become(_ state: ServerPresence.State) {
        presence.update { $0.wanted = state }
        wake.poke()
        let isDone = presence.wait(timeout: .seconds(30)) { $0.actual == state }
        precondition(isDone, "a server that runs obeys")
    }

    /// The API's base URL on this server.
    package var baseURL: String { "http://127.0.0.1:\(port)/v1" }

    /// The requests kept so far, in the order of their arrival.
    package var requests: [Request] { log.read(\.requests) }

    /// How many requests were complete so far.
    package var requestCount: Int { log.read(\.count) }

    /// How many connections were taken so far.
    package var connectionCount: Int { log.read(\.connections) }

    /// How often each key was accepted: written when the server decides, before it answers.
    package var acceptances: [String: Int] { log.read(\.acceptances) }

    /// How often each key was asked for, whatever was answered.
    package var requestsByKey: [String: Int] { log.read(\.requestsByKey) }

    /// Waits until that many requests were complete; false if `timeout` passes first.
    package func waitForRequests(_ count: Int, timeout: Duration = .seconds(30)) -> Bool {
        log.wait(timeout: timeout) { $0.count >= count }
    }

    /// Waits until that many requests were accepted; false if `timeout` passes first.
    package func waitForAcceptances(_ count: Int, timeout: Duration = .seconds(30)) -> Bool {
        log.wait(timeout: timeout) { $0.accepted >= count }
    }

    /// Waits until that many connections were taken; false if `timeout` passes first.
    package func waitForConnections(_ count: Int, timeout: Duration = .seconds(30)) -> Bool {
        log.wait(timeout: timeout) { $0.connections >= count }
    }
}

/// Whether a server is there: as its owner wants it, and as it is.
struct ServerPresence: Sendable {
    enum State: Sendable { case listening, refusing, stopped }

    var wanted = State.listening
    var actual = State.listening
}

/// What a server remembers.
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
