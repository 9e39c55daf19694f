package import Delivery
package import HTTP
package import Platform
package import Time

/// Sends requests to any number of servers, over keep-alive connections that libcurl opens.
///
/// Used on one thread; only `wait` blocks. The caller numbers its requests by slots (from 0, reused)
/// and has at most `maxConnections` in flight. No proxy is used: behind one, the address that is
/// connected to could not be checked.
package final class WebhookSender {
    /// The end of a request.
    package struct End {
        package var slot: Int
        package var result: AttemptResult
        /// The first bytes of the response's body, or a sentence about the failure; not escaped.
        package var text: [UInt8]
        /// Whether no address of the host may be connected to.
        package var isAddressRefused: Bool
        /// Whether it was sent a second time, because its idle connection broke.
        package var isRepeated: Bool
        /// The time since its start.
        package var nanoseconds: Int64
    }

    /// The settings of all requests.
    package struct Settings: Sendable {
        /// From the start of a request to the end of its response.
        package var timeout: Duration = .seconds(15)
        package var connectTimeout: Duration = .seconds(10)
        /// At least 1; requests in flight and idle connections together.
        package var maxConnections = 64
        /// PEM; nil: the system's certificates.
        package var caCertificatePath: String?
        package var allowsPrivateAddresses = false

        package init() {}
    }

    struct Exchange {
        var slot: Int
        var request = MessageSlot()
        var origin: BaseURL
        var startedAt: Instant
        var deadline: Instant
        /// Whether it was sent on a connection that had been used before.
        var usedIdle = false
        var isRepeated = false
    }

    /// Maximum bytes of `End.text`. Arbitrary: a sentence or two of an error.
    package static let maxTextBytes = 300

    let settings: Settings
    let poller: Poller
    let connector: Connector
    var now = MonotonicClock.now
    var exchanges: [Int: Exchange] = [:]
    var connections: [APIConnection] = []
    /// By the connections' indexes, as are the origins.
    var guards: [AddressGuard] = []
    var origins: [BaseURL?] = []
    /// The slots of connects in flight, by the connections' indexes.
    var connecting: [Int: Int] = [:]
    /// Idle connections, the one that was parked first before the others.
    var idle: [Int] = []
    var ended: [End] = []
    let inbox = UnsafeMutableRawBufferPointer.allocate(byteCount: 16 * 1024, alignment: 16)

    /// - Throws: `.setting` or `.libcurl` if no request can be sent.
    package init(settings: Settings, poller: Poller) throws(DestinationError) {
        // The base is replaced for each connect. A loopback one keeps the environment's proxies out.
        guard let base = try? BaseURL("https://127.0.0.1") else {
            preconditionFailure("a constant is not a URL")
        }
        var shared = APISettings(base: base, authentication: .bearer(key: []), userAgent: "")
        shared.connectTimeout = settings.connectTimeout
        shared.timeout = settings.timeout
        shared.maxConnections = settings.maxConnections
        shared.caCertificatePath = settings.caCertificatePath
        try shared.validate()
        connector = try Connector(settings: shared)
        self.settings = settings
        self.poller = poller
    }

    deinit {
        connector.close(all: connections)
        for slot in exchanges.keys { exchanges[slot]?.request.release() }
        inbox.deallocate()
    }

    /// Number of requests in flight.
    package var inFlight: Int { exchanges.count }

    /// Starts a request in a slot that has none. A later `wait` reports its end.
    package func start(
        slot: Int, _ request: [UInt8], to origin: BaseURL
    ) throws(DestinationError) {
        precondition(exchanges[slot] == nil, "two requests in one slot")
        precondition(exchanges.count < settings.maxConnections, "too many requests")
        now = MonotonicClock.now
        var exchange = Exchange(
            slot: slot, origin: origin, startedAt: now,
            deadline: now.advanced(byNanoseconds: settings.timeout.wholeNanoseconds))
        exchange.request.prepare(bytes: request.count).copyBytes(from: request)
        exchanges[slot] = exchange
        while let place = idle.lastIndex(where: { origins[$0] == origin }) {
            let connection = connections[idle.remove(at: place)]
            if connection.expiresAt > now, begin(slot, on: connection) {
                exchanges[slot]?.usedIdle = true
                return
            }
            close(connection)
        }
        try connect(slot)
    }

    /// Ends all requests at once; `wait` reports none of them.
    package func abortAll() {
        for connection in connections { close(connection) }
        for slot in exchanges.keys { exchanges[slot]?.request.release() }
        exchanges.removeAll()
        connecting.removeAll()
        idle.removeAll()
    }

    /// Waits for the first end, a ready descriptor of the caller, or `deadline`; appends the ends.
    ///
    /// - Returns: whether a descriptor of the caller is ready.
    package func wait(
        until deadline: Instant, ends: inout [End]
    ) throws(DestinationError) -> Bool {
        defer {
            ends += ended
            ended.removeAll(keepingCapacity: true)
        }
        var isCallerReady = false
        repeat {
            now = MonotonicClock.now
            if connector.inFlight > 0 { try moveConnects() }
            let limit = ended.isEmpty ? min(deadline, nextExpiry ?? deadline) : now
            isCallerReady = try handleEvents(in: pause(until: limit))
            now = MonotonicClock.now
            if let nextExpiry, nextExpiry <= now { try expire(&isCallerReady) }
        } while ended.isEmpty && !isCallerReady && now < deadline
        return isCallerReady
    }

    private var nextExpiry: Instant? { exchanges.values.map(\.deadline).min() }

    private func pause(until limit: Instant) throws(DestinationError) -> Int {
        let nanoseconds = max(0, limit.nanoseconds(since: now))
        guard connector.inFlight > 0 else {
            return try DestinationError.system(try poller.wait(nanoseconds: nanoseconds))
        }
        // libcurl waits in milliseconds: round up, or it spins during the last one.
        let most: Int64 = 1_000_000_000
        if nanoseconds > 0 {
            try connector.wait(
                besides: poller.descriptor,
                milliseconds: Int32((min(nanoseconds, most) + 999_999) / 1_000_000))
        }
        return try DestinationError.system(try poller.wait(nanoseconds: 0))
    }

    private func handleEvents(in count: Int) -> Bool {
        var isCallerReady = false
        for place in 0..<count {
            let event = poller.event(place)
            if event.token & Poller.callerBit != 0 {
                isCallerReady = true
                continue
            }
            let connection = connections[APIConnection.index(ofToken: event.token)]
            // The event may belong to a connection that was closed in this turn.
            guard connection.token == event.token else { continue }
            switch connection.state {
            case .busy(let slot): advance(connection, slot, event.readiness)
            case .idle: close(connection)
            case .closed, .connecting: break
            }
        }
        return isCallerReady
    }

    /// Ends the requests whose time is over, after everything that has arrived is read.
    private func expire(_ isCallerReady: inout Bool) throws(DestinationError) {
        if connector.inFlight > 0 { try moveConnects() }
        let count = try DestinationError.system(try poller.wait(nanoseconds: 0))
        if handleEvents(in: count) { isCallerReady = true }
        for (slot, exchange) in exchanges where exchange.deadline <= now {
            if let connection = connections.first(where: { $0.state == .busy(slot: slot) }) {
                end(connection, slot, failure: .timeout, "no complete response in time")
            } else if let (index, _) = connecting.first(where: { $0.value == slot }) {
                connecting[index] = nil
                close(connections[index])
                finish(slot, AttemptResult(requestBegan: false, failure: .connectTimeout))
            }
        }
    }
}
