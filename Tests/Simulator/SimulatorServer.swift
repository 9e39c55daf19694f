import Delivery
import TestSupport

/// A server that fails in every way that servers do.
struct SimulatorServer {
    /// The result of one request, and the truth of it.
    struct Exchange {
        var result: AttemptResult
        /// The time until its end, in nanoseconds.
        var duration: Int64
        var isAccepted: Bool
        var isUnknownApp = false
    }

    /// The program's timeout for a response, in nanoseconds.
    static let timeout: Int64 = 30_000_000_000

    private struct Outage {
        enum Kind: CaseIterable { case noConnection, unavailable, silence, failure }
        var from: Int64
        var to: Int64
        var kind: Kind
    }

    private var random: SplitMix64
    private let faults: UInt64
    private let isStore: Bool
    private var outages: [Outage] = []
    /// The time until which the key is invalid or forbidden.
    private var unauthorizedUntil: Int64 = 0
    private var unauthorizedStatus = 401
    /// The maximum of requests per second; the others get 429.
    private var limit: Int?
    private var second: Int64 = 0
    private var inSecond = 0
    private let isSilentCloser: Bool
    /// Connections that it has closed and that the program may use again.
    private var closedConnections = 0
    /// Whether it has no faults any more.
    private(set) var isHealed = false

    init(_ scenario: SimulatorScenario, from start: Int64) {
        random = SplitMix64(seed: scenario.seed ^ 0x5E57_E200)
        faults = scenario.faults
        isStore = scenario.isStore
        isSilentCloser = scenario.isSilentCloser
        guard !scenario.isDeterministic else { return }
        var time = start
        for _ in 0..<random.next(upTo: 3) {
            time += Int64(random.next(upTo: 3_000_000_000))
            let maxLength: UInt64 = random.next(upTo: 4) == 0 ? 3_600_000_000_000 : 40_000_000_000
            let length = Int64(random.next(upTo: maxLength))
            let kind = Outage.Kind.allCases[Int(random.next(upTo: 3))]
            outages.append(Outage(from: time, to: time + length, kind: kind))
            time += length
        }
        if random.next(upTo: 19) == 0 {
            unauthorizedUntil = start + Int64(random.next(upTo: 100_000_000_000))
            unauthorizedStatus = random.next(upTo: 1) == 0 ? 401 : 403
        }
        if random.next(upTo: 9) == 0 { limit = 5 + Int(random.next(upTo: 40)) }
    }

    mutating func heal() { isHealed = true }

    /// Responds to a request for `line`.
    mutating func respond(
        to line: SimulatorScenario.Line, isKeyValid: Bool, now: Int64
    ) -> Exchange {
        let latency = 1_000_000 + Int64(random.next(upTo: 60_000_000))
        guard !isHealed, !isStore else { return respond(line, latency: latency) }
        if let outage = outages.first(where: { $0.from <= now && now < $0.to }) {
            return down(outage.kind, latency: latency)
        }
        if !isKeyValid {
            return Exchange(result: .status(401), duration: latency, isAccepted: false)
        }
        if now < unauthorizedUntil {
            return Exchange(
                result: .status(unauthorizedStatus), duration: latency, isAccepted: false)
        }
        if isSilentCloser {
            if closedConnections > 0, random.next(upTo: 1) == 0 {
                closedConnections -= 1
                return Exchange(
                    result: AttemptResult(requestBegan: true, failure: .connectionClosed),
                    duration: 100_000, isAccepted: false)
            }
            closedConnections += 1
        }
        if let limit {
            if now / 1_000_000_000 != second {
                second = now / 1_000_000_000
                inSecond = 0
            }
            inSecond += 1
            if inSecond > limit {
                let wait: Int64? = random.next(upTo: 1) == 0 ? 1 : nil
                return Exchange(
                    result: .status(429, retryAfter: wait), duration: latency, isAccepted: false)
            }
        }
        if random.next(upTo: 999) < faults { return fault(line, latency: latency) }
        return respond(line, latency: latency)
    }

    private func respond(_ line: SimulatorScenario.Line, latency: Int64) -> Exchange {
        switch line.response {
        case .created:
            Exchange(result: .status(201), duration: latency, isAccepted: true)
        case .badRequest:
            Exchange(result: .status(400), duration: latency, isAccepted: false)
        case .unknownApp:
            Exchange(result: .status(404), duration: latency, isAccepted: false, isUnknownApp: true)
        case .poison:
            Exchange(result: .status(500), duration: latency, isAccepted: false)
        }
    }

    private mutating func down(_ kind: Outage.Kind, latency: Int64) -> Exchange {
        switch kind {
        case .noConnection:
            Exchange(result: .noConnection, duration: latency, isAccepted: false)
        case .unavailable:
            Exchange(
                result: .status(503, retryAfter: random.next(upTo: 3) == 0 ? 2 : nil),
                duration: latency, isAccepted: false)
        case .silence:
            Exchange(result: .timeout, duration: Self.timeout, isAccepted: false)
        case .failure:
            Exchange(result: .status(502), duration: latency, isAccepted: false)
        }
    }

    /// Spoils an exchange, sometimes after the message was accepted.
    private mutating func fault(_ line: SimulatorScenario.Line, latency: Int64) -> Exchange {
        let accepts = line.response == .created
        func ends(_ result: AttemptResult, accepted: Bool = false, after: Int64? = nil) -> Exchange
        {
            Exchange(result: result, duration: after ?? latency, isAccepted: accepted && accepts)
        }
        switch random.next(upTo: 20) {
        case 0: return ends(.status(429))
        case 1: return ends(.status(429, retryAfter: Int64(random.next(upTo: 10))))
        case 2: return ends(.status(503, retryAfter: Int64(random.next(upTo: 4))))
        case 3: return ends(.status(503))
        case 4: return ends(.status(500), accepted: true)
        case 5: return ends(.status(500))
        case 6: return ends(.timeout, accepted: true, after: Self.timeout)
        case 7: return ends(.timeout, after: Self.timeout)
        case 8:
            return ends(
                AttemptResult(requestBegan: true, failure: .connectionClosed), accepted: true)
        case 9: return ends(AttemptResult(requestBegan: true, failure: .connectionClosed))
        case 10: return ends(AttemptResult(requestBegan: false, failure: .connectionClosed))
        case 11 where accepts:
            return ends(.status(201, isComplete: false, hasID: false), accepted: true)
        case 12 where accepts: return ends(.status(202, hasID: true), accepted: true)
        case 13: return ends(.status(200, hasID: false), accepted: true)
        case 14: return ends(.status(400, isComplete: false))
        case 15: return ends(.status(408))
        case 16: return ends(.early(201))
        case 17: return ends(.early(201), accepted: true)
        case 18: return ends(.status(413, isComplete: false))
        case 19:
            // On a kept connection, before a byte of the request has left.
            return ends(
                AttemptResult(
                    requestBegan: false, response: .init(status: 201, hasMessageID: true),
                    failure: .connectionClosed))
        default: return ends(.noConnection)
        }
    }
}
