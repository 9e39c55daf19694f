import Delivery
package import Destinations
import Glibc
import HTTP
import Platform
import Time

/// The store behind the API's own HTTP contract: one thread, one poll, in turns. A turn reads all
/// sockets that are ready, submits what they ask for, commits once, and only then answers.
package final class LocalServer {
    enum Token {
        static let listener = UInt64.max
        static let stop = UInt64.max - 1
    }

    /// Where it listens, with the port that the system chose, if it was to choose.
    package let address: ListenAddress
    let settings: ServerSettings
    let store: Store
    let poller: Poller
    /// Is told of failures of the store.
    let storeFailed: (DestinationError) -> Void
    var responder: Responder
    var listener: Listener?
    var table = ConnectionTable()
    var counts = ServerCounts()
    /// Where every connection's bytes are read to.
    let inbox = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 1024, alignment: 16)
    var time: Responder.Time
    /// Not later than the first deadline of a connection.
    var nextDeadline = Instant(nanoseconds: .max)
    /// Connections that something happened to in this turn.
    var dirty: [Connection] = []
    /// Connections that have bytes to read on in the next turn, whatever the poller says.
    var eager: [Connection] = []
    /// Connections with responses that wait for the turn's commit.
    var uncommitted: [Connection] = []
    /// Messages created since the last commit.
    var uncommittedMessages: UInt64 = 0
    /// Bytes that the connections hold together.
    var heldBytes = 0
    /// When to listen again after there were no descriptors left.
    var listensAgainAt: Instant?
    /// Once it is told to stop: when it stops waiting for the connections.
    var stopsWaitingAt: Instant?
    /// The failure of the store that was reported last, until a commit succeeds.
    var reportedFailure: DestinationError?

    var isStopping: Bool { stopsWaitingAt != nil }

    /// Begins to listen.
    ///
    /// - Parameters:
    ///   - key: the API key that requests must bear; not empty.
    ///   - storeFailed: is told of a failure of the store, which the server survives: it answers
    ///     500 until the store works again.
    /// - Throws: `.system`: the address can't be listened on.
    package init(
        store: Store, address wanted: ListenAddress, key: [UInt8], faults: FaultSettings,
        settings: ServerSettings = ServerSettings(),
        storeFailed: @escaping (DestinationError) -> Void
    ) throws(DestinationError) {
        let listener = try Listener(wanted)
        let poller = try DestinationError.system(try Poller())
        try DestinationError.system(
            try poller.add(listener.descriptor, interest: .readable, token: Token.listener))
        let time = Self.clock()
        self.store = store
        self.settings = settings
        self.poller = poller
        self.storeFailed = storeFailed
        self.time = time
        address = listener.address
        responder = Responder(store: store, key: key, faults: faults, now: time.instant)
        self.listener = consume listener
    }

    deinit {
        for connection in table.all { Glibc.close(connection.descriptor) }
        inbox.deallocate()
    }

    /// Serves until it is told to stop, then answers what is in flight, for at most
    /// `settings.grace`; told once more, it ends at once.
    ///
    /// - Parameters:
    ///   - stop: a descriptor that is readable when there may be a reason to stop.
    ///   - mustStop: whether there is one; called when `stop` is readable, which it makes unreadable.
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
                    if isStopping { return counts }
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
        // One that has gone earlier in the turn may still have an event.
        guard let connection = table.find(event.token) else { return }
        if event.readiness.contains(.readable) {
            let wantsInput = connection.interest.contains(.readable)
            // Unasked for, it is an error, or the end of both directions.
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

    /// Takes no more connections, and lets the requests that have begun come to their end.
    private func beginStopping() {
        stopsWaitingAt = time.instant.advanced(byNanoseconds: settings.grace)
        nextDeadline = min(nextDeadline, time.instant.advanced(byNanoseconds: settings.grace))
        if let descriptor = listener?.descriptor { poller.remove(descriptor) }
        listener = nil
        listensAgainAt = nil
        for connection in table.all {
            // What has arrived already is not lost.
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
