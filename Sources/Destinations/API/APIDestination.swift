import Delivery
import HTTP
package import Platform
package import Time

/// The API over keep-alive HTTP/1.1 connections that libcurl opens.
///
/// Used on one thread. Only `wait` blocks; `start` sends at once if a connection is idle. Memory
/// is bounded by the slots in use and by `maxConnections`.
package final class APIDestination: Destination {
    let settings: APISettings
    let poller: Poller
    let connector: Connector
    /// `APISettings.isPlaintext`, cached because every message needs it.
    let isPlaintext: Bool
    private let template: RequestTemplate
    let timeoutNanoseconds: Int64

    // Properties that every message touches have no exclusivity checks, which took 5 % of a run.
    // That is safe: one thread uses them, and no call during an access touches the same property.

    @exclusivity(unchecked) var slots: [MessageSlot] = []
    /// Attempts in flight, oldest first. All have the same timeout, so the first expires first.
    @exclusivity(unchecked) var inFlight = SlotList()
    /// Attempts without a connection whose requests may leave, in the order of their starts.
    @exclusivity(unchecked) var waiting = SlotList()
    /// Attempts without a connection whose requests may not leave, in the order of their starts.
    @exclusivity(unchecked) var unoffered = SlotList()
    /// Attempts to which the last `wait` has offered a connection, and how many were returned.
    var offers: [Int] = []
    private var returnedOffers = 0
    /// Attempts with an offered connection whose requests may not leave yet.
    @exclusivity(unchecked) var offeredCount = 0

    /// Connections by index; the objects are reused.
    @exclusivity(unchecked) var connections: [APIConnection] = []
    /// Indexes of closed connections.
    var closed: [Int] = []
    /// Indexes of idle connections, the newest last.
    @exclusivity(unchecked) var idle: [Int] = []
    /// Whether connections are kept after a response.
    @exclusivity(unchecked) var reuse = ConnectionReuse()
    /// Whether idle connections were checked since the last `wait`, and when.
    var didCheckIdle = false
    var idleCheckedAt = Instant(nanoseconds: .min)
    /// Events found by that check, for the next `wait`.
    var unhandled: [Poller.Event] = []
    /// Indexes of connections whose send failed outside of `wait`.
    var pending: [Int] = []
    /// Whether several connects may be in flight. False after a failure: a server that is down gets
    /// one connect at a time, and the first one resolves the name for all.
    var connectsInParallel = false
    /// Earliest time of the next connect, after one failed while other connections work.
    var nextConnect = Instant(nanoseconds: .min)

    /// Everything that arrived before this time has been read.
    @exclusivity(unchecked) var readUntil = Instant(nanoseconds: .min)
    /// The time of this turn of `wait`.
    @exclusivity(unchecked) var now = Instant(nanoseconds: 0)
    @exclusivity(unchecked) var ended: [AttemptEnd] = []
    @exclusivity(unchecked) var texts = TextStorage()
    @exclusivity(unchecked) var responseText: ResponseText
    /// The bytes received last. Shared: they are consumed before the next receive.
    let inbox: UnsafeMutableRawBufferPointer
    /// libcurl's limit for one receive. With a larger buffer every read would be short, and a
    /// short read means that no more bytes are available.
    private static let inboxBytes = 16 * 1024
    private var isClosed = false

    /// Checks the settings; opens no connection.
    ///
    /// - Throws: `.setting` or `.libcurl` if no request can be sent with these settings.
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
        responseText = ResponseText(key: settings.authentication.key)
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
        inFlight.grow(to: slots.count)
        waiting.grow(to: slots.count)
        unoffered.grow(to: slots.count)
        let count = template.byteCount(
            appID: message.appID.count, eventType: message.eventType.count,
            payload: message.payload?.count, key: message.idempotencyKey.count)
        guard let payload = message.payload, let memory = message.payloadMemory else {
            let written = template.write(
                appID: message.appID, eventType: message.eventType, payload: message.payload,
                idempotencyKey: message.idempotencyKey, to: slots[slot].prepare(bytes: count))
            precondition(written == count, "the request has a different size than computed")
            return
        }
        let (written, before) = template.writeAround(
            payload: payload.count, appID: message.appID, eventType: message.eventType,
            idempotencyKey: message.idempotencyKey,
            to: slots[slot].prepare(bytes: count - payload.count))
        slots[slot].insert(payload, keptBy: memory, after: before)
        precondition(
            written + payload.count == count, "the request has a different size than computed")
    }

    package func unload(slot: Int) {
        slots[slot].clear()
    }

    package func start(slot: Int, now: Instant) {
        beginAttempt(slot: slot, now: now)
        letLeave(slot: slot, now: now)
    }

    package func connect(slot: Int, now: Instant) {
        beginAttempt(slot: slot, now: now)
        slots[slot].attempt = .waitsForOffer
        unoffered.append(slot)
    }

    package func nextConnected() -> Int? {
        while returnedOffers < offers.count {
            returnedOffers += 1
            let slot = offers[returnedOffers - 1]
            // The others have ended since.
            if slots[slot].attempt == .offered { return slot }
        }
        offers.removeAll(keepingCapacity: true)
        returnedOffers = 0
        return nil
    }

    package func send(slot: Int, now: Instant) {
        precondition(slots[slot].attempt == .offered, "a request leaves without an offer")
        offeredCount -= 1
        letLeave(slot: slot, now: now)
    }

    @inline(__always)
    private func beginAttempt(slot: Int, now: Instant) {
        precondition(slots[slot].isLoaded, "an attempt without a message")
        precondition(slots[slot].attempt == .none, "a second attempt during the first")
        slots[slot].deadline = now.advanced(byNanoseconds: timeoutNanoseconds)
        inFlight.append(slot)
    }

    /// Sends the request if a connection is idle, or else when there is one.
    @inline(__always)
    private func letLeave(slot: Int, now: Instant) {
        slots[slot].attempt = .waitsForConnection
        waiting.append(slot)
        closeStaleIdle()
        giveIdleConnections(now: now)
    }

    package func abort(slot: Int) -> AttemptEnd {
        if case .onConnection(let index) = slots[slot].attempt {
            return abort(connections[index], slot: slot)
        }
        endAttempt(slot: slot)
        return AttemptEnd(slot: slot, result: AttemptResult(requestBegan: false, failure: .aborted))
    }

    package func text(_ range: TextRange) -> UnsafeRawBufferPointer { texts[range] }

    package func close() throws(DestinationError) {
        precondition(inFlight.isEmpty, "the destination closed during an attempt")
        if isClosed { return }
        isClosed = true
        for connection in connections { close(connection) }
        connector.close(all: connections)
        connections.removeAll()
    }

    /// Removes the attempt of `slot` from all queues.
    func endAttempt(slot: Int) {
        if slots[slot].attempt == .offered { offeredCount -= 1 }
        slots[slot].attempt = .none
        inFlight.remove(slot)
        waiting.remove(slot)
        unoffered.remove(slot)
    }
}
