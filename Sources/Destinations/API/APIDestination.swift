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
    private var template: RequestTemplate

    // Properties that every message touches have no exclusivity checks, which took 5 % of a run.
    // That is safe: one thread uses them, and no call during an access touches the same property.

    @exclusivity(unchecked) var slots: [MessageSlot] = []
    @exclusivity(unchecked) var attempts: AttemptQueue
    @exclusivity(unchecked) var pool: ConnectionPool
    /// Connections by their number in the pool; the objects are reused.
    @exclusivity(unchecked) var connections: [APIConnection] = []
    /// Whether idle connections were checked since the last `wait`, and when.
    var didCheckIdle = false
    var idleCheckedAt = Instant(nanoseconds: .min)
    /// Events found by that check, for the next `wait`.
    var unhandled: [Poller.Event] = []
    /// Indexes of connections whose send failed outside of `wait`.
    var pending: [Int] = []

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
    /// The ages of connections.
    var random: SplitMix64
    package internal(set) var lastConnectFailure: ConnectFailure?
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
            authentication: settings.authentication, userAgent: settings.userAgent,
            fields: settings.fields + settings.secretFields)
        attempts = AttemptQueue(timeout: settings.timeout.wholeNanoseconds)
        pool = ConnectionPool(
            maxConnections: settings.maxConnections,
            maxConnectsInFlight: settings.maxConnectsInFlight)
        responseText = ResponseText(
            key: settings.authentication.key,
            secrets: settings.secretFields.flatMap(\.secretParts))
        random = SplitMix64(seed: .random(in: 0 ... .max))
        inbox = .allocate(byteCount: Self.inboxBytes, alignment: 16)
        connections.reserveCapacity(settings.maxConnections)
        ended.reserveCapacity(settings.maxConnections)
    }

    deinit {
        connector.close(all: connections)
        for slot in slots.indices { slots[slot].release() }
        inbox.deallocate()
    }

    package func load(_ message: Message, into slot: Int) {
        while slots.count <= slot { slots.append(MessageSlot()) }
        attempts.grow(to: slots.count)
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
        precondition(
            attempts.state(of: slot) == .none, "a message unloaded during its attempt")
        slots[slot].clear()
    }

    package func replace(key: [UInt8]) {
        for slot in slots.indices where slots[slot].isLoaded {
            precondition(
                attempts.state(of: slot) == .none, "a message gets another key during its attempt")
            slots[slot].replace(template.secretRange(in: slots[slot].renderedBytes), by: key)
        }
        template.replaceSecret(by: key)
        responseText.add(key: key)
    }

    package func start(slot: Int, now: Instant) {
        precondition(slots[slot].isLoaded, "an attempt without a message")
        attempts.start(slot: slot, now: now)
        sendIfIdle(now: now)
    }

    package func connect(slot: Int, now: Instant) {
        precondition(slots[slot].isLoaded, "an attempt without a message")
        attempts.startUnpermitted(slot: slot, now: now)
    }

    package func nextConnected() -> Int? { attempts.nextOffered() }

    package func send(slot: Int, now: Instant) {
        attempts.permit(slot: slot)
        sendIfIdle(now: now)
    }

    /// Sends the requests of waiting attempts on idle connections.
    @inline(__always)
    private func sendIfIdle(now: Instant) {
        closeStaleIdle()
        giveIdleConnections(now: now)
    }

    package func abort(slot: Int) -> AttemptEnd {
        if case .onConnection(let index) = attempts.state(of: slot) {
            return abort(connections[index], slot: slot)
        }
        attempts.end(slot: slot)
        return AttemptEnd(slot: slot, result: AttemptResult(requestBegan: false, failure: .aborted))
    }

    package func text(_ range: TextRange) -> UnsafeRawBufferPointer { texts[range] }

    package func close() throws(DestinationError) {
        precondition(attempts.isEmpty, "the destination closed during an attempt")
        if isClosed { return }
        isClosed = true
        for connection in connections { close(connection) }
        connector.close(all: connections)
        connections.removeAll()
    }
}
