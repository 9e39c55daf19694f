/// A rate learned from refusals, for servers that limit requests a second rather than requests in
/// flight: against those no limit of concurrency helps.
///
/// Additive increase, multiplicative decrease: a 429 sets the rate to nine tenths of what was let
/// through lately; each quiet second raises it by a fiftieth, so that a server's limit is met again
/// every few seconds and passed by a few requests only. The longer it stays quiet, the faster it
/// grows: a server that was busy with others is not left idle. Without any 429 there is no rate.
package struct LearnedRate: Sendable {
    /// How long a stretch is counted to know what was let through, in nanoseconds.
    private static let window: Int64 = 1_000_000_000

    /// Starts a second; nil as long as nothing was refused.
    package private(set) var perSecond: Double?
    private var nextStart = Instant(nanoseconds: .min)
    private var windowStart: Instant
    private var letThrough = 0
    private var lastRefusal: Instant?
    private var quietWindows = 0

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

    /// 2 % a second at first, twice that after every fifth quiet second, 50 % at most.
    private var growth: Double { 1 + min(0.5, 0.02 * Double(1 << min(quietWindows / 5, 5))) }

    /// Notes an answer other than 429.
    package mutating func noteLetThrough(now: Instant) {
        letThrough += 1
        let elapsed = now.nanoseconds(since: windowStart)
        guard elapsed >= Self.window else { return }
        if let perSecond {
            let achieved = Double(letThrough) * 1e9 / Double(elapsed)
            let isBinding = achieved > perSecond * 0.5
            let wasQuiet = lastRefusal.map { $0 < windowStart } ?? true
            quietWindows = wasQuiet ? quietWindows + 1 : 0
            if wasQuiet, isBinding { self.perSecond = perSecond * growth + 0.1 }
        }
        windowStart = now
        letThrough = 0
    }

    /// Notes a 429.
    package mutating func noteRefusal(now: Instant) {
        // The answers to what was under way at the first refusal tell the same once more.
        if let lastRefusal, now.nanoseconds(since: lastRefusal) < Self.window / 2 { return }
        lastRefusal = now
        quietWindows = 0
        let elapsed = max(now.nanoseconds(since: windowStart), 1_000_000)
        // A server that counts by the second lets through its limit and then nothing: what came
        // through since the last refusal, over at least a whole second, is a safe measure.
        let achieved = Double(max(letThrough, 1)) * 1e9 / Double(max(elapsed, Self.window))
        perSecond = max(0.5, min(achieved, perSecond ?? .infinity) * 0.9)
        nextStart = now
        windowStart = now
        letThrough = 0
    }
}
