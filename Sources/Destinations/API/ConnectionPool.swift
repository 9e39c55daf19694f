package import Time

/// The decisions about a destination's connections: which one is used, which are opened, and which
/// are kept. It has numbers only; the destination opens, closes and sends.
///
/// Each event is a method, and returns what follows from it.
package struct ConnectionPool {
    /// The use of an idle connection.
    package enum Choice: Equatable {
        /// The next request goes out on it.
        case use(Int)
        /// It is closed: its idle time has elapsed.
        case close(Int)
    }

    /// The consequence of a failed connect.
    package enum AfterFailure: Equatable {
        /// The established connections serve the waiting attempts later.
        case keepWaiting
        /// No connection can serve these many waiting attempts.
        case endWaiting(Int)
    }

    private struct Idle {
        let connection: Int
        let until: Instant
    }

    /// With more, one turn of libcurl takes longer than 20 ms over TLS.
    package static let maxConnectsInFlight = 16
    /// Nanoseconds without new connects after one failed while others work. Arbitrary.
    package static let pauseAfterFailedConnect: Int64 = 250_000_000
    /// Nanoseconds. Servers close idle connections after 5 s or more; a request on a connection
    /// that is being closed would be uncertain.
    package static let idleLifetime: Int64 = 4_000_000_000

    private let maxConnections: Int
    private let maxConnectsInFlight: Int
    /// The number of connections that exist; their numbers are below it.
    private var created = 0
    private var closed: [Int] = []
    private var connecting = 0
    /// Idle connections, the newest last.
    private var idle: [Idle] = []
    /// Whether several connects may be in flight. False after a failure: a server that is down gets
    /// one connect at a time, and the first one resolves the name for all.
    private var connectsInParallel = false
    /// Earliest time of the next connect, after one failed while other connections work.
    private var nextConnect = Instant(nanoseconds: .min)
    /// Whether connections are kept after a response.
    private var reuse = ConnectionReuse()

    package init(
        maxConnections: Int, maxConnectsInFlight: Int = ConnectionPool.maxConnectsInFlight
    ) {
        self.maxConnections = maxConnections
        self.maxConnectsInFlight = maxConnectsInFlight
        closed.reserveCapacity(maxConnections)
        idle.reserveCapacity(maxConnections)
    }

    /// The number of established connections, busy or idle.
    package var establishedCount: Int { created - closed.count - connecting }
    package var idleCount: Int { idle.count }
    /// An idle connection, the newest one.
    package var anyIdle: Int? { idle.last?.connection }

    // MARK: Connects

    /// Whether a connection may be opened now while so many attempts wait.
    package func mayConnect(waiting: Int, now: Instant) -> Bool {
        let limit = connectsInParallel ? maxConnectsInFlight : 1
        return connecting < min(limit, waiting)
            && (now >= nextConnect || establishedCount == 0)
            && (!closed.isEmpty || created < maxConnections)
    }

    /// When the pause between connects ends that `mayConnect` waits for; nil without a pause.
    package func connectPauseEnd(waiting: Int, now: Instant) -> Instant? {
        waiting > 0 && nextConnect > now ? nextConnect : nil
    }

    /// Chooses a connection that begins to connect; a number not seen before is a new connection.
    package mutating func startConnect(waiting: Int, now: Instant) -> Int? {
        guard mayConnect(waiting: waiting, now: now) else { return nil }
        connecting += 1
        if let index = closed.popLast() { return index }
        created += 1
        return created - 1
    }

    /// Records that a connect ended with a connection that can be used.
    package mutating func connected() {
        connecting -= 1
        connectsInParallel = true
        nextConnect = Instant(nanoseconds: .min)
    }

    /// Records that a connect failed.
    package mutating func connectFailed(
        _ connection: Int, waiting: Int, now: Instant
    ) -> AfterFailure {
        connecting -= 1
        closed.append(connection)
        if establishedCount > 0 {
            nextConnect = now.advanced(byNanoseconds: Self.pauseAfterFailedConnect)
            return .keepWaiting
        }
        connectsInParallel = false
        return .endWaiting(max(waiting - connecting, 0))
    }

    // MARK: Established connections

    /// Takes the newest idle connection.
    package mutating func takeIdle(now: Instant) -> Choice? {
        guard let newest = idle.last else { return nil }
        if newest.until <= now { return .close(newest.connection) }
        idle.removeLast()
        return .use(newest.connection)
    }

    /// Makes a connection idle until a time.
    package mutating func park(_ connection: Int, until: Instant) {
        idle.append(Idle(connection: connection, until: until))
    }

    /// An idle connection whose idle time has elapsed, the oldest first.
    package func firstStale(now: Instant) -> Int? {
        guard let oldest = idle.first, oldest.until <= now else { return nil }
        return oldest.connection
    }

    /// Records a response on a connection that served an exchange before.
    @inline(__always)
    package mutating func reuseSucceeded(_ connection: Int) {
        reuse.recordResponse(on: connection)
    }

    /// Records that a connection that served an exchange before broke without a byte of a response.
    ///
    /// Returns whether all idle connections are closed, since none is kept from now on.
    package mutating func reuseFailed(_ connection: Int, now: Instant) -> Bool {
        reuse.recordBreak(of: connection, now: now)
    }

    /// Whether a connection may be kept after a response.
    package mutating func mayKeep(_ connection: Int, now: Instant) -> Bool {
        reuse.mayKeep(connection, now: now)
    }

    /// Records that an established connection was closed.
    package mutating func connectionClosed(_ connection: Int) {
        if let place = idle.lastIndex(where: { $0.connection == connection }) {
            idle.remove(at: place)
        }
        reuse.recordClose(of: connection)
        closed.append(connection)
    }

    /// The end of the idle time after a response that arrived at `arrival` or later.
    ///
    /// - Parameter keepAlive: seconds of the response's field `Keep-Alive`.
    package static func idleLimit(keepAlive: Int?, after arrival: Instant) -> Instant {
        guard let keepAlive else { return arrival.advanced(byNanoseconds: idleLifetime) }
        // A second before the server does it; of one second, half of it.
        let limit = Int64(clamping: keepAlive).multipliedReportingOverflow(by: 1_000_000_000)
        let nanoseconds = limit.overflow ? Int64.max : limit.partialValue
        return arrival.advanced(byNanoseconds: max(nanoseconds - 1_000_000_000, nanoseconds / 2))
    }
}
