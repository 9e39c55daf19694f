import Delivery
package import Destinations
import Glibc
import HTTP
import Platform
import Time

/// A server of the API's HTTP contract, backed by a store, or of webhooks.
///
/// One thread works in turns: it reads all ready sockets, answers their requests, commits once, and
/// only then sends the responses.
package final class LocalServer {
    enum Token {
        static let listener = UInt64.max
        static let stop = UInt64.max - 1
    }

    /// The address of the listening socket, with the actual port.
    package let address: ListenAddress
    let settings: ServerSettings
    let poller: Poller
    /// Called for failures of a commit.
    let commitFailed: (DestinationError) -> Void
    /// Called once if no descriptor is left for a new connection.
    let acceptFailed: (DestinationError) -> Void
    /// Called after each commit of new messages.
    package var committed: () -> Void = {}
    var hasReportedDescriptors = false
    let responder: any RequestHandler
    var listener: Listener?
    var table = ConnectionTable()
    var counts = ServerCounts()
    /// The shared receive buffer.
    let inbox = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 1024, alignment: 16)
    var time: Responder.Time
    /// A time at or before the first deadline of a connection.
    var nextDeadline = Instant(nanoseconds: .max)
    /// Connections with an event in this turn.
    var dirty: [Connection] = []
    /// Connections with buffered bytes to parse in the next turn.
    var eager: [Connection] = []
    /// Connections whose responses wait for the turn's commit.
    var uncommitted: [Connection] = []
    /// Messages created since the last commit.
    var uncommittedMessages: UInt64 = 0
    /// Bytes in memory of all connections.
    var heldBytes = 0
    /// When to accept again after descriptors ran out.
    var listensAgainAt: Instant?
    /// The end of the grace after a stop; nil before.
    var stopsWaitingAt: Instant?
    /// The last reported failure of a commit, until one succeeds.
    var reportedFailure: DestinationError?

    var isStopping: Bool { stopsWaitingAt != nil }

    /// Starts listening, as the API with a store.
    ///
    /// - Parameters:
    ///   - key: the API key of valid requests; not empty.
    ///   - storeFailed: called when the store fails; the server answers 500 until it works again.
    ///   - acceptFailed: called once if no descriptor is left for a new connection.
    /// - Throws: `.system`: the address can't be listened on.
    package convenience init(
        store: Store, address: ListenAddress, key: [UInt8], faults: FaultSettings,
        settings: ServerSettings = ServerSettings(),
        storeFailed: @escaping (DestinationError) -> Void,
        acceptFailed: @escaping (DestinationError) -> Void = { _ in }
    ) throws(DestinationError) {
        try self.init(
            responder: Responder(store: store, key: key, faults: faults, now: MonotonicClock.now),
            address: address, settings: settings, commitFailed: storeFailed,
            acceptFailed: acceptFailed)
    }

    /// Starts listening, as a receiver of webhooks.
    ///
    /// - Parameters:
    ///   - recordFailed: called when webhooks can't be recorded; they get 500.
    ///   - acceptFailed: called once if no descriptor is left for a new connection.
    /// - Throws: `.system`: the address can't be listened on.
    package convenience init(
        receiver: WebhookReceiver, address: ListenAddress,
        settings: ServerSettings = ServerSettings(),
        recordFailed: @escaping (DestinationError) -> Void,
        acceptFailed: @escaping (DestinationError) -> Void = { _ in }
    ) throws(DestinationError) {
        try self.init(
            responder: receiver, address: address, settings: settings,
            commitFailed: recordFailed, acceptFailed: acceptFailed)
    }

    private init(
        responder: any RequestHandler, address wanted: ListenAddress, settings: ServerSettings,
        commitFailed: @escaping (DestinationError) -> Void,
        acceptFailed: @escaping (DestinationError) -> Void
    ) throws(DestinationError) {
        let listener = try Listener(wanted)
        let poller = try DestinationError.system(try Poller())
        try DestinationError.system(
            try poller.add(listener.descriptor, interest: .readable, token: Token.listener))
        self.settings = settings
        self.poller = poller
        self.commitFailed = commitFailed
        self.acceptFailed = acceptFailed
        time = Self.clock()
        address = listener.address
        self.responder = responder
        self.listener = consume listener
    }

    deinit {
        for connection in table.all { Glibc.close(connection.descriptor) }
        inbox.deallocate()
    }

    /// Serves until a stop, then finishes requests in flight for at most `settings.grace`.
    ///
    /// A second stop ends it at once.
    ///
    /// - Parameters:
    ///   - stop: a descriptor that is readable when a stop may be requested.
    ///   - mustStop: whether a stop is requested; called when `stop` is readable, and drains it.
    /// - Throws: `.system`: polling failed.
    package func run(stop: Int32, mustStop: () -> Bool) throws(DestinationError) -> ServerCounts {
        try DestinationError.system(
            try poller.add(stop, interest: .readable, token: Token.stop))
        defer { poller.remove(stop) }
        while !isStopping || table.count > 0 {
            let count = try DestinationError.system(
                eager.isEmpty
                    ? try poller.wait(until: nextDeadline) : try poller.wait(nanoseconds: 0))
            time = Self.clock()
            readEager()
            for index in 0..<count {
                let event = poller.event(index)
                switch event.token {
                case Token.listener: acceptWaiting()
                case Token.stop:
                    guard mustStop() else { continue }
                    if isStopping {
                        // An open transaction would keep other connections to the store waiting.
                        commit()
                        return counts
                    }
                    beginStopping()
                default: handle(event)
                }
            }
            expireDeadlines()
            commit()
            settleTouched()
        }
        return counts
    }

    private func handle(_ event: Poller.Event) {
        // A connection closed earlier in the turn may still have an event.
        guard let connection = table.find(event.token) else { return }
        if event.readiness.contains(.readable) {
            let wantsInput = connection.interest.contains(.readable)
            // Without read interest this is an error, or the end of both directions.
            guard wantsInput else { return close(connection) }
            receive(connection)
        }
        touch(connection)
    }

    func touch(_ connection: Connection) {
        guard !connection.isTouched, !connection.isClosed else { return }
        connection.isTouched = true
        dirty.append(connection)
    }

    private func settleTouched() {
        for connection in dirty {
            connection.isTouched = false
            if !connection.isClosed { settle(connection) }
        }
        dirty.removeAll(keepingCapacity: true)
    }

    /// Stops accepting and lets started requests finish.
    private func beginStopping() {
        stopsWaitingAt = time.instant.advanced(byNanoseconds: settings.grace)
        nextDeadline = min(nextDeadline, time.instant.advanced(byNanoseconds: settings.grace))
        if let descriptor = listener?.descriptor { poller.remove(descriptor) }
        listener = nil
        listensAgainAt = nil
        for connection in table.all {
            // Requests that have arrived are answered.
            if connection.interest.contains(.readable) { receive(connection) }
            touch(connection)
        }
    }

    private static func clock() -> Responder.Time {
        var wall = timespec()
        clock_gettime(CLOCK_REALTIME, &wall)
        return Responder.Time(
            instant: MonotonicClock.now,
            wall: Int64(wall.tv_sec) * 1000 + Int64(wall.tv_nsec) / 1_000_000)
    }
}
