import Delivery
import HTTP
package import Platform
package import Time

/// The API, reached over keep-alive HTTP/1.1 connections that libcurl makes.
///
/// Used on one thread. Everything that blocks happens in `wait`; `start` sends at once if a
/// connection is idle. Memory is bounded by the slots in use and `maxConnections`.
package final class APIDestination: Destination {
    let settings: APISettings
    let poller: Poller
    let connector: Connector
    /// `APISettings.isPlaintext`, which is asked for every message.
    let isPlaintext: Bool
    private let template: RequestTemplate
    private let timeoutNanoseconds: Int64

    // What every message touches goes without the runtime's exclusivity checks, which took 5 % of a
    // run: one thread uses it, and nothing that is called during an access touches the same property.

    @exclusivity(unchecked) var slots: [MessageSlot] = []
    /// Attempts in flight, oldest first. All have the same timeout, so the first ends first.
    @exclusivity(unchecked) var underWay = SlotQueue()
    /// Attempts that have no connection yet, in their order.
    @exclusivity(unchecked) var waiting = SlotQueue()

    /// By index; the objects are kept for the next connection.
    @exclusivity(unchecked) var connections: [APIConnection] = []
    /// Indexes of closed ones.
    var closed: [Int] = []
    /// Indexes of idle ones, the newest last.
    @exclusivity(unchecked) var idle: [Int] = []
    /// Whether the peer's closing of idle ones was looked for since the last `wait`.
    var idleAreLookedAt = false
    /// Events that were found meanwhile, for the next `wait`.
    var unhandled: [Poller.Event] = []
    /// Connections whose state changed outside of `wait` and must be looked at in the next.
    var unattended: [Int] = []
    /// After a failed connect, one at a time until one succeeds: a server that is down is not met
    /// by a crowd, and the first one resolves the name for all.
    var connectsInParallel = false
    /// No new connects before: the server takes no more while others of its connections work.
    var nextConnect = Instant(nanoseconds: .min)

    /// Time as of this turn of `wait`.
    @exclusivity(unchecked) var now = Instant(nanoseconds: 0)
    @exclusivity(unchecked) var ended: [AttemptEnd] = []
    @exclusivity(unchecked) var texts = TextStorage()
    @exclusivity(unchecked) var answerText: ResponseText
    /// What was received last; shared, since it is consumed before the next receive.
    let inbox: UnsafeMutableRawBufferPointer
    /// libcurl receives no more than this in one call: in a larger buffer every read would look
    /// like a short one, which is how the end of what is there is told.
    private static let inboxBytes = 16 * 1024
    private var isClosed = false

    /// Throws `setting` or `libcurl` if no request could ever be sent with these settings; opens
    /// no connection yet.
    package init(settings: APISettings, poller: Poller) throws(DestinationError) {
        try settings.validate()
        self.settings = settings
        self.poller = poller
        connector = try Connector(settings: settings)
        isPlaintext = settings.isPlaintext
        template = RequestTemplate(
            pathPrefix: settings.base.pathPrefix, host: settings.base.hostHeader,
            authentication: settings.authentication, userAgent: settings.userAgent)
        timeoutNanoseconds = settings.timeout.wholeNanoseconds
        answerText = ResponseText(key: settings.authentication.key)
        inbox = .allocate(byteCount: Self.inboxBytes, alignment: 16)
        connections.reserveCapacity(settings.maxConnections)
        closed.reserveCapacity(settings.maxConnections)
        idle.reserveCapacity(settings.maxConnections)
        ended.reserveCapacity(settings.maxConnections)
    }

    deinit {
        connector.close(all: connections)
        for slot in slots.indices { slots[slot].release() }
        inbox.deallocate()
    }

    package func load(_ message: Message, into slot: Int) {
        while slots.count <= slot { slots.append(MessageSlot()) }
        underWay.grow(to: slots.count)
        waiting.grow(to: slots.count)
        let count = template.byteCount(
            appID: message.appID.count, eventType: message.eventType.count,
            payload: message.payload?.count, key: message.idempotencyKey.count)
        guard let payload = message.payload, let memory = message.payloadMemory else {
            let written = template.write(
                appID: message.appID, eventType: message.eventType, payload: message.payload,
                idempotencyKey: message.idempotencyKey, to: slots[slot].prepare(bytes: count))
            precondition(written == count, "a request of another size than announced")
            return
        }
        let (written, before) = template.writeAround(
            payload: payload.count, appID: message.appID, eventType: message.eventType,
            idempotencyKey: message.idempotencyKey,
            to: slots[slot].prepare(bytes: count - payload.count))
        slots[slot].insert(payload, keptBy: memory, after: before)
        precondition(
            written + payload.count == count, "a request of another size than announced")
    }

    package func unload(slot: Int) {
        slots[slot].clear()
    }

    package func start(slot: Int, now: Instant) {
        precondition(slots[slot].isLoaded, "an attempt without a message")
        precondition(slots[slot].attempt == .none, "a second attempt during the first")
        slots[slot].deadline = now.advanced(byNanoseconds: timeoutNanoseconds)
        slots[slot].attempt = .waitsForConnection
        underWay.append(slot)
        waiting.append(slot)
        closeStaleIdle()
        giveIdleConnections(now: now)
    }

    package func abort(slot: Int) -> AttemptEnd {
        var mayHaveLeft = false
        if case .onConnection(let index) = slots[slot].attempt {
            let connection = connections[index]
            mayHaveLeft = connection.requestBegan
            close(connection)
        }
        endAttempt(slot: slot)
        return AttemptEnd(
            slot: slot, result: AttemptResult(requestBegan: mayHaveLeft, failure: .aborted))
    }

    package func text(_ range: TextRange) -> UnsafeRawBufferPointer { texts[range] }

    package func close() throws(DestinationError) {
        precondition(underWay.isEmpty, "the destination closed during an attempt")
        if isClosed { return }
        isClosed = true
        for connection in connections { close(connection) }
        connector.close(all: connections)
        connections.removeAll()
    }

    /// Takes the attempt of `slot` out of all queues.
    func endAttempt(slot: Int) {
        slots[slot].attempt = .none
        underWay.remove(slot)
        waiting.remove(slot)
    }
}
