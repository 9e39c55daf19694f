/// A rate learned from refusals, for servers that limit requests a second rather than requests in
/// flight: against those no limit of concurrency helps.
///
/// A 429 sets the rate to nine tenths of what was let through in the last second; each answer
/// without one raises it a little, so that a server's limit is met again every few seconds and
/// passed by a few requests only. After the first 429, when nothing is known yet, and again the
/// longer it stays quiet, it rises faster: a server that was busy with others is not left idle.
/// Without any 429 there is no rate.
package struct LearnedRate: Sendable {
    /// Servers count by the second: what came through in less says nothing of their limit.
    private static let window: Int64 = 1_000_000_000
    /// The lowest rate that is set before a whole second was counted. The number is arbitrary.
    private static let leastGuess = 20.0
    /// What each answer adds to the rate, in starts a second: it doubles in a second.
    private static let fastGain = 0.7
    /// It grows by 3 % in a second.
    private static let carefulGain = 0.03

    /// Starts a second; nil as long as nothing was refused.
    package private(set) var perSecond: Double?
    private var nextStart = Instant(nanoseconds: .min)
    private var windowStart: Instant
    private var letThrough = 0
    /// What was let through a second in the window before.
    private var before = 0.0
    private var hasCounted = false
    private var lastDecrease: Instant?
    /// Whether the rate is still sought for the first time.
    private var isSeeking = true

    package init(now: Instant) { windowStart = now }

    /// When the next start conforms: not after `now` if it may happen at once.
    package func earliestStart(now: Instant) -> Instant { perSecond == nil ? now : nextStart }

    /// Notes a start at `now`.
    package mutating func take(now: Instant) {
        guard let perSecond else { return }
        // Up to 10 ms of lateness are made good, as in `Pacer`.
        let from = max(nextStart, now.advanced(byNanoseconds: -Pacer.lateness))
        nextStart = from.advanced(byNanoseconds: Int64(1e9 / perSecond))
    }

    /// Notes an answer other than 429.
    package mutating func noteLetThrough(now: Instant) {
        turnWindow(now)
        letThrough += 1
        guard let perSecond else { return }
        // A rate that something else keeps from being used must not grow into the sky.
        guard achieved(now: now) > perSecond / 2 else { return }
        self.perSecond = perSecond + gain(now: now)
    }

    /// Notes a 429 to a request that started at `startedAt`.
    package mutating func noteRefusal(startedAt: Instant, now: Instant) {
        turnWindow(now)
        if let lastDecrease {
            // What was under way then tells the same once more. So does the rest of a second in
            // which a server that counts by it lets nothing through any more.
            guard startedAt >= lastDecrease,
                now.nanoseconds(since: lastDecrease) >= Self.window
            else { return }
            isSeeking = false
        }
        var achieved = achieved(now: now)
        if !hasCounted { achieved = max(achieved, Self.leastGuess) }
        perSecond = max(0.5, min(achieved, perSecond ?? .infinity) * 0.9)
        lastDecrease = now
        nextStart = now
    }

    /// What was let through in the last second, about.
    private func achieved(now: Instant) -> Double {
        let elapsed = Double(now.nanoseconds(since: windowStart)) / Double(Self.window)
        return before * max(0, 1 - elapsed) + Double(letThrough) / max(1, elapsed)
    }

    private mutating func turnWindow(_ now: Instant) {
        let elapsed = now.nanoseconds(since: windowStart)
        guard elapsed >= Self.window else { return }
        before = Double(letThrough) * Double(Self.window) / Double(elapsed)
        letThrough = 0
        windowStart = now
        hasCounted = true
    }

    /// What an answer adds: it doubles with every five quiet seconds.
    private func gain(now: Instant) -> Double {
        guard !isSeeking, let lastDecrease else { return Self.fastGain }
        let quiet = now.nanoseconds(since: lastDecrease) / (5 * Self.window)
        return min(Self.fastGain, Self.carefulGain * Double(1 << min(quiet, 5)))
    }
}
