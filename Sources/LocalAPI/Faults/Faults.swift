import Delivery
import Time

/// A generator of faults for requests.
struct Faults {
    enum Fault: Hashable {
        case none
        case dropBefore
        case dropAfter
        case fail
        case limited(retryAfterSeconds: Int64)
    }

    private let settings: FaultSettings
    private var generator: SplitMix64
    private var pacer: Pacer?

    init(_ settings: FaultSettings, now: Instant) {
        self.settings = settings
        generator = SplitMix64(seed: settings.seed)
        pacer = settings.limit.map { Pacer($0, burst: Self.burst(of: $0), now: now) }
    }

    /// Returns the next request's fault and its response's delay in nanoseconds.
    ///
    /// Draws three numbers for each request, used or not, so that enabling one kind of fault does
    /// not change those of another.
    mutating func next(now: Instant) -> (fault: Fault, delay: Int64) {
        let drop = Double.random(in: 0..<1, using: &generator)
        let fail = Double.random(in: 0..<1, using: &generator)
        let delay = Int64.random(in: settings.latency, using: &generator)
        if drop < settings.dropShare / 2 { return (.dropBefore, delay) }
        if let wait = take(now: now) { return (.limited(retryAfterSeconds: wait), delay) }
        if fail < settings.failShare { return (.fail, delay) }
        return (drop < settings.dropShare ? .dropAfter : .none, delay)
    }

    /// Claims a place within the rate; returns the seconds to wait, at least 1, if it is exceeded.
    private mutating func take(now: Instant) -> Int64? {
        guard var pacer else { return nil }
        defer { self.pacer = pacer }
        let earliest = pacer.earliestStart(now: now)
        if earliest <= now {
            pacer.recordStart(now: now)
            return nil
        }
        pacer.deferStart(now: now)
        return earliest.nanoseconds(since: now).dividedUp(by: 1_000_000_000)
    }

    /// A burst of a tenth of a second: enough for the jitter of a client that keeps the rate, too
    /// little to hide one that does not.
    private static func burst(of rate: Rate) -> Int {
        max(1, Int(min(rate.perSecond / 10, 1e6)))
    }
}

extension Int64 {
    fileprivate func dividedUp(by divisor: Int64) -> Int64 {
        let (quotient, rest) = quotientAndRemainder(dividingBy: divisor)
        return rest > 0 ? quotient + 1 : quotient
    }
}
