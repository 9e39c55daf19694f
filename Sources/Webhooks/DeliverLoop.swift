import Delivery
package import Destinations
import HTTP
package import Ledger
import Platform
import Time

/// Delivers what is due in a store, in turns: record what ended and claim what begins in one
/// transaction, start the claimed, wait.
///
/// Used on one thread. Each attempt is in the store before its first byte leaves, and its end before
/// the summary counts it. A killed process leaves its attempts pending: the next one repeats them with
/// the same `webhook-id`.
package final class DeliverLoop {
    /// An attempt in flight.
    struct Attempt {
        var lane: Lane
        var delivery: StoreDeliveries.Pending
        var line: LineID
        /// A JSON string literal.
        var eventType: [UInt8]
        /// Milliseconds since 1970.
        var startedAt: Int64
    }

    /// Deliveries that are read at once of an endpoint. Arbitrary.
    private static let batch = 128
    /// How often a watching process looks for new work, in nanoseconds.
    private static let watchInterval: Int64 = 200_000_000

    let store: StoreDeliveries
    let settings: DeliverSettings
    /// Nil without a report.
    let report: AttemptReport?
    private let poller: Poller
    private let sender: WebhookSender
    private let notices: DeliverNotices
    var lanes: [Lane] = []
    private var firstLane = 0
    var slots: [Attempt?]
    private var pacer: Pacer?
    private var attemptCount: UInt64 = 0
    /// All lanes of this process, also of endpoints that were disabled meanwhile.
    private var lanesByEndpoint: [String: Lane] = [:]
    /// When the first start that a rate deferred in this turn may begin.
    private var deferredUntil: Instant?
    private var dataVersion: Int64?
    var ends: [WebhookSender.End] = []
    var random = SplitMix64(seed: .random(in: .min ... .max))
    package internal(set) var summary = DeliverSummary()

    package init(
        store: StoreDeliveries, settings: DeliverSettings, report: AttemptReport?,
        notices: DeliverNotices
    ) throws(DestinationError) {
        self.store = store
        self.settings = settings
        self.report = report
        self.notices = notices
        poller = try DestinationError.system(try Poller())
        sender = try WebhookSender(settings: settings.sender, poller: poller)
        slots = Array(repeating: nil, count: settings.sender.maxConnections)
        pacer = settings.rate.map { Pacer($0, now: MonotonicClock.now) }
    }

    /// Delivers until nothing more is due, or while watching until a stop.
    ///
    /// - Parameters:
    ///   - wakers: descriptors that are readable when a stop may be requested, or when messages
    ///     were stored.
    ///   - mustStop: whether a stop is requested; called when one is readable, and drains them.
    ///   - worked: called after a turn that recorded the ends of attempts, or found nothing due: the
    ///     store and the report work.
    /// - Throws: `.sqlite` if the store fails, `.report` if the report does: what was in flight is
    ///   repeated by the next run.
    package func run(
        wakers: [Int32], mustStop: () -> Bool, worked: () -> Void = {}
    ) throws(DestinationError) -> DeliverSummary {
        for waker in wakers {
            try DestinationError.system(
                try poller.add(waker, interest: .readable, token: Poller.callerBit))
        }
        defer { wakers.forEach(poller.remove) }
        while true {
            let hasEnds = !ends.isEmpty
            try recordEnds()
            if !summary.wasStopped {
                try refresh()
                try startDue()
            } else {
                try store.commit()
            }
            if hasEnds || sender.inFlight == 0 && isDone { worked() }
            if sender.inFlight == 0 {
                if summary.wasStopped || isDone && !settings.isWatching { break }
            }
            if try sender.wait(until: nextTurn, ends: &ends), mustStop() {
                // A second stop ends the attempts in flight; they stay pending.
                if summary.wasStopped { break }
                summary.wasStopped = true
            }
        }
        sender.abortAll()
        try count()
        return summary
    }

    var wall: Int64 { WallClock.nanoseconds / 1_000_000 }

    /// Whether no endpoint has anything to start.
    private var isDone: Bool { lanes.allSatisfy(\.isDone) }

    /// When the next turn must begin at the latest.
    private var nextTurn: Instant {
        let latest = MonotonicClock.now.advanced(byNanoseconds: Self.watchInterval)
        return min(latest, deferredUntil ?? latest)
    }

    /// Follows what other processes changed, and reads due deliveries.
    private func refresh() throws(DestinationError) {
        let now = RFC3339.text(milliseconds: wall)
        let version = try store.dataVersion()
        if version != dataVersion {
            dataVersion = version
            try reload(now: now)
        }
        for lane in lanes where lane.queue.isEmpty && !lane.isLeft && lane.url != nil {
            if lane.isExhausted {
                // In a run that does not watch, retries that become due meanwhile are sent too.
                guard let next = try store.nextDue(endpoint: lane.endpoint.id), next <= now else {
                    continue
                }
            }
            // Those in flight are due in the store too, and among the first.
            let due = try store.due(
                endpoint: lane.endpoint.id, now: now, limit: lane.inFlight.count + Self.batch)
            if due.invalid > 0 {
                summary.failed += due.invalid
                say(.unsendable(.invalid))
            }
            lane.queue = due.pending.filter { !lane.inFlight.contains($0.message) }.reversed()
            lane.isExhausted = lane.queue.isEmpty
        }
    }

    private func reload(now: String) throws(DestinationError) {
        lanes = try store.endpoints(now: now).map { endpoint in
            let lane =
                lanesByEndpoint[endpoint.id]
                ?? Lane(number: lanesByEndpoint.count + 1, endpoint: endpoint, url: nil)
            lane.endpoint = endpoint
            lane.url = usableURL(of: endpoint)
            lane.isExhausted = lane.url == nil
            // It is among the active ones, perhaps again.
            lane.isDisabled = false
            // What was read is checked when it is claimed; new deliveries come after it, except
            // those that are made due again.
            if settings.isOrdered { lane.queue.removeAll() }
            if lane.pacer == nil {
                lane.pacer = settings.endpointRate.map { Pacer($0, now: MonotonicClock.now) }
            }
            lanesByEndpoint[endpoint.id] = lane
            return lane
        }
    }

    private func usableURL(of endpoint: StoreDeliveries.Endpoint) -> WebhookURL? {
        guard let text = endpoint.url else {
            say(.refused(endpoint: endpoint.id, reason: "its id or its application's is invalid"))
            return nil
        }
        do throws(BaseURLError) {
            let url = try WebhookURL(text)
            if let reason = settings.refusal(url) {
                say(.refused(endpoint: endpoint.id, reason: reason))
                return nil
            }
            guard !endpoint.secrets.isEmpty else {
                say(.withoutSecret(endpoint: endpoint.id))
                return nil
            }
            return url
        } catch {
            say(.refused(endpoint: endpoint.id, reason: String(error.message.dropLast())))
            return nil
        }
    }

    func say(_ notice: DeliverNotice) { notices.say(notice) }

    /// Claims and starts due deliveries, one of each endpoint in turn, within the limits.
    private func startDue() throws(DestinationError) {
        var claimed: [(slot: Int, request: [UInt8], origin: BaseURL)] = []
        var free = slots.indices.filter { slots[$0] == nil }
        let wall = wall
        let time = RFC3339.text(milliseconds: wall)
        deferredUntil = nil
        // Half of the slots is for endpoints that respond: others may hold theirs for a timeout.
        var untried = slots.count - slots.count / 2
        for lane in lanes where !lane.responds { untried -= lane.inFlight.count }
        var didStart = true
        while didStart, !free.isEmpty {
            didStart = false
            for offset in lanes.indices where !free.isEmpty {
                let lane = lanes[(firstLane + offset) % lanes.count]
                let now = MonotonicClock.now
                guard lane.responds || untried > 0, mayStart(lane, now: now),
                    let delivery = lane.queue.popLast()
                else { continue }
                didStart = true
                guard let url = lane.url, let message = try self.message(of: delivery),
                    try store.claim(delivery, at: time)
                else { continue }
                let slot = free.removeLast()
                attemptCount += 1
                if !lane.responds { untried -= 1 }
                let line = LineID(file: lane.number, line: attemptCount)
                lane.inFlight.insert(delivery.message)
                lane.circuit.recordStart(of: line)
                lane.pacer?.recordStart(now: now)
                pacer?.recordStart(now: now)
                slots[slot] = Attempt(
                    lane: lane, delivery: delivery, line: line, eventType: message.eventType,
                    startedAt: wall)
                let request = WebhookRequest.bytes(
                    to: url, message, as: settings.body, timestamp: wall / 1000,
                    secrets: lane.endpoint.secrets, userAgent: settings.userAgent)
                claimed.append((slot, request, url.origin))
            }
            firstLane = lanes.isEmpty ? 0 : (firstLane + 1) % lanes.count
        }
        try store.commit()
        summary.attempts += claimed.count
        for (slot, request, origin) in claimed { try sender.start(slot: slot, request, to: origin) }
    }

    /// The message of a delivery; nil if it can't be sent: the delivery is then failed.
    private func message(
        of delivery: StoreDeliveries.Pending
    ) throws(DestinationError) -> WebhookRequest.Message? {
        switch try store.message(delivery.message) {
        case .success(let message): return message
        case .failure(let problem):
            if try store.abandon(delivery, problem) {
                summary.failed += 1
                say(.unsendable(problem))
            }
            return nil
        }
    }

    private func mayStart(_ lane: Lane, now: Instant) -> Bool {
        guard !lane.isLeft, !lane.queue.isEmpty,
            lane.inFlight.count < settings.endpointConcurrency, lane.circuit.allowsStart(now: now)
        else { return false }
        return Self.allows(&pacer, now: now, &deferredUntil)
            && Self.allows(&lane.pacer, now: now, &deferredUntil)
    }

    private static func allows(
        _ pacer: inout Pacer?, now: Instant, _ deferredUntil: inout Instant?
    ) -> Bool {
        guard let start = pacer?.earliestStart(now: now), start > now else { return true }
        pacer?.deferStart(now: now)
        deferredUntil = min(deferredUntil ?? start, start)
        return false
    }
}
